"""Files with appeals: what is taken, who sees them, and that what no appeal came of is forgotten."""

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.images import BYTES
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import MOST_FILES, Appeal, AppealFile
from app.moderation.operations import evidence
from app.moderation.words import Reason
from app.storage.ports import Files
from tests.core.images.pictures import from_a_phone, picture
from tests.moderation.steps import decide
from tests.questions.steps import answer, ask, count, token

PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.fixture
def ref(app: Flask, cast: SimpleNamespace) -> str:
    """Something of bob's was hidden."""
    return decide(cast.mona, answer(cast.bob, ask(cast.alice)), Verb.HIDE, Reason.SPAM)


def sent(*files: tuple[bytes, str], **fields: str) -> dict[str, Any]:
    return {
        **fields,
        "form_token": token(),
        "files": [(io.BytesIO(content), name) for content, name in files],
    }


def rows() -> list[AppealFile]:
    db.session.rollback()
    return list(db.session.scalars(select(AppealFile).order_by(AppealFile.id)))


def stored(row: AppealFile) -> bytes:
    with part(Files).open(row.key) as file:
        return file.read()


def test_sent_with_the_appeal_and_seen_by_its_owner_and_moderators_alone(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, ref: str
) -> None:
    form = sent((from_a_phone(), "order.jpg"), (PDF, "letter.pdf"), source="See my order.")
    done = cast.bob.client.post(f"/appeals/{ref}", data=form, follow_redirects=True)
    assert "See my order." in done.text
    assert "order.jpg" in done.text
    photo, letter = rows()
    assert photo.appeal_id == letter.appeal_id == db.session.scalars(select(Appeal.id)).one()
    assert photo.sha256 == hashlib.sha256(from_a_phone()).hexdigest()
    assert stored(photo).startswith(b"RIFF")
    assert b"Telltale" not in stored(photo)
    assert stored(letter) == PDF
    assert letter.sha256 == hashlib.sha256(PDF).hexdigest()
    for who in (cast.bob, cast.mona, cast.adam):
        shown = who.client.get(f"/appeals/files/{photo.name}")
        assert (shown.status_code, shown.content_type) == (200, "image/webp")
        given = who.client.get(f"/appeals/files/{letter.name}")
        assert (given.data, given.content_type) == (PDF, "application/pdf")
        assert given.headers["Content-Disposition"].startswith("attachment")
        assert given.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in given.headers["Cache-Control"]
    missing = client.get("/appeals/files/nothing")
    for browser in (client, cast.alice.client, cast.tess.client, cast.agnes.client):
        for row in (photo, letter):
            refused = browser.get(f"/appeals/files/{row.name}")
            assert refused.status_code == missing.status_code == 404
    listed = cast.adam.client.get(f"/mod/appeals/{photo.appeal_id}").text
    assert f"/appeals/files/{letter.name}" in listed


def test_what_is_wrong_is_said_and_the_rest_waits_with_what_was_typed(
    app: Flask, cast: SimpleNamespace, ref: str
) -> None:
    form = sent((picture(), "good.png"), (b"<svg/>", "bad.svg"), (b"", "empty.png"), source="See my order.")
    page = cast.bob.client.post(f"/appeals/{ref}", data=form)
    assert page.status_code == 422
    assert "bad.svg: This is neither a photo nor a PDF" in page.text
    assert "See my order." in page.text
    assert count(Appeal) == 0
    (good,) = rows()
    assert "good.png" in page.text
    assert good.appeal_id is None
    assert cast.bob.client.get(f"/appeals/files/{good.name}").status_code == 200
    assert cast.mona.client.get(f"/appeals/files/{good.name}").status_code == 404, "it is not sent yet"
    page = cast.bob.client.post(f"/appeals/{ref}", data=sent(source=""))
    assert (page.status_code, "good.png" in page.text) == (422, True)
    cast.bob.client.post(f"/appeals/{ref}", data=sent(source="Here."))
    assert [row.appeal_id is not None for row in rows()] == [True]


def test_added_first_and_taken_away_again_without_script(app: Flask, cast: SimpleNamespace, ref: str) -> None:
    form = sent((picture(), "order.png"), source="Half a sen", evidence="add")
    for _twice in range(2):
        page = cast.bob.client.post(
            f"/appeals/{ref}", data={**form, "files": [(io.BytesIO(picture()), "o.png")]}
        )
        assert (page.status_code, "Half a sen" in page.text) == (200, True)
    (row,) = rows()
    key, shut = row.key, {"evidence": f"remove:{row.id}"}
    cast.tess.client.post(f"/appeals/{ref}", data=shut)
    moderation.remove_file(cast.tess.actor, file_id=row.id)
    assert len(rows()) == 1
    page = cast.bob.client.post(f"/appeals/{ref}", data={**shut, "source": "Half a sen"})
    assert (page.status_code, "Half a sen" in page.text) == (200, True)
    assert rows() == []
    with pytest.raises(KeyError):
        part(Files).open(key)
    assert count(Appeal) == 0


def test_five_of_eight_megabytes(app: Flask, cast: SimpleNamespace, ref: str) -> None:
    def add(content: bytes) -> None:
        moderation.add_file(cast.bob.actor, ref=ref, content=content, called="x" * 300)

    with pytest.raises(Problem, match="larger than 8 MB"):
        add(PDF + b" " * BYTES)
    for number in range(MOST_FILES):
        add(PDF + b"%" * number)
    add(PDF)
    with pytest.raises(Problem, match="At most 5 files"):
        add(PDF + b"more")
    assert len(rows()) == MOST_FILES


def test_only_who_may_appeal_adds_any(app: Flask, cast: SimpleNamespace, ref: str) -> None:
    def add(who: Any) -> None:
        moderation.add_file(who.actor, ref=ref, content=PDF, called="a.pdf")

    for who in (cast.alice, cast.mona, cast.tess):
        with pytest.raises(NotFound):
            add(who)
    moderation.appeal(cast.bob.actor, ref=ref, source="No advert.", token=token())
    with pytest.raises(Problem, match="already"):
        add(cast.bob)
    assert count(AppealFile) == 0


def test_what_no_appeal_came_of_is_swept(app: Flask, cast: SimpleNamespace, ref: str) -> None:
    other = decide(cast.mona, answer(cast.bob, ask(cast.alice)), Verb.HIDE, Reason.SPAM)
    for where in (ref, other):
        moderation.add_file(cast.bob.actor, ref=where, content=PDF, called="a.pdf")
    moderation.appeal(cast.bob.actor, ref=ref, source="No advert.", token=token())
    kept, unused = rows()
    key = unused.key
    assert moderation.sweep_files() == 0
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert moderation.sweep_files() == 1
        assert moderation.sweep_files() == 0
    assert [row.id for row in rows()] == [kept.id]
    assert stored(rows()[0]) == PDF
    with pytest.raises(KeyError):
        part(Files).open(key)


def test_what_an_appeal_takes_at_that_moment_is_not_swept(
    app: Flask, cast: SimpleNamespace, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep has begun, and the appeal is made before it may write."""
    moderation.add_file(cast.bob.actor, ref=ref, content=PDF, called="a.pdf")

    @contextmanager
    def after_the_appeal() -> Iterator[Any]:
        moderation.appeal(cast.bob.actor, ref=ref, source="No advert.", token=token())
        with transaction() as session:
            yield session

    monkeypatch.setattr(evidence, "transaction", after_the_appeal)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert moderation.sweep_files() == 0
    (kept,) = rows()
    assert kept.appeal_id is not None
    assert stored(kept) == PDF
