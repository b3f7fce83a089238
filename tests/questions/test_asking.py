"""A person asks; the question stands, once."""

from types import SimpleNamespace

from flask import Flask
from sqlalchemy import func, select

from app.core.db import db
from app.forum.models import Space, Thread
from app.questions.models import Question


def _fields(**changes: object) -> dict[str, object]:
    space = db.session.scalar(select(Space.id).order_by(Space.id))
    return {
        "title": "Buyer says not as described but the hole was listed",
        "source": "The listing says *small moth hole*.\nWhat now?",
        "space_id": space,
        "tags": "Returns, moth-hole",
        "form_token": "t" * 20,
        **changes,
    }


def test_a_question_is_posted_and_shown(app: Flask, cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post("/ask", data=_fields())
    assert answer.status_code == 303
    page = cast.bob.client.get(answer.location).text
    assert "Buyer says not as described but the hole was listed" in page
    assert "<em>small moth hole</em>" in page
    assert "/tags/moth-hole" in page
    assert db.session.scalar(select(Thread.version)) == 1


def test_the_same_form_twice_is_one_question(app: Flask, cast: SimpleNamespace) -> None:
    places = {cast.alice.client.post("/ask", data=_fields()).location for _ in range(3)}
    assert len(places) == 1
    assert db.session.scalar(select(func.count()).select_from(Question)) == 1


def test_bad_input_is_said_beside_the_field_and_nothing_changes(app: Flask, cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post("/ask", data=_fields(source="", title="Kept as it was typed"))
    assert answer.status_code == 422
    assert "Say in a few lines what happened" in answer.text
    assert "Kept as it was typed" in answer.text
    assert not db.session.scalar(select(func.count()).select_from(Thread))


def test_extra_fields_change_nothing(app: Flask, cast: SimpleNamespace) -> None:
    cast.alice.client.post("/ask", data=_fields(author_id=cast.bob.id, state="solved", visibility="hidden", role="admin"))
    row = db.session.scalars(select(Thread)).one()
    assert (row.author_id, row.state, row.visibility) == (cast.alice.id, "open", "public")


def test_a_visitors_question_waits_through_signing_in(app: Flask, cast: SimpleNamespace) -> None:
    visitor = app.test_client()
    answer = visitor.post("/ask", data=_fields())
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=/ask") or answer.location.startswith("/sign-in?next=%2Fask")
    assert "small moth hole" in visitor.get("/ask").text
    assert not db.session.scalar(select(func.count()).select_from(Thread))
