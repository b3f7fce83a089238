"""Pages of moderation. Importing the modules puts their views on the blueprint."""

from app.moderation.routes import (
    appealing,
    bulk,
    deciding,
    evidence,
    flagging,
    logging,
    people,
    queueing,
    reading,
    reporting,
    ruling,
    watching,
    working,
)
from app.moderation.routes.room import blueprint

__all__ = [
    "appealing",
    "blueprint",
    "bulk",
    "deciding",
    "evidence",
    "flagging",
    "logging",
    "people",
    "queueing",
    "reading",
    "reporting",
    "ruling",
    "watching",
    "working",
]
