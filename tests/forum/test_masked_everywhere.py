"""Personal data that somebody posted all the same is read by its author in their form, and by staff; by nobody else anywhere."""

import html
import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from app.accounts.actor import ANONYMOUS
from app.cli.importing import jsonl
from app.cli.text import text as text_commands
from app.core.db import db
from app.core.parts import part
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.documents import KindsOfDocument
from app.forum.masking import public, public_source
from app.forum.models import Post, Tag, Thread
from app.forum.operations import Album
from app.mail.queries import Letter
from app.questions import operations as questions
from app.search import reduced
from app.search.query import parse
from tests.core.images.pictures import picture
from tests.forum import steps as trunk
from tests.moderation.steps import archive, lock
from tests.questions import steps

SECRETS = {
    "phone": "07700 900123",
    "email": "jane.doe@example.com",
    "iban": "GB29 NWBK 6016 1331 9268 19",
    "card": "4111 1111 1111 1111",
    "parcel": "RB123456785GB",
    "address": "12 Quilters Lane",
}
WORDS = {"900123", "jane.doe", "1331", "1111 1111 1111", "123456785", "Quilters"}
EVERYTHING = "; ".join(SECRETS.values())


@pytest.fixture
def thread_id(cast: SimpleNamespace) -> int:
    """Each kind of datum in a title, a question, an answer, a reply and an edit."""
    asked = steps.ask(
        cast.alice,
        title=f"Buyer {SECRETS['phone']}, {SECRETS['email']} vanished",
        source=f"It was {EVERYTHING}",
    )
    answered = steps.answer(cast.bob, asked, f"Know them: {EVERYTHING}")
    steps.reply(cast.charlie, answered, f"Me too: **{EVERYTHING}**")
    forum.edit(
        cast.bob.actor,
        post_id=answered,
        version=1,
        source=f"`{EVERYTHING}`, I know them.",
        token=secrets.token_urlsafe(18),
    )
    steps.accept(cast.alice, answered)
    return asked


def _leaks(page: str) -> set[str]:
    shown = html.unescape(page)
    return {word for word in WORDS if word in shown}


def test_no_page_shows_it(
    thread_id: int,
    cast: SimpleNamespace,
    client: FlaskClient,
    work: Callable[[], None],
    mailbox: Callable[[], list[Letter]],
) -> None:
    work()
    for browser in (client, cast.alice.client, cast.bob.client, cast.charlie.client, cast.nia.client):
        question = browser.get(f"/t/{thread_id}", follow_redirects=True)
        assert question.status_code == 200
        assert "•••" in question.text
        urls = [
            "/",
            "/questions",
            "/unsolved",
            "/tags/coats",
            "/search?q=buyer+vanished",
            "/search?q=900123",
            "/search?q=jane.doe",
            "/me/notifications",
        ]
        pages = [question, *(browser.get(url, follow_redirects=True) for url in urls)]
        searched = question.request.url
        assert not _leaks(searched)
        for page in pages:
            leaks = _leaks(page.text)
            # What somebody types into the box stands in it.
            typed = {word for word in WORDS if word in page.request.url}
            assert leaks <= typed, page.request.url
        found = browser.post("/ask/suggest", data={"title": "Buyer vanished jane", "source": ""})
        assert not _leaks(found.text)


def test_no_letter_holds_it(
    thread_id: int, work: Callable[[], None], mailbox: Callable[[], list[Letter]], tmp_path: Path
) -> None:
    work()
    letters = mailbox()
    assert len(letters) >= 2
    for file in (tmp_path / "mail").iterdir():
        assert not _leaks(file.read_text(encoding="utf-8", errors="replace"))
    for letter in letters:
        assert not _leaks(str(letter))


def test_what_stands_beside_the_words_is_masked_too(thread_id: int, cast: SimpleNamespace) -> None:
    """The reasons of edits and suggestions, the word on one, what differs, what a photo shows."""
    answered = db.session.scalars(select(Post.id).where(Post.author_id == cast.bob.id)).one()
    plain = steps.answer(cast.bob, thread_id, "Ring them.")
    photo = forum.add_photo(cast.bob.actor, Album(post_id=plain), content=picture())
    forum.describe_photos(cast.bob.actor, Album(post_id=plain), descriptions={photo: EVERYTHING})
    trunk.edit(cast.bob, answered, f"Still {EVERYTHING}.", version=2, reason=EVERYTHING)
    proposal_id = trunk.propose(cast.tess, plain, "Ring them first.", reason=EVERYTHING)
    forum.decline(cast.bob.actor, proposal_id=proposal_id, word=EVERYTHING)
    later = steps.ask(cast.charlie)
    questions.mark_duplicate(cast.mona.actor, thread_id=later, of_id=thread_id)
    questions.say_differs(cast.charlie.actor, thread_id=later, differs=EVERYTHING)
    for url in (
        f"/t/{thread_id}",
        f"/t/{later}",
        f"/p/{answered}/revisions",
        f"/review/edits/{proposal_id}",
    ):
        page = cast.tess.client.get(url, follow_redirects=True)
        assert page.status_code == 200
        assert "•••" in page.text
        assert not _leaks(page.text), url


def test_neither_the_index_nor_searching_without_one_knows_it(thread_id: int, app: Flask) -> None:
    document = part(KindsOfDocument)()["question"].documents([thread_id])[thread_id]
    assert document is not None
    assert not _leaks(repr(document))
    for word in ("900123", "jane.doe", "Quilters", "123456785"):
        assert reduced.search(ANONYMOUS, parse(word), 10) == []


def test_staff_read_it_as_written_and_are_told_so(thread_id: int, cast: SimpleNamespace) -> None:
    for who in (cast.mona, cast.agnes, cast.adam):
        page = steps.page(who.client, thread_id)
        assert _leaks(page) == WORDS
        assert "hidden from everybody but staff" in page
    assert "hidden from everybody but staff" not in steps.page(cast.alice.client, thread_id)


def test_the_rows_that_are_read_hold_masked_text_beside_what_was_written(thread_id: int) -> None:
    db.session.rollback()
    thread = db.session.get_one(Thread, thread_id)
    assert not _leaks(thread.title)
    assert "jane.doe" in str(thread.unmasked_title)
    for post in db.session.scalars(select(Post)):
        assert not _leaks(post.html)
        assert _leaks(str(post.unmasked_html)) == WORDS
        assert _leaks(post.source) == WORDS


def test_an_edit_that_takes_it_out_leaves_nothing_behind(thread_id: int, cast: SimpleNamespace) -> None:
    opening = db.session.scalars(select(Post.id).where(Post.parent_id.is_(None))).one()
    forum.edit(
        cast.alice.actor,
        post_id=opening,
        version=1,
        source="Nothing.",
        title="Buyer vanished",
        token=secrets.token_urlsafe(18),
    )
    assert steps.post(opening).unmasked_html is None
    assert steps.thread(thread_id).unmasked_title is None
    assert steps.thread(thread_id).title == "Buyer vanished"


def test_what_is_imported_is_masked(app: Flask, tmp_path: Path) -> None:
    row = {
        "source": "elsewhere",
        "id": "T1",
        "kind": "question",
        "title": f"Who is {SECRETS['phone']}?",
        "body": EVERYTHING,
        "format": "text",
        "author": "Ann",
        "created_at": "2020-03-01T10:00:00Z",
        "tags": ["lamps", "07700900123"],
        "accepted": None,
        "replies": [
            {
                "id": "R1",
                "parent": None,
                "author": "Bo",
                "created_at": None,
                "format": "markdown",
                "body": f"**{EVERYTHING}**",
            }
        ],
    }
    (tmp_path / "threads.jsonl").write_text(json.dumps(row))
    assert CliRunner().invoke(jsonl, [str(tmp_path / "threads.jsonl")]).exit_code == 0
    assert not _leaks(db.session.scalars(select(Thread.title)).one())
    assert db.session.scalars(select(Tag.name)).all() == ["lamps"]
    assert [_leaks(shown) for shown in db.session.scalars(select(Post.html))] == [set(), set()]


def test_numbers_are_read_as_those_of_the_sites_country(make_app: Callable[..., Flask]) -> None:
    for region, hidden in (("US", True), ("GB", False)):
        with make_app(region=region).app_context():
            assert ("0123" in public("Then I got 212 5550123 from her.")) is not hidden


def _forget_masking() -> None:
    """As an older version wrote it."""
    with transaction() as session:
        session.execute(update(Post).values(html=Post.unmasked_html, unmasked_html=None, pipeline_version=1))
        session.execute(update(Thread).values(title=Thread.unmasked_title, unmasked_title=None))


def test_what_was_written_before_is_masked_by_a_command(
    thread_id: int, app: Flask, work: Callable[[], None], mailbox: Callable[[], list[Letter]]
) -> None:
    work()
    _forget_masking()
    version = steps.thread(thread_id).version
    result = CliRunner().invoke(text_commands, ["rebuild"])
    assert result.exit_code == 0, result.output
    assert "3 posts read differently now" in result.output
    assert not _leaks(steps.thread(thread_id).title)
    assert steps.thread(thread_id).version > version
    assert not any(_leaks(shown) for shown in db.session.scalars(select(Post.html)))
    waiting = db.session.execute(
        text("SELECT count(*) FROM job WHERE name = 'search.index' AND done_at IS NULL")
    ).scalar()
    # PostgreSQL keeps the index itself and has followed by now.
    assert waiting == (0 if db.engine.dialect.name == "postgresql" else 1)
    assert "0 posts read differently now" in CliRunner().invoke(text_commands, ["rebuild"]).output
    assert "0 posts read differently now" in CliRunner().invoke(text_commands, ["rebuild", "--all"]).output


def test_a_rebuild_leaves_what_was_edited_meanwhile_to_its_editor(
    thread_id: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _forget_masking()
    post_id = db.session.scalars(select(Post.id).where(Post.parent_id.is_(None))).one()
    db.session.rollback()

    def edited_meanwhile(source: str, **_options: object) -> forum.Words:
        with transaction() as session:
            session.execute(update(Post).where(Post.id == post_id).values(version=9, html="<p>new</p>"))
        return forum.prepared(source)

    monkeypatch.setattr("app.forum.rebuilding.prepared", edited_meanwhile)
    assert CliRunner().invoke(text_commands, ["rebuild"]).exit_code == 0
    assert steps.post(post_id).html == "<p>new</p>"


def test_why_it_is_locked_or_archived_and_what_a_tag_is_for_are_masked(
    cast: SimpleNamespace, client: FlaskClient
) -> None:
    asked = steps.ask(cast.alice)
    forum.describe_tag(cast.tess.actor, name="coats", description=EVERYTHING, seen="")
    lock(cast.mona, asked, f"Locked: {EVERYTHING}")
    archive(cast.mona, asked, f"Archived: {EVERYTHING}")
    for url in (f"/t/{asked}", "/tags/coats", "/tags"):
        page = client.get(url, follow_redirects=True).text
        assert "•••" in page, url
        assert not _leaks(page), url


@pytest.mark.parametrize(
    "torn",
    [
        "Ring [0770](/a)[0 900](/b)123 now",
        "Ring __0770__[0]900123 now",
        "Write to jane.doe[@](/a)example.com now",
        "Write to jane.doe[@][1]example.com now",
    ],
)
def test_marks_that_tear_it_apart_hide_nothing_in_older_versions(cast: SimpleNamespace, torn: str) -> None:
    post_id = steps.answer(cast.bob, steps.ask(cast.alice), torn)
    forum.edit(cast.bob.actor, post_id=post_id, version=1, source="Nothing.", token=secrets.token_urlsafe(18))
    shown = re.sub(r"<[^>]*>|[\[\]()/_]", "", cast.alice.client.get(f"/p/{post_id}/revisions").text)
    assert "900123" not in re.sub(r"[\s•]", "", shown)
    assert not re.search(r"jane\.doe", shown)


def test_links_in_older_versions_stay_as_they_were_written(app: Flask) -> None:
    source = "See [the guide](/guides/1) and [1](https://shop.example/a_b_c), size 40_42."
    assert public_source(source) == source
