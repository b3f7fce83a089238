"""Pages of people. Importing the modules puts their views on the blueprint."""

from app.community.routes import mine, profiles
from app.community.routes.room import blueprint

__all__ = ["blueprint", "mine", "profiles"]
