"""Questions as search sees them."""

from collections.abc import Collection, Iterator
from itertools import chain

from sqlalchemy import func, select

from app.accounts.actor import ANONYMOUS, Actor, Role
from app.accounts.models import Account
from app.core.db import db
from app.core.text import plain
from app.forum import queries as forum
from app.forum.documents import Document, Seen
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts, visible_threads
from app.forum.queries import Node
from app.questions.models import KIND, Question, State
from app.questions.ordering import in_order

# Opening posts say nothing of how good the answers are.
_below = Post.parent_id.is_not(None)


class QuestionDocuments:
    """`forum.documents.Documents` of questions: what a visitor may read, and nothing else."""

    states = tuple(State)

    def documents(self, thread_ids: Collection[int]) -> dict[int, Document]:
        heads = db.session.execute(
            select(Thread, Question.accepted_post_id, Question.stale_at.is_not(None), forum.tag_line())
            .join(Question, Question.thread_id == Thread.id)
            .where(Thread.id.in_(thread_ids), Thread.kind == KIND, visible_threads(ANONYMOUS))
        ).all()
        openings = forum.outlines(ANONYMOUS, thread_ids)
        posts = select(Post.id, Post.html, Post.photo_count).join(Thread)
        posts = posts.where(Post.thread_id.in_(thread_ids), visible_posts(ANONYMOUS))
        texts, photos = {}, set()
        for post_id, html, photo_count in db.session.execute(posts):
            texts[post_id] = plain(html)
            if photo_count:
                photos.add(post_id)
        return {
            thread.id: _document(thread, openings[thread.id], accepted_id, stale, tags or "", texts, photos)
            for thread, accepted_id, stale, tags in heads
            if thread.id in openings and openings[thread.id].id in texts
        }

    def seen(self, actor: Actor, thread_ids: Collection[int]) -> dict[int, Seen]:
        rows = forum.threads_by_id(actor, list(thread_ids))
        helpful = func.max(Post.up_count - Post.down_count).filter(_below)
        official = func.count().filter(_below, Account.role == Role.AGENT)
        known = (
            select(
                Thread.id, Question.duplicate_of_id, Question.stale_at, forum.tag_line(), helpful, official
            )
            .join(Question, Question.thread_id == Thread.id)
            .join(Post, Post.thread_id == Thread.id)
            .join(Account, Account.id == Post.author_id)
            .where(Thread.id.in_(rows), visible_posts(actor))
            .group_by(Thread.id, Question.duplicate_of_id, Question.stale_at)
        )
        return {
            thread_id: Seen(
                row=rows[thread_id],
                tags=tuple(sorted((tags or "").split())),
                solved=rows[thread_id].state == State.SOLVED,
                official=bool(by_agents),
                stale=stale_at is not None,
                score=max(0, votes or 0),
                instead=duplicate_of_id,
            )
            for thread_id, duplicate_of_id, stale_at, tags, votes, by_agents in db.session.execute(known)
        }

    def ids(self) -> Iterator[int]:
        opening = select(Thread.id).join(Post).where(Thread.kind == KIND, Post.parent_id.is_(None))
        rows = opening.where(visible_posts(ANONYMOUS)).order_by(Thread.id)
        yield from db.session.scalars(rows.execution_options(yield_per=1_000))


def _document(
    thread: Thread,
    opening: Node,
    accepted_id: int | None,
    stale: bool,
    tags: str,
    texts: dict[int, str],
    photos: set[int],
) -> Document:
    below = list(opening.below())
    accepted = next((node for node in below if node.id == accepted_id and node.seen), None)
    answers = in_order([node for node in opening.children if not node.comment], accepted, stale=stale)
    best = _best(answers, accepted)
    in_turn = chain.from_iterable([answer, *answer.below()] for answer in answers)
    comments = chain.from_iterable([node, *node.below()] for node in opening.children if node.comment)
    rest = [node for node in chain(comments, in_turn) if node.seen and node is not best]
    shown = [opening, *(node for node in below if node.seen)]
    marks = [f"by:{thread.author_id}"]
    if any(node.id in photos for node in shown):
        marks.append("has:photo")
    if any(node.official for node in shown[1:]):
        marks.append("is:official")
    return Document(
        kind=KIND,
        id=thread.id,
        title=thread.title,
        body=texts[opening.id],
        answer=texts.get(best.id, "") if best else "",
        replies="\n".join(texts[node.id] for node in rest if node.id in texts),
        state=thread.state,
        tags=tuple(sorted(tags.split())),
        at=thread.created_at,
        marks=tuple(marks),
    )


def _best(answers: list[Node], accepted: Node | None) -> Node | None:
    """The accepted post where its answer comes first, else the first answer there is to read."""
    if (
        accepted
        and answers
        and (answers[0] is accepted or any(node is accepted for node in answers[0].below()))
    ):
        return accepted
    return next((node for node in answers if node.seen), None)
