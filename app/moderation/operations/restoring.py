"""What hid by itself and nobody looked at is shown again."""

from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound
from app.core.transaction import transaction
from app.forum.models import Visibility
from app.moderation import weights
from app.moderation.acts import Details, Verb
from app.moderation.models import Review
from app.moderation.operations import ruling
from app.moderation.operations.reviewing import held
from app.moderation.targets import SYSTEM


def restore_unlooked() -> int:
    """Show again what is due; how many that were. The flags stay open, and what is severe stays hidden."""
    due = (
        Review.hidden_at <= now() - weights.RESTORED_AFTER,
        Review.severity < weights.SEVERE,
        Review.opened_at.is_not(None),
    )
    ids = db.session.scalars(select(Review.id).where(*due).order_by(Review.id)).all()
    done = 0
    for review_id in ids:
        with transaction():
            try:
                review, subject = held(SYSTEM, review_id)
            except NotFound:
                continue
            if review.hidden_at is None or subject.visibility != Visibility.HIDDEN:
                review.hidden_at = None
                continue
            ruling.by_rule(review, subject, Verb.RESTORE, Details())
            review.hidden_at = None
            done += 1
    return done
