"""Watched words: kept by moderators, looked for in what people post. What they do is flag, hold, mask or block."""
