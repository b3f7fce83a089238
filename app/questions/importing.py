"""Writing questions that were asked elsewhere, with their times, people and marks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.db import db
from app.core.events import emit
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.masking import titled
from app.forum.models import Thread, Visibility
from app.questions.events import Imported
from app.questions.models import KIND, Question, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPost:
    """One post; `author_id` is an account here, `parent` the external id of what it replies to.

    No `parent` is the question itself: then it is an answer, unless it is a `comment`. What replies to a comment is one.
    """

    external_id: str
    parent: str | None
    author_id: int
    words: forum.Words
    created_at: datetime
    comment: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedQuestion:
    """A whole thread. `replies` stand after what they reply to; `accepted` is the external id of one of them."""

    source: str
    external_id: str
    title: str
    space_id: int
    author_id: int
    words: forum.Words
    tags: Sequence[str]
    created_at: datetime
    accepted: str | None
    replies: Sequence[ImportedPost]


def known(source: str, external_ids: Sequence[str]) -> set[str]:
    """Those of `external_ids` that were imported from `source` before."""
    rows = select(Thread.external_id).where(Thread.source == source, Thread.external_id.in_(external_ids))
    return {external_id for external_id in db.session.scalars(rows) if external_id}


def write(questions: Sequence[ImportedQuestion]) -> None:
    """Write questions in one transaction. Nobody is told; search is."""
    with transaction():
        for question in questions:
            _write(question)


def _write(question: ImportedQuestion) -> None:
    answers = [reply for reply in question.replies if reply.parent is None and not reply.comment]
    state = State.SOLVED if question.accepted else State.ANSWERED if answers else State.OPEN
    thread = Thread(
        kind=KIND,
        state=state,
        space_id=question.space_id,
        author_id=question.author_id,
        **titled(question.title),
        visibility=Visibility.PUBLIC,
        answer_count=len(answers),
        reply_count=len(question.replies) - len(answers),
        created_at=question.created_at,
        last_activity_at=max([question.created_at, *(reply.created_at for reply in question.replies)]),
        source=question.source,
        external_id=question.external_id,
    )
    db.session.add(thread)
    db.session.flush()
    forum.set_tags(thread.id, question.tags)
    ids = dict(_posts(question, thread.id))
    accepted = next((reply for reply in question.replies if reply.external_id == question.accepted), None)
    db.session.add(
        Question(
            thread_id=thread.id,
            accepted_post_id=ids[accepted.external_id] if accepted else None,
            accepted_by_id=question.author_id if accepted else None,
            accepted_at=accepted.created_at if accepted else None,
        )
    )
    emit(Imported(thread.id))


def _posts(question: ImportedQuestion, thread_id: int) -> Iterator[tuple[str, int]]:
    """Write the posts, parents first; external ids with ids."""
    opening = forum.past_post(thread_id, None, question.author_id, question.words, question.created_at)
    ids: dict[str | None, int] = {None: opening}
    comments: set[str | None] = set()
    for reply in question.replies:
        if reply.parent in comments or (reply.comment and reply.parent is None):
            comments.add(reply.external_id)
        ids[reply.external_id] = forum.past_post(
            thread_id,
            ids[reply.parent],
            reply.author_id,
            reply.words,
            reply.created_at,
            reply.external_id,
            comment=reply.external_id in comments,
        )
        yield reply.external_id, ids[reply.external_id]
