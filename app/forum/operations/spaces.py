"""Topics."""

from itertools import chain, count

from sqlalchemy import func, select, update

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core import once
from app.core.db import db, insert_ignoring
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.core.web.urls import slug
from app.forum import policy
from app.forum.models import MovedThread, Space, Thread
from app.forum.operations.moving import follow_up
from app.forum.operations.tagging import keep_names

LONGEST_SLUG = 34
_POSTGRES_LOCK = 0x7370616365


def space_named(name: str) -> int:
    """The id of the space with this name, or of the one it was merged into; made, at the end, when there is none."""
    with transaction() as session:
        named = select(func.coalesce(Space.merged_into_id, Space.id)).where(Space.name == name)
        if known := session.scalar(named.order_by(Space.merged_into_id.is_not(None))):
            return known
        return _add(name, "").id


def living_space(space_id: int) -> int:
    """The space, or the one it was merged into, which stays until the open transaction ends.

    Raises Problem when there is none.
    """
    _keep_spaces()
    found = db.session.execute(
        select(Space.id, Space.merged_into_id).where(Space.id == space_id)
    ).one_or_none()
    if found is None:
        raise Problem(policy.NO_SUCH_SPACE, field="space_id")
    return found.id if found.merged_into_id is None else living_space(found.merged_into_id)


def add_space(actor: Actor, *, name: str, description: str, token: str) -> int:
    """Add a space at the end of the list; its id. The same `token` again adds nothing.

    Raises NotFound, and Problem when its name is taken.
    """
    with transaction():
        _all_spaces(actor)
        if known := once.replayed(token, actor.using("space")):
            return known
        _refuse_taken(name, None)
        row = _add(name, description)
        once.settle(token, actor.using("space"), row.id)
        record("add_space", actor_id=actor.id, target="space", target_id=row.id, facts={"name": name})
        return row.id


def edit_space(actor: Actor, *, space_id: int, name: str, description: str, place: int) -> None:
    """Change a space's name, description and place in the list, counted from 1; its address stays.

    Raises NotFound, and Problem when the name is taken.
    """
    with transaction():
        spaces = _all_spaces(actor)
        row = _of(spaces, space_id)
        _refuse_taken(name, space_id)
        before = {"name": row.name, "description": row.description, "place": spaces.index(row) + 1}
        row.name, row.description = name, description
        spaces.remove(row)
        spaces.insert(max(0, place - 1), row)
        for position, space in enumerate(spaces):
            space.position = position
        after = {"name": name, "description": description, "place": spaces.index(row) + 1}
        if before != after:
            facts = {"before": before, "after": after}
            record("edit_space", actor_id=actor.id, target="space", target_id=space_id, facts=facts)


def merge_spaces(actor: Actor, *, space_id: int, into_id: int) -> None:
    """Move every thread of a space to another; the first is no more, and its address leads on.

    Done in a few statements, however many threads there are; what keeps copies follows piece by piece. Merged
    already, nothing changes. Raises NotFound, and Problem when it is this very space.
    """
    with transaction() as session:
        spaces = _all_spaces(actor)
        if session.scalar(select(Space.merged_into_id).where(Space.id == space_id)) == into_id:
            return
        row = _of(spaces, space_id)
        if space_id == into_id:
            raise Problem(policy.SAME_SPACE, field="into")
        into = next((space for space in spaces if space.id == into_id), None)
        if into is None:
            raise Problem(policy.NO_SUCH_SPACE, field="into")
        run = session.connection().execute
        # Nobody else who changes threads is at it; they are held and noted in one order all the same.
        keep_names(alone=True)
        there = select(Thread.id).where(Thread.space_id == space_id).order_by(Thread.id)
        session.execute(there.with_for_update(key_share=True))
        run(insert_ignoring(MovedThread).from_select(["thread_id"], there))
        moved = run(update(Thread).where(Thread.space_id == space_id).values(space_id=into_id)).rowcount
        run(update(Space).where(Space.merged_into_id == space_id).values(merged_into_id=into_id))
        row.merged_into_id = into_id
        facts = {"name": row.name, "into": into.name, "threads": moved}
        record("merge_spaces", actor_id=actor.id, target="space", target_id=into_id, facts=facts)
        follow_up()


def _all_spaces(actor: Actor) -> list[Space]:
    """Every living space in its order, kept so, for somebody who may change them."""
    if policy.keep_spaces(actor):
        raise NotFound
    _keep_spaces(alone=True)
    living = select(Space).where(Space.merged_into_id.is_(None)).order_by(Space.id)
    spaces = db.session.scalars(living.execution_options(populate_existing=True)).all()
    return sorted(spaces, key=lambda space: (space.position, space.id))


def _keep_spaces(*, alone: bool = False) -> None:
    """Let no space be merged until the open transaction ends; `alone`, for who does that, keeps those who write away.

    One lock for all of them: the way from a merged space to the one it is now leads over rows in any order. Taken
    before names of tags are kept. SQLite has one writer anyway.
    """
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        session.execute(select(lock(_POSTGRES_LOCK)))


def _of(spaces: list[Space], space_id: int) -> Space:
    for space in spaces:
        if space.id == space_id:
            return space
    raise NotFound


def _refuse_taken(name: str, space_id: int | None) -> None:
    living = select(Space.id, Space.name).where(Space.merged_into_id.is_(None))
    for other_id, other in db.session.execute(living):
        if other.casefold() == name.casefold() and other_id != space_id:
            raise Problem(policy.SPACE_NAME_TAKEN, field="name")


def _add(name: str, description: str) -> Space:
    last = db.session.scalar(select(func.max(Space.position)))
    place = 0 if last is None else last + 1
    row = Space(name=name, description=description, slug=_free_slug(name), position=place)
    db.session.add(row)
    db.session.flush()
    return row


def _free_slug(name: str) -> str:
    """One that no space has or had."""
    plain = slug(name, LONGEST_SLUG)
    taken = set(db.session.scalars(select(Space.slug).where(Space.slug.startswith(plain, autoescape=True))))
    numbered = (f"{plain}-{number}" for number in count(2))
    return next(free for free in chain([plain], numbered) if free not in taken)
