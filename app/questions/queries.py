"""Reading questions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.text import excerpt, plain
from app.core.web.pages import Page
from app.forum import queries as forum
from app.forum.models import Space, Thread
from app.forum.queries import PostRow, ThreadRow
from app.questions.models import KIND, Question, State

GIST_CHARACTERS = 220


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Everything the page of one question shows."""

    thread: Thread
    question: Question
    space: Space
    tags: tuple[str, ...]
    opening: PostRow
    answers: list[PostRow]
    accepted_id: int | None
    accepted_at: datetime | None
    accepted: PostRow | None

    @property
    def gist(self) -> str:
        """The accepted answer's first paragraph, shortened."""
        return (
            excerpt(plain(self.accepted.html).strip().split("\n", 1)[0], GIST_CHARACTERS)
            if self.accepted
            else ""
        )


def page(actor: Actor, thread_id: int) -> QuestionPage:
    """One question. Raises NotFound when `actor` may not see it."""
    thread = forum.thread(actor, thread_id, KIND)
    question, space = db.session.execute(
        select(Question, Space)
        .join(Thread, Thread.id == Question.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(Question.thread_id == thread_id)
    ).one()
    opening = forum.tree(actor, thread_id)
    accepted = next((row for row in opening.below() if row.id == question.accepted_post_id), None)
    return QuestionPage(
        thread=thread,
        question=question,
        space=space,
        tags=forum.tags_of([thread_id])[thread_id],
        opening=opening,
        answers=_in_order(opening.replies, question.accepted_post_id, is_stale=question.stale_at is not None),
        accepted_id=question.accepted_post_id,
        accepted_at=question.accepted_at if accepted else None,
        accepted=accepted,
    )


def latest(actor: Actor, number: int) -> Page[ThreadRow]:
    """Questions by latest activity."""
    return forum.threads(actor, Thread.kind == KIND, number=number)


def unsolved(actor: Actor, number: int) -> Page[ThreadRow]:
    """Questions that need an answer, the longest waiting first: those without any before those unsolved."""
    return forum.threads(actor, _waiting(), order=(Thread.answer_count > 0, Thread.created_at), number=number)


def waiting(actor: Actor, limit: int) -> list[ThreadRow]:
    """The questions that have waited longest without any answer."""
    unanswered = (Thread.kind == KIND, Thread.state == State.OPEN)
    return list(forum.threads(actor, *unanswered, order=(Thread.created_at,), size=limit).rows)


def _waiting() -> ColumnElement[bool]:
    return (Thread.kind == KIND) & Thread.state.in_([State.OPEN, State.ANSWERED])


def _in_order(answers: list[PostRow], accepted_id: int | None, *, is_stale: bool) -> list[PostRow]:
    """Accepted first (also when a reply under it is what was accepted), stale last; then official, then by time."""
    return sorted(
        answers,
        key=lambda row: (
            _holds(row, accepted_id) is is_stale,
            not row.author.official,
            row.created_at,
            row.id,
        ),
    )


def _holds(answer: PostRow, post_id: int | None) -> bool:
    return answer.id == post_id or any(row.id == post_id for row in answer.below())
