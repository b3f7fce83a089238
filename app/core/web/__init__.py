"""What every page shares: headers, CSRF, errors, limits, forms, times, pages, assets."""
