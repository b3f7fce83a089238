"""Pages of the trunk. Importing the modules puts their views on the blueprint."""

from app.forum.routes import addresses, editing, previewing, spaces, tags
from app.forum.routes.room import blueprint

__all__ = ["addresses", "blueprint", "editing", "previewing", "spaces", "tags"]
