"""Having something in hand, so that two moderators do not do the same work."""

from datetime import timedelta

from app.accounts.actor import Actor
from app.accounts.queries import people
from app.core.clock import now
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.moderation import policy
from app.moderation.models import Review
from app.moderation.operations.reviewing import HOLD, free

LEASE = timedelta(minutes=10)


def claim(actor: Actor, *, review_id: int) -> None:
    """Have it in hand for LEASE from now. Raises NotFound, and Problem while somebody else has."""
    if not actor.is_moderator:
        raise NotFound
    with transaction() as session:
        review = session.get(Review, review_id, with_for_update=HOLD, populate_existing=True)
        if review is None:
            raise NotFound
        if policy.claimed(actor, review) and review.claimed_by_id and review.claimed_until:
            name = people([review.claimed_by_id])[review.claimed_by_id].display_name
            raise Problem(policy.in_hand(name, review.claimed_until))
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
