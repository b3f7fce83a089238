"""What is put away of posts, for whoever masks their words."""

from sqlalchemy import select

from app.core.db import db
from app.core.text import Passages, spans_of
from app.forum.models import Away, Redaction


def put_away(post_id: int) -> Passages | None:
    """Where in a text passages of this post are that were put away; None when none were."""
    rows = db.session.execute(
        select(Redaction.kind, Redaction.passage).where(Redaction.post_id == post_id)
    ).all()
    if not rows:
        return None
    words = [row.passage for row in rows if row.kind == Away.WORDS]
    return spans_of(words, [row.passage for row in rows if row.kind == Away.HOST])
