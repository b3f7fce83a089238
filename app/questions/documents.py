"""Questions as search sees them."""

from collections.abc import Iterator

from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.core.db import db
from app.core.problems import NotFound
from app.core.text import plain
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts
from app.forum.ports import Document
from app.questions import queries
from app.questions.models import KIND


class QuestionDocuments:
    """`forum.ports.Documents` of questions: what a visitor may read, and nothing else."""

    def document(self, thread_id: int) -> Document | None:
        try:
            page = queries.page(ANONYMOUS, thread_id)
        except NotFound:
            return None
        best = page.accepted or (page.answers[0] if page.answers else None)
        return Document(
            kind=KIND,
            id=thread_id,
            title=page.thread.title,
            body=plain(page.opening.html),
            answer=plain(best.html) if best else "",
            replies="\n".join(plain(row.html) for row in page.opening.below() if row is not best),
            state=page.thread.state,
            tags=page.tags,
            at=page.thread.created_at,
        )

    def ids(self) -> Iterator[int]:
        opening = select(Thread.id).join(Post).where(Thread.kind == KIND, Post.parent_id.is_(None))
        rows = opening.where(visible_posts(ANONYMOUS)).order_by(Thread.id)
        yield from db.session.scalars(rows.execution_options(yield_per=1_000))
