"""What is done about people among people."""

from app.community.operations.routing import route
from app.community.operations.suspending import lift, suspend
from app.community.operations.trusting import forget_days, review

__all__ = ["forget_days", "lift", "review", "route", "suspend"]
