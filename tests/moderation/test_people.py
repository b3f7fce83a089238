"""What moderators know of a person, on one page, and the pages that lead to what cannot be taken back."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import connections
from app.accounts.actor import Role
from app.accounts.models import Account, AccountState
from app.accounts.operations import sanctioning
from app.accounts.operations.sanctioning import Sanction
from app.audit.models import AuditEntry
from app.core import clock
from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post
from app.moderation import people
from app.moderation.acts import Verb
from app.moderation.words import Reason
from tests.moderation.steps import decide, flag, on_person, refuse, release
from tests.questions.steps import answer, ask, count, token

NOT_FOR = ("alice", "bob", "nia", "tess", "agnes")


@pytest.fixture
def past(cast: SimpleNamespace) -> SimpleNamespace:
    """nia posted a link thrice: refused, released, waiting; she flags and is flagged, and was suspended."""
    things = SimpleNamespace(thread=ask(cast.alice))
    link = "Look at https://shop.example/7 there."
    begun = now() - timedelta(days=2)
    with clock.frozen(begun):
        things.refused = answer(cast.nia, things.thread, link)
        things.released = answer(cast.nia, things.thread, link + " Again.")
        things.waiting = answer(cast.nia, things.thread, link + " Still.")
    with clock.frozen(begun + timedelta(hours=1)):
        refuse(cast.mona, things.refused)
        release(cast.mona, things.released)
    with clock.frozen(begun + timedelta(hours=2)):
        opening = db.session.scalar(select(Post.id).where(Post.thread_id == things.thread).order_by(Post.id))
        flag(cast.nia, opening or 0, Reason.SCAM, "They want money.")
    with clock.frozen(begun + timedelta(hours=3)):
        flag(cast.bob, things.released)
    until = (now() + timedelta(days=9)).date()
    decide(cast.mona, on_person(cast.nia.id), Verb.SUSPEND, Reason.SPAM, "Adverts", until=until)
    return things


def _whats(page: str) -> list[str]:
    history = page.partition('id="history"')[2]
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(r"<h3>(.*?)</h3>", history)]


def _share(*those: Any) -> None:
    with transaction():
        for who in those:
            connections.note(who.id, "192.0.2.7")


def test_the_history_is_one_list_the_latest_first(cast: SimpleNamespace, past: SimpleNamespace) -> None:
    page = cast.mona.client.get("/mod/people/nia").text
    assert _whats(page) == [
        "Suspended a person",
        "Suspend",
        "Something of theirs was flagged",
        "Waits for moderators",
        "Flagged something",
        "Keep",
        "Hide",
        "Waits for moderators",
    ]
    for words in ("It advertises something.", "They want money.", "Adverts", "Suspended until"):
        assert words in page, words


def test_each_number_is_as_long_as_its_list(cast: SimpleNamespace, past: SimpleNamespace) -> None:
    found = people.counts(cast.mona.actor, cast.nia.id)
    assert found == people.Counts(posts=1, waiting=2, decisions=3, made=1, against=1, log=1)
    for key in people.SOURCES:
        rows = people.history(cast.mona.actor, cast.nia.id, 1, key).rows
        assert len(rows) == getattr(found, key), key
        assert len(_whats(cast.mona.client.get(f"/mod/people/nia?show={key}").text)) == len(rows)


def test_it_is_paged(cast: SimpleNamespace) -> None:
    with transaction() as session:
        session.add_all(
            AuditEntry(
                id=number,
                at=now() + timedelta(minutes=number),
                actor_id=None,
                verb="rename",
                target="account",
                target_id=cast.bob.id,
                digest="",
                previous="",
                hash=str(number),
            )
            for number in range(1, people.PAGE_SIZE + 2)
        )
    first = cast.mona.client.get("/mod/people/bob?show=log").text
    assert len(_whats(first)) == people.PAGE_SIZE
    assert 'rel="next" href="/mod/people/bob?show=log&amp;page=2"' in first
    assert len(_whats(cast.mona.client.get("/mod/people/bob?show=log&page=2").text)) == 1
    assert "Nothing on this page" in cast.mona.client.get("/mod/people/bob?page=9").text


def test_a_page_takes_as_many_statements_however_long_the_history(
    cast: SimpleNamespace, past: SimpleNamespace, statements: list[str]
) -> None:
    def taken() -> int:
        del statements[:]
        assert len(people.history(cast.mona.actor, cast.nia.id, 1, "decisions").rows)
        return len(statements)

    before = taken()
    release(cast.mona, past.waiting)
    assert taken() == before


def test_sanctions_and_their_ends(cast: SimpleNamespace) -> None:
    assert "They may do all that their trust lets them." in cast.mona.client.get("/mod/people/bob").text
    with transaction():
        for kind in Sanction:
            sanctioning.impose(cast.bob.id, kind, now() + timedelta(days=3), f"Told {kind}")
    page = cast.mona.client.get("/mod/people/bob").text
    for words in ("Suspended until", "Silenced until", "Their posts wait for a look until", "Told held."):
        assert words in page, words
    with clock.frozen(now() + timedelta(days=4)):
        assert [said.kind for said in people.known(cast.mona.actor, "bob").sanctions] == []


def test_who_shares_an_address_and_never_which(cast: SimpleNamespace) -> None:
    _share(cast.bob, cast.charlie)
    page = cast.mona.client.get("/mod/people/bob").text
    assert 'href="/mod/people/charlie">Charlie</a>: on 1 day in common' in page
    assert "192.0.2.7" not in page
    assert str(connections.hidden("192.0.2.7")) not in page
    assert "Nobody in the last 30 days." in cast.mona.client.get("/mod/people/alice").text


def test_of_staff_only_admins_are_told(cast: SimpleNamespace) -> None:
    _share(cast.agnes, cast.charlie)
    page = cast.mona.client.get("/mod/people/agnes").text
    assert "Charlie" not in page
    assert "an admin decides about them" in page
    assert "/mod/people/agnes/merge" not in page
    assert "Charlie" in cast.adam.client.get("/mod/people/agnes").text


def test_the_way_there_is_for_moderators(cast: SimpleNamespace, past: SimpleNamespace) -> None:
    way = 'href="/mod/people/nia"'
    assert way in cast.mona.client.get("/people/nia").text
    assert way in cast.mona.client.get("/mod/queue").text
    assert way not in cast.alice.client.get("/people/nia").text


@pytest.mark.parametrize("who", NOT_FOR)
@pytest.mark.parametrize("path", ["", "/merge", "/merge?other=charlie", "/anonymise"])
def test_to_everybody_else_it_is_not_there(cast: SimpleNamespace, who: str, path: str) -> None:
    assert getattr(cast, who).client.get(f"/mod/people/bob{path}").status_code == 404


def test_a_former_name_leads_on(cast: SimpleNamespace) -> None:
    cast.bob.client.post("/me/name", data={"name": "robert"})
    for path in ("", "/merge", "/anonymise"):
        led = cast.mona.client.get(f"/mod/people/bob{path}")
        assert (led.status_code, led.location) == (301, f"/mod/people/robert{path}")
    assert cast.mona.client.get("/mod/people/nobody").status_code == 404


def test_merging_shows_first_and_asks_for_the_name(cast: SimpleNamespace) -> None:
    ask(cast.charlie)
    browser = cast.mona.client
    shown = browser.get("/mod/people/bob/merge?other=charlie").text
    assert "This cannot be taken back." in shown
    assert re.search(r"<dt>Threads</dt><dd>1</dd>\s*<dt>Posts</dt><dd>1</dd>", shown)
    form = {"other": "charlie", "typed": "carlos", "because": "One phone.", "form_token": token()}
    refused = browser.post("/mod/people/bob/merge", data=form)
    assert refused.status_code == 422
    assert "Write the name exactly: charlie" in refused.text
    assert 'value="carlos"' in refused.text
    assert 'value="One phone."' in refused.text
    for _time in range(2):
        done = browser.post("/mod/people/bob/merge", data={**form, "typed": "charlie"})
        assert (done.status_code, done.location) == (303, "/mod/people/bob")
    assert count(AuditEntry) == 1


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ("nobody", "Nobody here is called that."),
        ("bob", "the same person"),
        ("agnes", "an admin decides"),
        ("mona", "about themselves"),
    ],
)
def test_who_cannot_be_merged_is_said_beside_the_field(
    cast: SimpleNamespace, other: str, sentence: str
) -> None:
    seen = cast.mona.client.get(f"/mod/people/bob/merge?other={other}")
    assert seen.status_code == 422
    assert sentence in seen.text
    form = {"other": other, "typed": other, "because": "One phone."}
    sent = cast.mona.client.post("/mod/people/bob/merge", data=form)
    assert sent.status_code == 422
    assert sentence in sent.text
    assert db.session.scalar(select(Account.id).where(Account.state == AccountState.GHOST)) is None


def test_anonymising_asks_for_the_name_and_then_there_is_no_page(app: Flask, cast: SimpleNamespace) -> None:
    browser = cast.mona.client
    assert "This cannot be taken back." in browser.get("/mod/people/bob/anonymise").text
    refused = browser.post("/mod/people/bob/anonymise", data={"typed": "rob"})
    assert refused.status_code == 422
    assert "Write the name exactly: bob" in refused.text
    done = browser.post("/mod/people/bob/anonymise", data={"typed": "bob"})
    assert (done.status_code, done.location) == (303, f"/mod/log?target=account&number={cast.bob.id}")
    shown = browser.get(done.location).text
    assert "Made an account nobody&#39;s" in shown or "Made an account nobody's" in shown
    assert f"deleted person {cast.bob.id}" in shown
    assert browser.get("/mod/people/bob").status_code == 404


def test_an_admins_own_account_is_nobodys_to_anonymise(
    cast: SimpleNamespace, enter: Callable[..., Any]
) -> None:
    enter("ada", Role.ADMIN)
    for browser, name in ((cast.adam.client, "adam"), (cast.mona.client, "ada"), (cast.mona.client, "mona")):
        sent = browser.post(f"/mod/people/{name}/anonymise", data={"typed": name})
        assert sent.status_code == 422, name
