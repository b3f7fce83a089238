"""Writing questions that were asked elsewhere, with their times, people, votes and marks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.masking import titled
from app.forum.models import OldAddress, Thread, Visibility
from app.questions.events import Imported
from app.questions.keeping import end_of_chain
from app.questions.models import KIND, Question, State


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedPost:
    """One post; `author_id` is an account here, `parent` the external id of what it replies to.

    No `parent` is the question itself: then it is an answer, unless it is a `comment`. What replies to a comment is one.
    `up` and `down` are votes it got where it comes from.
    """

    external_id: str
    parent: str | None
    author_id: int
    words: forum.Words
    created_at: datetime
    comment: bool = False
    up: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedQuestion:
    """A whole thread. `replies` stand after what they reply to; `accepted` is the external id of one of them.

    With `closed_at` it takes nothing new, and unless it was solved its state says so.
    """

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
    up: int = 0
    down: int = 0
    closed_at: datetime | None = None

    @property
    def answers(self) -> int:
        """Direct replies."""
        return sum(reply.parent is None and not reply.comment for reply in self.replies)

    @property
    def state(self) -> State:
        if self.accepted:
            return State.SOLVED
        if self.closed_at:
            return State.CLOSED
        return State.ANSWERED if self.answers else State.OPEN


def known(source: str, external_ids: Sequence[str]) -> set[str]:
    """Those of `external_ids` that were imported from `source` before."""
    rows = select(Thread.external_id).where(Thread.source == source, Thread.external_id.in_(external_ids))
    return {external_id for external_id in db.session.scalars(rows) if external_id}


def write(questions: Sequence[ImportedQuestion], *, keep_addresses: bool = False) -> None:
    """Write questions in one transaction, in statements that do not grow with them. Nobody is told; search is.

    `keep_addresses` notes where each question and answer lives now, for whoever still knows its old address.
    """
    with transaction():
        threads = _threads(questions)
        forum.tag_new_threads(
            {thread_id: question.tags for thread_id, question in zip(threads, questions, strict=True)}
        )
        posts = _posts(questions, threads)
        _kinds(questions, threads, posts)
        if keep_addresses:
            _addresses(questions, posts)
        for thread_id in threads:
            emit(Imported(thread_id))


def point_to_duplicates(source: str, pairs: Mapping[str, str]) -> int:
    """Let imported questions that were marked as asked before point there (external ids: from, to); how many do now.

    Pairs with a question that is not here, and those that would lead in a circle, are left out. Twice is once.
    """
    pointed = 0
    with transaction() as session:
        here = _ids(source, {*pairs, *pairs.values()})
        for one, other in sorted(pairs.items()):
            thread_id, of_id = here.get(one), here.get(other)
            if thread_id is None or of_id is None or end_of_chain(of_id) == thread_id:
                continue
            points = (
                update(Question)
                .where(Question.thread_id == thread_id, Question.duplicate_of_id.is_(None))
                .values(duplicate_of_id=of_id, duplicate_at=now())
            )
            if session.connection().execute(points).rowcount:
                forum.touch(thread_id, state=State.DUPLICATE)
                pointed += 1
    return pointed


def _ids(source: str, external_ids: set[str]) -> dict[str, int]:
    rows = select(Thread.external_id, Thread.id).where(
        Thread.source == source, Thread.external_id.in_(external_ids)
    )
    return {str(external_id): thread_id for external_id, thread_id in db.session.execute(rows)}


def _threads(questions: Sequence[ImportedQuestion]) -> list[int]:
    if not questions:
        return []
    made = insert(Thread).returning(Thread.id, sort_by_parameter_order=True)
    return list(db.session.scalars(made, [_thread(question) for question in questions]))


def _thread(question: ImportedQuestion) -> dict[str, Any]:
    answers = question.answers
    return {
        "kind": KIND,
        "state": question.state,
        "space_id": question.space_id,
        "author_id": question.author_id,
        **titled(question.title),
        "visibility": Visibility.PUBLIC,
        "answer_count": answers,
        "reply_count": len(question.replies) - answers,
        "locked_at": question.closed_at,
        "created_at": question.created_at,
        "last_activity_at": max([question.created_at, *(reply.created_at for reply in question.replies)]),
        "source": question.source,
        "external_id": question.external_id,
    }


def _posts(questions: Sequence[ImportedQuestion], threads: Sequence[int]) -> list[dict[str | None, int]]:
    """Write the posts, level by level, parents first; for each question external ids (None: its own post) with ids."""
    openings = [
        _row(question, thread_id, None, None) for question, thread_id in zip(questions, threads, strict=True)
    ]
    ids: list[dict[str | None, int]] = [{None: post_id} for post_id in forum.past_posts(openings)]
    comments: list[set[str | None]] = [set() for _question in questions]
    for level in _levels(questions):
        for place, reply in level:
            if reply.parent in comments[place] or (reply.comment and reply.parent is None):
                comments[place].add(reply.external_id)
        rows = [
            {
                **_row(reply, threads[place], ids[place][reply.parent], reply.external_id),
                "comment": reply.external_id in comments[place],
            }
            for place, reply in level
        ]
        for (place, reply), post_id in zip(level, forum.past_posts(rows), strict=True):
            ids[place][reply.external_id] = post_id
    return ids


def _levels(questions: Sequence[ImportedQuestion]) -> Iterator[list[tuple[int, ImportedPost]]]:
    """Replies with the place of their question: direct ones, those to them, and so on."""
    depths: list[dict[str | None, int]] = [{None: 0} for _question in questions]
    levels: dict[int, list[tuple[int, ImportedPost]]] = {}
    for place, question in enumerate(questions):
        for reply in question.replies:
            depth = depths[place][reply.external_id] = depths[place][reply.parent] + 1
            levels.setdefault(depth, []).append((place, reply))
    for depth in sorted(levels):
        yield levels[depth]


def _row(
    written: ImportedQuestion | ImportedPost, thread_id: int, parent_id: int | None, external_id: str | None
) -> dict[str, Any]:
    return {
        **written.words.columns,
        "unmasked_html": written.words.unmasked_html,
        "thread_id": thread_id,
        "parent_id": parent_id,
        "author_id": written.author_id,
        "created_at": written.created_at,
        "external_id": external_id,
        "comment": False,
        "up_count": written.up,
        "down_count": written.down,
        "imported_up": written.up,
        "imported_down": written.down,
    }


def _kinds(
    questions: Sequence[ImportedQuestion],
    threads: Sequence[int],
    posts: Sequence[Mapping[str | None, int]],
) -> None:
    rows = []
    for question, thread_id, ids in zip(questions, threads, posts, strict=True):
        marked = next((reply for reply in question.replies if reply.external_id == question.accepted), None)
        rows.append(
            {
                "thread_id": thread_id,
                "accepted_post_id": ids[marked.external_id] if marked else None,
                "accepted_by_id": question.author_id if marked else None,
                "accepted_at": marked.created_at if marked else None,
            }
        )
    if rows:
        db.session.execute(insert(Question), rows)


def _addresses(questions: Sequence[ImportedQuestion], posts: Sequence[Mapping[str | None, int]]) -> None:
    """Of the questions and their answers; what stood below those had no page of its own."""
    rows = []
    for question, ids in zip(questions, posts, strict=True):
        answers = (reply.external_id for reply in question.replies if reply.parent is None)
        for external_id, post_id in [
            (question.external_id, ids[None]),
            *((answer, ids[answer]) for answer in answers),
        ]:
            rows.append({"source": question.source, "external_id": external_id, "post_id": post_id})
    if rows:
        db.session().connection().execute(insert_ignoring(OldAddress), rows)
