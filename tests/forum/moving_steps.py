"""What moderators do to threads, as their room does it: in a transaction of its own."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import MergedThread, Post, Thread, Visibility
from app.forum.recounting import recount, recount_tags, recount_votes
from app.questions.models import Question, State
from app.questions.recounting import recount_too


def merge(thread_id: int, into_id: int) -> dict[str, Any]:
    """What was done, as a log gives it back."""
    with transaction():
        facts = json.dumps(forum.merge(thread_id, into_id))
    return dict(json.loads(facts))


def unmerge(facts: dict[str, Any]) -> None:
    with transaction():
        forum.unmerge(facts)


def split(
    thread_id: int, post_ids: Collection[int], title: str = "A coat of another kind", **more: Any
) -> tuple[int, dict[str, Any]]:
    with transaction():
        new_id, facts = forum.split(thread_id, post_ids, title, **more)
        kept = json.dumps(facts)
    return new_id, dict(json.loads(kept))


def unsplit(facts: dict[str, Any]) -> None:
    with transaction():
        forum.unsplit(facts)


def tree(thread_id: int) -> dict[int, tuple[int | None, bool]]:
    """Of every post of a thread what it hangs on, and whether it is a comment."""
    db.session.rollback()
    rows = select(Post.id, Post.parent_id, Post.comment).where(Post.thread_id == thread_id)
    return {post_id: (parent_id, comment) for post_id, parent_id, comment in db.session.execute(rows)}


def everything_adds_up() -> None:
    """Counters are those of the rows, trees are sound, marks and states are of their own threads."""
    db.session.rollback()
    assert [mended for _number, mended in recount() if mended] == []
    assert [*recount_votes(), *recount_tags(), *recount_too()] == []
    for thread, question in db.session.execute(
        select(Thread, Question).join(Question, Question.thread_id == Thread.id)
    ).all():
        found = tree(thread.id)
        leads_on = db.session.get(MergedThread, thread.id)
        if thread.visibility == Visibility.MERGED:
            assert leads_on
            assert found == {}
            continue
        assert leads_on is None
        openings = [post_id for post_id, (parent_id, _comment) in found.items() if parent_id is None]
        assert len(openings) == 1
        for parent_id, comment in found.values():
            if parent_id is not None:
                assert parent_id in found
                # Only under an opening post something else begins than hangs there.
                assert parent_id in openings or comment == found[parent_id][1]
        mark = question.accepted_post_id
        assert mark is None or (mark in found and mark not in openings and not found[mark][1])
        if thread.state in {State.OPEN, State.ANSWERED, State.SOLVED}:
            stands = mark and db.session.get_one(Post, mark).visibility == Visibility.PUBLIC
            answered = State.ANSWERED if thread.answer_count else State.OPEN
            assert thread.state == (State.SOLVED if stands else answered)
