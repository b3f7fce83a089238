"""An imported chain of replies may be deeper than any stack."""

from types import SimpleNamespace

from flask import Flask
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.core.clock import now
from app.core.db import db
from app.forum.models import Space, Thread
from app.forum.operations import Words
from app.questions import importing, queries
from app.questions.documents import QuestionDocuments
from app.questions.importing import ImportedPost, ImportedQuestion

DEPTH = 1_200


def test_it_is_read_and_indexed(app: Flask, cast: SimpleNamespace) -> None:
    words = Words("Deeper", "<p>Deeper</p>", 1)
    chain = [
        ImportedPost(
            external_id=f"R{depth}",
            parent=f"R{depth - 1}" if depth else None,
            author_id=cast.bob.id,
            words=words,
            created_at=now(),
        )
        for depth in range(DEPTH)
    ]
    importing.write(
        [
            ImportedQuestion(
                source="elsewhere",
                external_id="T1",
                title="How deep can this go?",
                space_id=db.session.scalars(select(Space.id)).first() or 0,
                author_id=cast.alice.id,
                words=words,
                tags=(),
                created_at=now(),
                accepted=f"R{DEPTH - 1}",
                replies=chain,
            )
        ]
    )
    thread_id = db.session.scalars(select(Thread.id)).one()
    first = queries.page(ANONYMOUS, thread_id)
    assert first.accepted
    pages = [queries.page(ANONYMOUS, thread_id, number=number) for number in range(1, first.last + 1)]
    read = [entry.node.id for page in pages for entry in page.entries]
    assert len(read) == len(set(read)) == DEPTH
    shown = app.test_client().get(f"/p/{first.accepted.id}", follow_redirects=True).text
    assert f'id="p-{first.accepted.id}"' in shown
    assert "This goes on under the answer by Bob." in shown
    document = QuestionDocuments().documents([thread_id])[thread_id]
    assert document.replies.count("Deeper") == DEPTH - 1
