"""What is done about people among people."""

from app.community.operations.routing import route
from app.community.operations.suspending import lift, suspend
from app.community.operations.trusting import review

__all__ = ["lift", "review", "route", "suspend"]
