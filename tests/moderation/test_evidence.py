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

from app.accounts.actor import ANONYMOUS
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
from tests.moderation.steps import decide, on_post
from tests.moderation.test_reporting import link_in, report, to
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
    moderation.remove_file(cast.tess.actor, ref=ref, file_id=row.id)
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


@pytest.fixture
def link(
    app: Flask, cast: SimpleNamespace, work: Callable[[], None], mailbox: Callable[[], list[Any]]
) -> str:
    """The address in the letter that told somebody without an account that what they reported was kept."""
    post_id = answer(cast.bob, ask(cast.alice))
    report(on_post(post_id))
    decide(cast.mona, post_id, Verb.KEEP)
    work()
    return link_in(to(mailbox())[0])


def ref_and_token(link: str) -> tuple[str, str]:
    ref, _query, signed = link.removeprefix("/appeals/").partition("?token=")
    return ref, signed


def test_by_the_link_of_a_letter_files_go_with_an_appeal_too(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, link: str
) -> None:
    ref, signed = ref_and_token(link)
    page = client.post(link, data=sent((picture(), "order.png"), source="Half a sen", evidence="add"))
    assert (page.status_code, "Half a sen" in page.text, "order.png" in page.text) == (200, True, True)
    page = client.post(link, data=sent((b"<svg/>", "bad.svg"), (PDF, "letter.pdf"), source="Here."))
    assert page.status_code == 422
    assert "bad.svg: This is neither a photo nor a PDF" in page.text
    photo, letter = rows()
    assert (photo.account_id, photo.appeal_id) == (None, None)
    shown = f"/appeals/files/{photo.name}?token={signed}"
    assert f'href="{shown}"' in page.text
    assert client.get(shown).content_type == "image/webp"
    assert cast.mona.client.get(shown.partition("?")[0]).status_code == 404, "it is not sent yet"
    taken = client.post(link, data={"evidence": f"remove:{letter.id}", "source": "Here."})
    assert (taken.status_code, "letter.pdf" in taken.text) == (200, False)
    large = PDF + b" " * (BYTES - len(PDF))
    done = client.post(link, data=sent((large, "large.pdf"), source="Here."), follow_redirects=True)
    assert "large.pdf" in done.text
    appeal = db.session.scalars(select(Appeal)).one()
    assert {row.appeal_id for row in rows()} == {appeal.id}
    assert cast.adam.client.get(shown.partition("?")[0]).status_code == 200
    assert "order.png" in cast.adam.client.get(f"/mod/appeals/{appeal.id}").text
    with pytest.raises(Problem, match="already"):
        moderation.add_file(ANONYMOUS, ref=ref, link=signed, content=PDF, called="a.pdf")


def test_another_link_opens_nothing(
    app: Flask,
    client: FlaskClient,
    cast: SimpleNamespace,
    link: str,
    work: Callable[[], None],
    mailbox: Callable[[], list[Any]],
) -> None:
    ref, signed = ref_and_token(link)
    moderation.add_file(ANONYMOUS, ref=ref, link=signed, content=PDF, called="a.pdf")
    (row,) = rows()
    post_id = answer(cast.bob, ask(cast.alice))
    report(on_post(post_id), "jo@example.com")
    decide(cast.mona, post_id, Verb.KEEP)
    work()
    other, others = ref_and_token(link_in(to(mailbox(), "jo@example.com")[0]))
    for wrong in (f"/appeals/{ref}?token={others}", f"/appeals/{ref}?token=x", f"{link}x"):
        assert client.post(wrong, data=sent((PDF, "b.pdf"), evidence="add")).status_code == 404
        large = {"input_stream": io.BytesIO(b" " * BYTES), "content_length": BYTES}
        form = "multipart/form-data; boundary=b"
        assert client.post(wrong, content_type=form, **large).status_code == 404
        assert client.post(wrong, data={"evidence": f"remove:{row.id}"}).status_code == 404
    for browser in (client, cast.bob.client, cast.alice.client):
        for query in ("", f"?token={others}", "?token=x", f"?token={signed}x"):
            assert browser.get(f"/appeals/files/{row.name}{query}").status_code == 404
    moderation.remove_file(ANONYMOUS, ref=other, link=others, file_id=row.id)
    assert [kept.id for kept in rows()] == [row.id]
    with pytest.raises(NotFound):
        moderation.add_file(ANONYMOUS, ref=ref, content=PDF, called="a.pdf")


def test_of_who_has_no_account_as_many_are_kept_and_as_long(app: Flask, link: str) -> None:
    ref, signed = ref_and_token(link)

    def add(content: bytes) -> None:
        moderation.add_file(ANONYMOUS, ref=ref, link=signed, content=content, called="a.pdf")

    for number in range(MOST_FILES):
        add(PDF + b"%" * number)
    add(PDF)
    with pytest.raises(Problem, match="At most 5 files"):
        add(PDF + b"more")
    keys = [row.key for row in rows()]
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert moderation.sweep_files() == MOST_FILES
    assert rows() == []
    for key in keys:
        with pytest.raises(KeyError):
            part(Files).open(key)
    with (
        clock.frozen(clock.now() + timedelta(days=190)),
        pytest.raises(Problem, match="The time to ask for another look is over"),
    ):
        add(PDF)
