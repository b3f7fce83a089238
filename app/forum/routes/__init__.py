"""Pages of the trunk. Importing the modules puts their views on the blueprint."""

from app.forum.routes import (
    addresses,
    completing,
    drafting,
    editing,
    following,
    moving,
    photos,
    previewing,
    proposing,
    revisions,
    spaces,
    tags,
    voting,
)
from app.forum.routes.room import blueprint

__all__ = [
    "addresses",
    "blueprint",
    "completing",
    "drafting",
    "editing",
    "following",
    "moving",
    "photos",
    "previewing",
    "proposing",
    "revisions",
    "spaces",
    "tags",
    "voting",
]
