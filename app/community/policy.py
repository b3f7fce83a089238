"""Who may suspend whom."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import STAFF, Actor, Role
from app.accounts.models import Account


def suspend(actor: Actor, account: Account) -> LazyString | None:
    """Why `actor`, a moderator, may not suspend this person; None when they may. Lifting follows the same rule."""
    if account.id == actor.id:
        return _("You cannot suspend yourself.")
    if account.role is Role.ADMIN or (account.role in STAFF and actor.role is not Role.ADMIN):
        return _("Staff are not suspended here. Ask an admin to change their role first.")
    return None
