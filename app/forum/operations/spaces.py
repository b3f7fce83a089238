"""Topics."""

from sqlalchemy import func, select

from app.core.transaction import transaction
from app.core.web.urls import slug
from app.forum.models import Space


def space_named(name: str) -> int:
    """The id of the space with this name; made, at the end of the list, when there is none."""
    with transaction() as session:
        if known := session.scalar(select(Space.id).where(Space.name == name)):
            return known
        place = session.scalar(select(func.count(Space.id))) or 0
        plain = slug(name, 34)
        taken = session.scalar(select(Space.id).where(Space.slug == plain))
        row = Space(name=name, slug=f"{plain}-{place}" if taken else plain, position=place)
        session.add(row)
        session.flush()
        return row.id
