"""The joinery: one place that knows every room and joins them into an application."""

from app.wiring.factory import create_app

__all__ = ["create_app"]
