"""What the queue hears of the trunk. Each handler runs in the event's transaction."""

from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.forum.events import PostHeld, PostVisibilityChanged
from app.forum.models import Visibility
from app.moderation import targets, weights
from app.moderation.models import Review
from app.moderation.operations.reviewing import hold_target, review_of, weigh
from app.moderation.operations.ruling import SYSTEM
from app.moderation.targets import Target, TargetKind


def post_held(event: PostHeld) -> None:
    """What waits for a look waits in the queue."""
    target = Target(TargetKind.POST, event.post_id)
    hold_target(target)
    review = review_of(targets.subject(SYSTEM, target))
    review.held = True
    review.severity = max(review.severity, weights.HELD_SEVERITY)
    review.opened_at = review.opened_at or now()
    review.version += 1


def visibility_changed(event: PostVisibilityChanged) -> None:
    """What its author took back waits no longer, unless somebody flagged it."""
    if event.before is not Visibility.HELD or event.after is Visibility.HELD:
        return
    review = db.session.scalar(select(Review).where(Review.post_id == event.post_id, Review.held))
    if review is None or event.by_id != review.author_id:
        return
    review.held = False
    if not review.flag_count:
        review.opened_at = None
    review.version += 1
    weigh(review)
