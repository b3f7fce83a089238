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
from app.forum.queries import tags_of
from app.questions import queries
from app.questions.models import KIND


class QuestionDocuments:
    """`forum.ports.Documents` of questions: what a visitor may read, and nothing else."""

    def document(self, thread_id: int) -> Document | None:
        try:
            thread, opening, below, accepted = queries.whole(ANONYMOUS, thread_id)
        except NotFound:
            return None
        answers = (row for row in below if row.parent_id == opening.id and not row.comment)
        best = accepted or next(answers, None)
        return Document(
            kind=KIND,
            id=thread_id,
            title=thread.title,
            body=plain(opening.html),
            answer=plain(best.html) if best else "",
            replies="\n".join(plain(row.html) for row in below if row is not best),
            state=thread.state,
            tags=tags_of([thread_id])[thread_id],
            at=thread.created_at,
        )

    def ids(self) -> Iterator[int]:
        opening = select(Thread.id).join(Post).where(Thread.kind == KIND, Post.parent_id.is_(None))
        rows = opening.where(visible_posts(ANONYMOUS)).order_by(Thread.id)
        yield from db.session.scalars(rows.execution_options(yield_per=1_000))
