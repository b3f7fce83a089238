"""Reading questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, union_all

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.core.text import excerpt, plain
from app.core.web.pages import Page
from app.forum import queries as forum
from app.forum.models import Post, Space, Thread
from app.forum.policy import can_see_thread, visible_threads
from app.forum.queries import PAGE_SIZE, Entry, Node, PostRow, ThreadRow
from app.questions.models import KIND, HaveToo, Question, State
from app.questions.ordering import Sort, in_order

GIST_CHARACTERS = 220


def gist(html: str) -> str:
    """The first paragraph of an answer, shortened."""
    return excerpt(plain(html).strip().split("\n", 1)[0], GIST_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Conversation:
    """An answer and what this page shows of the replies under it; `continued` when it begins on a page before."""

    head: Entry
    replies: Sequence[Entry]
    continued: bool = False


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """Everything that a page of one question shows; `number` of `last` pages."""

    thread: Thread
    question: Question
    space: Space
    tags: tuple[str, ...]
    opening: PostRow
    comments: Sequence[Entry]
    conversations: Sequence[Conversation]
    accepted_id: int | None
    accepted_at: datetime | None
    accepted: PostRow | None
    went_to_support: bool
    stale: bool
    too_count: int
    have_too: bool
    marks: forum.Marks
    answered_at: datetime | None
    sort: Sort
    number: int
    last: int
    pages: dict[int, int]

    @property
    def answers(self) -> list[PostRow]:
        """The answers on this page that can be read, in their order."""
        return [talk.head.row for talk in self.conversations if talk.head.row and not talk.continued]

    @property
    def entries(self) -> Iterator[Entry]:
        """Every place on this page below the question."""
        yield from self.comments
        for talk in self.conversations:
            if not talk.continued:
                yield talk.head
            yield from talk.replies

    @property
    def rows(self) -> list[PostRow]:
        """The posts on this page below the question that can be read."""
        return [entry.row for entry in self.entries if entry.row]

    @property
    def answered_ids(self) -> set[int]:
        """Posts of this page that others wrote under."""
        below = {entry.node.id for entry in self.entries if entry.node.children}
        return below | ({self.opening.id} if self.conversations else set())

    def took_part(self, account_id: int | None) -> bool:
        """Whether somebody wrote something on this page."""
        return any(entry.node.author_id == account_id and entry.node.seen for entry in self.entries)

    @property
    def gist(self) -> str:
        """The accepted answer's."""
        return gist(self.accepted.html) if self.accepted else ""


def page(
    actor: Actor, thread_id: int, *, number: int = 1, around: int | None = None, sort: Sort = Sort.BEST
) -> QuestionPage:
    """A page of one question: the one that holds the post `around`, else page `number`, at most the last.

    Raises NotFound when `actor` may not see the question. Three statements, however long the thread is.
    """
    head = _head(actor, thread_id)
    thread, question = head.thread, head.question
    opening = forum.outline(actor, thread_id)
    accepted = _seen(opening, question.accepted_post_id)
    found = forum.entries(_direct(opening, question, accepted, sort))
    starts = forum.page_starts(found)
    pages = _pages(found, starts)
    number = min(pages.get(around or 0, number), len(starts))
    shown = found[starts[number - 1] : starts[number] if number < len(starts) else None]
    wanted = {opening.id, *(entry.node.id for entry in shown), *([accepted.id] if accepted else [])}
    rows = forum.posts(actor, Post.id.in_(wanted))
    if opening.id not in rows:
        raise NotFound
    for entry in shown:
        entry.row = rows.get(entry.node.id)
    comments = [entry for entry in shown if entry.node.comment]
    return QuestionPage(
        thread=thread,
        question=question,
        space=head.space,
        tags=head.tags,
        opening=rows[opening.id],
        comments=comments,
        conversations=_conversations(found, starts[number - 1] + len(comments), shown[len(comments) :]),
        accepted_id=question.accepted_post_id,
        accepted_at=question.accepted_at if accepted else None,
        went_to_support=question.with_support_at is not None,
        accepted=rows.get(accepted.id) if accepted else None,
        stale=accepted is not None and question.stale_at is not None,
        too_count=question.too_count,
        have_too=head.have_too,
        marks=head.marks,
        answered_at=min((node.created_at for node in _answers(opening) if node.seen), default=None),
        sort=sort,
        number=number,
        last=len(starts),
        pages=pages,
    )


def latest(actor: Actor, number: int) -> Page[ThreadRow]:
    """Questions by latest activity."""
    return forum.threads(actor, Thread.kind == KIND, number=number)


def unsolved(actor: Actor, number: int) -> Page[ThreadRow]:
    """Questions that need an answer, the longest waiting first: those without any before those unsolved.

    Each sort is read in its index's order as far as the page goes, so that not all that wait have to be sorted.
    """
    most = number * PAGE_SIZE + 1
    first = [
        select(Thread.id)
        .where(Thread.kind == KIND, Thread.state == state, visible_threads(actor))
        .order_by(Thread.created_at, Thread.id)
        .limit(most)
        .subquery()
        for state in (State.OPEN, State.ANSWERED)
    ]
    among = Thread.id.in_(union_all(*(select(ids.c.id) for ids in first)))
    return forum.threads(
        actor, among, order=(Thread.state == State.ANSWERED, Thread.created_at, Thread.id), number=number
    )


def waiting(actor: Actor, limit: int) -> list[ThreadRow]:
    """The questions that have waited longest without any answer."""
    unanswered = (Thread.kind == KIND, Thread.state == State.OPEN)
    return list(forum.threads(actor, *unanswered, order=(Thread.created_at, Thread.id), size=limit).rows)


@dataclass(frozen=True, slots=True)
class _Head:
    thread: Thread
    question: Question
    space: Space
    tags: tuple[str, ...]
    have_too: bool
    marks: forum.Marks


def _head(actor: Actor, thread_id: int) -> _Head:
    """What stands above the posts, whether `actor` has this question too, and what they made of it."""
    mine = exists().where(HaveToo.thread_id == Thread.id, HaveToo.account_id == actor.id)
    own = [mine, *forum.mark_columns(actor)] if actor.signed_in else []
    found = db.session.execute(
        select(Thread, Question, Space, forum.tag_line(), *own)
        .join(Question, Question.thread_id == Thread.id)
        .join(Space, Space.id == Thread.space_id)
        .where(Thread.id == thread_id, Thread.kind == KIND)
    ).one_or_none()
    if found is None or not can_see_thread(actor, found.Thread):
        raise NotFound
    tags = tuple(sorted((found[3] or "").split()))
    have_too, marks = (bool(found[4]), forum.marks_of(*found[5:])) if own else (False, forum.Marks())
    return _Head(found.Thread, found.Question, found.Space, tags, have_too, marks)


def _seen(opening: Node, post_id: int | None) -> Node | None:
    if post_id is None:
        return None
    return next((node for node in opening.below() if node.id == post_id and node.seen), None)


def _answers(opening: Node) -> list[Node]:
    return [node for node in opening.children if not node.comment]


def _direct(opening: Node, question: Question, accepted: Node | None, sort: Sort) -> list[Node]:
    """Comments on the question, oldest first, then the answers in their order."""
    answers = in_order(_answers(opening), accepted, sort, stale=question.stale_at is not None)
    return [node for node in opening.children if node.comment] + answers


def _pages(found: Sequence[Entry], starts: Sequence[int]) -> dict[int, int]:
    """On which page each post stands."""
    ends = [*starts[1:], len(found)]
    return {
        entry.node.id: number
        for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)
        for entry in found[start:end]
    }


def _conversations(found: Sequence[Entry], start: int, shown: Sequence[Entry]) -> list[Conversation]:
    """The answers on a page, each with its replies; the first may begin before `start`, where the page does."""
    talks: list[Conversation] = []
    replies: list[Entry] = []
    if shown and shown[0].depth:
        head = next(entry for entry in reversed(found[:start]) if entry.depth == 0)
        talks.append(Conversation(head, replies, continued=True))
    for entry in shown:
        if entry.depth == 0:
            replies = []
            talks.append(Conversation(entry, replies))
        else:
            replies.append(entry)
    return talks
