"""What a question adds when posts go from one thread to another: marks, pointers, who has it too, what is half written."""

from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import aliased

from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.forum import operations as forum
from app.forum.models import Draft, Photo, Post, Thread
from app.forum.ports import Facts
from app.questions import policy
from app.questions.events import AnswerAccepted, AnswerUnaccepted
from app.questions.models import HaveToo, Question, State
from app.questions.operations import answer_draft
from app.questions.operations.accepting import settle_state

_NO_MARK: dict[str, Any] = dict.fromkeys(
    ("accepted_post_id", "accepted_by_id", "accepted_at", "confirmed_at", "stale_at")
)


class MovingQuestions:
    """`forum.ports.Moving` of questions.

    A mark follows its post to a question of the same asker that has none; elsewhere nobody but its asker says what
    solved it. A question without posts keeps its row as it is, for when they come back.
    """

    first_state = State.OPEN

    def stays(self, thread_id: int, *, into: bool) -> LazyString | None:
        return policy.give_posts(_thread(thread_id)) if not into else policy.take_posts(_thread(thread_id))

    def merged(self, thread_id: int, into_id: int) -> Facts:
        facts = {
            "into_id": into_id,
            "pointing": _point(thread_id, into_id),
            "too": _have_too(thread_id, into_id),
        }
        _lead_mark(thread_id, into_id)
        _lead_drafts(thread_id, into_id)
        settle_state(into_id)
        return facts

    def unmerged(self, thread_id: int, from_id: int, facts: Facts) -> None:
        into_id = facts["into_id"]
        _point(into_id, thread_id, facts["pointing"])
        theirs = (HaveToo.thread_id == into_id, HaveToo.account_id.in_(facts["too"]))
        db.session.execute(delete(HaveToo).where(*theirs))
        _count_too(into_id)
        _lead_mark(from_id, thread_id)
        for each in (from_id, thread_id):
            _drop_mark(each)
            settle_state(each)

    def split(self, thread_id: int, new_id: int) -> Facts:
        db.session.add(Question(thread_id=new_id))
        db.session.flush()
        _lead_mark(thread_id, new_id)
        mark = _drop_mark(thread_id)
        for each in (thread_id, new_id):
            settle_state(each)
        return {"mark": mark}

    def unsplit(self, thread_id: int, new_id: int, facts: Facts) -> None:
        _point(new_id, thread_id)
        _lead_mark(new_id, thread_id)
        mark = facts["mark"]
        if mark and _mark(thread_id)["accepted_post_id"] is None and _stands(mark, thread_id):
            _set_mark(thread_id, mark)
        _lead_drafts(new_id, thread_id)
        settle_state(thread_id)


def _thread(thread_id: int) -> Thread:
    return db.session.get_one(Thread, thread_id, populate_existing=True)


def _point(from_id: int, to_id: int, only: list[int] | None = None) -> list[int]:
    """Let the questions that point to one, or `only` some of them, point to another; which they were."""
    pointing = (Question.duplicate_of_id == from_id, Question.thread_id != to_id)
    rows = select(Question.thread_id).where(*pointing).order_by(Question.thread_id)
    if only is not None:
        rows = rows.where(Question.thread_id.in_(only))
    ids = list(db.session.scalars(rows))
    moved = update(Question).where(Question.thread_id.in_(ids)).values(duplicate_of_id=to_id)
    db.session().connection().execute(moved)
    for thread_id in ids:
        forum.touch(thread_id)
    return ids


def _have_too(thread_id: int, into_id: int) -> list[int]:
    """Who has one question has the other too, but for whoever asked that; for whom that is new."""
    asker = select(Thread.author_id).where(Thread.id == into_id).scalar_subquery()
    had = select(HaveToo.account_id, HaveToo.created_at).where(
        HaveToo.thread_id == thread_id, HaveToo.account_id != asker
    )
    new = []
    for account_id, created_at in db.session.execute(had).all():
        row = {"thread_id": into_id, "account_id": account_id, "created_at": created_at}
        said = insert_ignoring(HaveToo).values(row).returning(HaveToo.account_id)
        if db.session().connection().execute(said).scalar() is not None:
            new.append(account_id)
    _count_too(into_id)
    return sorted(new)


def _count_too(thread_id: int) -> None:
    counted = select(func.count()).where(HaveToo.thread_id == thread_id).scalar_subquery()
    changed = update(Question).where(Question.thread_id == thread_id).values(too_count=counted)
    db.session().connection().execute(changed)


def _lead_mark(from_id: int, to_id: int) -> None:
    """Let the mark of a question go with its post, where the same person asked and marked nothing."""
    mark = _mark(from_id)
    askers = select(func.count(Thread.author_id.distinct())).where(Thread.id.in_([from_id, to_id]))
    taken = _mark(to_id)["accepted_post_id"]
    if not _stands(mark, to_id) or taken is not None or db.session.scalar(askers) != 1:
        return
    _set_mark(from_id, _NO_MARK)
    _set_mark(to_id, mark)


def _drop_mark(thread_id: int) -> dict[str, Any] | None:
    """Take the mark from a question whose accepted post went elsewhere; what it was."""
    mark = _mark(thread_id)
    if mark["accepted_post_id"] is None or _stands(mark, thread_id):
        return None
    _set_mark(thread_id, _NO_MARK)
    return mark


def _mark(thread_id: int) -> dict[str, Any]:
    """The mark of a question, as JSON has it."""
    columns = [getattr(Question, name) for name in _NO_MARK]
    row = db.session.execute(select(*columns).where(Question.thread_id == thread_id)).one()
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in row._mapping.items()  # noqa: SLF001 - SQLAlchemy's documented way to a mapping
    }


def _set_mark(thread_id: int, mark: dict[str, Any]) -> None:
    values = {
        name: datetime.fromisoformat(value) if isinstance(value, str) else value
        for name, value in mark.items()
    }
    changed = update(Question).where(Question.thread_id == thread_id).values(values)
    db.session().connection().execute(changed)
    if mark["accepted_post_id"] is None:
        emit(AnswerUnaccepted(thread_id))
    elif mark["accepted_by_id"] is not None:
        emit(AnswerAccepted(mark["accepted_post_id"], thread_id, mark["accepted_by_id"]))


def _stands(mark: dict[str, Any], thread_id: int) -> bool:
    """Whether the accepted post stands in this thread, where it can be accepted."""
    there = select(Post.id).where(
        Post.id == mark["accepted_post_id"],
        Post.thread_id == thread_id,
        Post.parent_id.is_not(None),
        ~Post.comment,
    )
    return db.session.scalar(there) is not None


def _lead_drafts(from_id: int, to_id: int) -> None:
    """What people began to answer one question, and its photos, is found at the other, unless they began there too."""
    old, new = answer_draft(from_id), answer_draft(to_id)
    run = db.session().connection().execute
    other = aliased(Draft)
    same = (other.account_id == Draft.account_id) | (other.visitor == Draft.visitor)
    begun = exists().where(other.form == new, same)
    run(update(Draft).where(Draft.form == old, ~begun).values(form=new))
    left = select(Draft.account_id).where(Draft.form == old, Draft.account_id.is_not(None))
    run(update(Photo).where(Photo.form == old, Photo.account_id.not_in(left)).values(form=new))
