"""`/mod/dashboard` for moderators, `/mod/trials` for admins, `/transparency` for everybody.

Importing the modules puts their views on the blueprint.
"""

from app.insight.routes import dashboard, moderating, openness, rows, trials
from app.insight.routes.room import blueprint

__all__ = ["blueprint", "dashboard", "moderating", "openness", "rows", "trials"]
