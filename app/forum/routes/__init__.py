"""Pages of the trunk. Importing the modules puts their views on the blueprint."""

from app.forum.routes import addresses, editing, moving, previewing, tags
from app.forum.routes.room import blueprint

__all__ = ["addresses", "blueprint", "editing", "moving", "previewing", "tags"]
