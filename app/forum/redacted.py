"""What is put away of posts, for whoever masks their words."""

from collections.abc import Collection

from sqlalchemy import select

from app.core.db import db
from app.core.text import Passages, spans_of
from app.forum.models import Away, Redaction


def put_away(post_id: int) -> Passages | None:
    """Where in a text passages of this post are that were put away; None when none were."""
    return put_away_of([post_id]).get(post_id)


def put_away_of(post_ids: Collection[int]) -> dict[int, Passages]:
    """The same of many posts, those alone of which something was, in one statement; of none without any."""
    if not post_ids:
        return {}
    kept = select(Redaction.post_id, Redaction.kind, Redaction.passage).where(Redaction.post_id.in_(post_ids))
    rows: dict[int, list[tuple[str, str]]] = {}
    for post_id, kind, passage in db.session.execute(kept):
        rows.setdefault(post_id, []).append((kind, passage))
    return {
        post_id: spans_of(
            [passage for kind, passage in some if kind == Away.WORDS],
            [passage for kind, passage in some if kind == Away.HOST],
        )
        for post_id, some in rows.items()
    }
