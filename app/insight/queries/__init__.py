"""What the numbers count."""
