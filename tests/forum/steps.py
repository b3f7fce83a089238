"""What people do to keep posts right, in one line each."""

from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.forum import operations as forum
from app.forum.models import EditProposal, Post
from tests.questions.steps import token

BETTER = "The listing says small moth hole, with a photo."


def opening(thread_id: int) -> int:
    """The opening post."""
    rows = select(Post.id).where(Post.thread_id == thread_id, Post.parent_id.is_(None))
    return db.session.scalar(rows) or 0


def edit(who: Any, post_id: int, source: str = BETTER, *, version: int = 1, **more: Any) -> None:
    forum.edit(who.actor, post_id=post_id, version=version, source=source, token=token(), **more)


def propose(who: Any, post_id: int, source: str = BETTER, *, version: int = 1, **more: Any) -> int:
    said = {"reason": "Easier to read.", **more}
    return forum.propose(who.actor, post_id=post_id, version=version, source=source, token=token(), **said)


def proposal(proposal_id: int) -> EditProposal:
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(EditProposal, proposal_id)
