"""Pages of the desk: the way to a ticket, a person's own tickets, the agents' inbox.

Importing the modules puts their views on the blueprint.
"""

from app.desk.routes import escalating, helping, inbox, tickets
from app.desk.routes.room import blueprint

__all__ = ["blueprint", "escalating", "helping", "inbox", "tickets"]
