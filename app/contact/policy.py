"""Who says which channels are real."""

from app.accounts.actor import Actor, Role


def manage(actor: Actor) -> bool:
    """Admins; to everybody else those pages do not exist."""
    return actor.role is Role.ADMIN
