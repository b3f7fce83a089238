"""What posts look like, for moderators."""

from collections.abc import Collection, Sequence

from flask_babel import LazyString
from sqlalchemy import select

from app.core.db import db
from app.moderation.spam.models import SpamScore
from app.moderation.spam.scoring import SIGNS

Parts = Sequence[tuple[LazyString | str, int]]


def scores(post_ids: Collection[int]) -> dict[int, Parts]:
    """The signs of each post that looks like spam, with their points, the heaviest first."""
    rows = db.session.execute(
        select(SpamScore.post_id, SpamScore.parts).where(SpamScore.post_id.in_(post_ids))
    )
    return {
        post_id: sorted(
            ((SIGNS.get(key, key), worth) for key, worth in parts.items()), key=lambda part: -part[1]
        )
        for post_id, parts in rows
    }
