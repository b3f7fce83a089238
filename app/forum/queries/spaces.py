"""Topics."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from app.core.db import db
from app.core.problems import NotFound
from app.forum.models import Space, Thread


def spaces() -> Sequence[Space]:
    """Every space there is, in the order an operator gave them."""
    living = select(Space).where(Space.merged_into_id.is_(None))
    return db.session.scalars(living.order_by(Space.position, Space.id)).all()


def space(slug: str) -> Space:
    """The space at this address, or the one it was merged into. Raises NotFound."""
    found = db.session.scalar(select(Space).where(Space.slug == slug))
    if found is not None and found.merged_into_id is not None:
        found = db.session.get(Space, found.merged_into_id)
    if found is None:
        raise NotFound
    return found


def space_by_id(space_id: int) -> Space:
    """A space there is. Raises NotFound."""
    found = db.session.get(Space, space_id)
    if found is None or found.merged_into_id is not None:
        raise NotFound
    return found


def in_space(space_id: int) -> ColumnElement[bool]:
    """For `threads`: those of the space."""
    return Thread.space_id == space_id
