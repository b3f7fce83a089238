"""Pages about one's account. What tells whether an address is known is never in them.

Importing the modules puts their views on the blueprint.
"""

from app.accounts.routes import describing, moving, signing
from app.accounts.routes.room import blueprint

__all__ = ["blueprint", "describing", "moving", "signing"]
