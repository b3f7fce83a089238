"""Pages of moderation. Importing the modules puts their views on the blueprint."""

from app.moderation.routes import (
    appealing,
    bulk,
    casefiles,
    deciding,
    evidence,
    flagging,
    logging,
    people,
    queueing,
    reading,
    reporting,
    ruling,
    seconding,
    watching,
    working,
)
from app.moderation.routes.room import blueprint

__all__ = [
    "appealing",
    "blueprint",
    "bulk",
    "casefiles",
    "deciding",
    "evidence",
    "flagging",
    "logging",
    "people",
    "queueing",
    "reading",
    "reporting",
    "ruling",
    "seconding",
    "watching",
    "working",
]
