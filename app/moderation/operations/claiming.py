"""Having something in hand, so that two moderators do not do the same work."""

from datetime import timedelta

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.moderation.models import Review
from app.moderation.operations.reviewing import HOLD, free, held, taken

LEASE = timedelta(minutes=10)


def claim(actor: Actor, *, review_id: int) -> None:
    """Have it in hand for LEASE from now. Raises NotFound, and Problem while somebody else has it, or what is beside it."""
    if not actor.is_moderator:
        raise NotFound
    with transaction():
        # What is beside it stands in the same thread, so that of two who claim these at once the second sees the first.
        review, _subject = held(actor, review_id)
        if refused := taken(actor, review):
            raise Problem(refused)
        free(review)
        review.claimed_by_id, review.claimed_until = actor.id, now() + LEASE


def let_go(actor: Actor, *, review_id: int) -> None:
    """Somebody else may have it. What one does not have stays as it is. Raises NotFound."""
    if not actor.is_moderator:
        raise NotFound
    with transaction() as session:
        review = session.get(Review, review_id, with_for_update=HOLD, populate_existing=True)
        if review is None:
            raise NotFound
        if review.claimed_by_id == actor.id:
            free(review, let_go=True)
