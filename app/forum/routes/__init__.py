"""Pages of the trunk. Importing the modules puts their views on the blueprint."""

from app.forum.routes import addresses, editing, locking, previewing, proposing, revisions, tags
from app.forum.routes.room import blueprint

__all__ = ["addresses", "blueprint", "editing", "locking", "previewing", "proposing", "revisions", "tags"]
