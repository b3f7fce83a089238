"""What becomes of flags and decisions when an account becomes another's."""

from app.accounts.events import AccountMerged
from app.accounts.operations.merging import give, give_once
from app.moderation.models import Flag, HeldDecision


def account_merged(event: AccountMerged) -> None:
    """A flag on what has become one's own stays: it was somebody's word, and moderators weigh it."""
    give(event, HeldDecision.author_id)
    give(event, HeldDecision.by_id)
    give_once(event, Flag.account_id, Flag.post_id)
    give(event, Flag.handled_by_id)
