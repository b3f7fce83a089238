"""Pages of the moderators' look. Importing the modules puts their views on the blueprint."""

from app.moderation.routes import flagging, holding, logging, ruling, watching
from app.moderation.routes.room import blueprint

__all__ = ["blueprint", "flagging", "holding", "logging", "ruling", "watching"]
