"""What is done about people among people."""

from app.community.operations.routing import route
from app.community.operations.trusting import forget_days, review

__all__ = ["forget_days", "review", "route"]
