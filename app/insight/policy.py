"""Who reads the numbers, and who runs trials."""

from app.accounts.actor import Actor, Role
from app.config import Mode, Settings
from app.core.parts import part

ENOUGH = 20
"""Below so many no percentage and no time is shown."""


def see(actor: Actor) -> bool:
    """Moderators and admins; to everybody else those pages do not exist."""
    return actor.is_moderator


def run(actor: Actor) -> bool:
    """Admins."""
    return actor.role is Role.ADMIN


def can_count() -> bool:
    """Whether what people file can be counted here: in community mode they file it elsewhere."""
    return part(Settings).mode is Mode.SUPPORT
