"""Threads to be found."""

from collections.abc import Callable, Iterator
from html import escape
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from app.core.clock import now
from app.core.db import db
from app.core.parts import part
from app.core.transaction import transaction
from app.forum.models import Post, Space, Thread, Visibility
from app.questions.models import KIND, Question
from app.search import indexing
from app.search.ports import Index

Ask = Callable[..., int]


@pytest.fixture
def index(app: Flask) -> Index:
    return part(Index)


@pytest.fixture
def ask(app: Flask, cast: SimpleNamespace) -> Iterator[Ask]:
    """alice asks, bob answers; the index is told of it. The thread's id."""

    def write(
        title: str,
        body: str = "",
        *answers: str,
        accepted: int | None = None,
        visibility: Visibility = Visibility.PUBLIC,
        answers_are: Visibility = Visibility.PUBLIC,
        told: bool = True,
    ) -> int:
        state = "solved" if accepted is not None else "answered" if answers else "open"
        with transaction() as session:
            thread = Thread(
                kind=KIND,
                state=state,
                space_id=session.scalar(select(Space.id).order_by(Space.id)),
                author_id=cast.alice.id,
                title=title,
                visibility=visibility,
                answer_count=len(answers),
                created_at=now(),
                last_activity_at=now(),
            )
            session.add(thread)
            session.flush()
            opening = _post(thread.id, None, cast.alice.id, body, Visibility.PUBLIC)
            session.add(opening)
            session.flush()
            posts = []
            for text in answers:
                posts.append(_post(thread.id, opening.id, cast.bob.id, text, answers_are))
                session.add(posts[-1])
                session.flush()
            mark = posts[accepted].id if accepted is not None else None
            session.add(Question(thread_id=thread.id, accepted_post_id=mark))
            if told:
                indexing.refresh(thread.id)
            return thread.id

    yield write


@pytest.fixture
def change(app: Flask) -> Callable[..., None]:
    """Change a thread's columns as an operation would, its version with them; the index is told unless `told` is false."""

    def write(thread_id: int, *, told: bool = True, **values: object) -> None:
        with transaction() as session:
            session.execute(
                update(Thread).where(Thread.id == thread_id).values(version=Thread.version + 1, **values)
            )
            if told:
                indexing.refresh(thread_id)

    return write


def _post(thread_id: int, parent_id: int | None, author_id: int, text: str, visibility: Visibility) -> Post:
    return Post(
        thread_id=thread_id,
        parent_id=parent_id,
        author_id=author_id,
        source=text,
        html=f"<p>{escape(text)}</p>",
        pipeline_version=1,
        visibility=visibility,
        created_at=now(),
    )


@pytest.fixture
def statements(app: Flask) -> Callable[[Callable[[], object]], int]:
    """How many statements something sends to the database."""

    def count(doing: Callable[[], object]) -> int:
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            doing()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(sent)

    return count
