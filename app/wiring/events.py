"""Which room hears of what."""

from flask import Flask


def join(app: Flask) -> None:
    """Being joined."""
