"""The flag button: who may, how often, what is kept, and what moderators see of it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.problems import NotFound, Problem
from app.forum.models import Draft, Post, Visibility
from app.moderation import operations as moderation
from app.moderation.models import Flag
from app.moderation.policy import FLAGS_A_DAY
from app.moderation.words import REASONS, Reason
from tests.forum.sorting_steps import verbs
from tests.forum.steps import opening
from tests.questions.steps import answer, ask, count, hide, page, reply

THANKS = "Thank you. Moderators look at it."


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def flag(who: Any, post_id: int, reason: Reason = Reason.SPAM, note: str = "") -> None:
    moderation.flag(who.actor, post_id=post_id, reason=reason, note=note)


def test_every_post_of_others_has_the_button(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    posts = [opening(thread_id), answer_id, reply(cast.charlie, answer_id)]
    for browser, mine in (
        (client, -1),
        (cast.alice.client, 0),
        (cast.bob.client, 1),
        (cast.charlie.client, 2),
    ):
        shown = page(browser, thread_id)
        there = [f"/p/{post_id}/flag" in shown for post_id in posts]
        assert there == [place != mine for place in range(3)]


def test_a_flag_is_thanked_for_and_shown_to_moderators(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    shown = cast.alice.client.get(f"/p/{post_id}/flag").text
    assert all(f'value="{reason}"' in shown for reason in REASONS)
    sent = {"reason": "link", "note": "It asks for <my> card."}
    done = cast.alice.client.post(f"/p/{post_id}/flag", data=sent, follow_redirects=True)
    assert THANKS in done.text
    listed = cast.mona.client.get("/mod/held").text
    assert "A link in it leads somewhere dangerous" in listed
    assert "It asks for &lt;my&gt; card." in listed
    assert f'href="/p/{post_id}"' in listed


def test_twice_is_once(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    for reason in ("spam", "abuse"):
        done = cast.alice.client.post(f"/p/{post_id}/flag", data={"reason": reason}, follow_redirects=True)
        assert THANKS in done.text
    flag(cast.charlie, post_id)
    assert count(Flag) == 2
    assert "You have flagged this." in cast.alice.client.get(f"/p/{post_id}/flag").text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a reason from the list."),
        ({"reason": "because"}, "Choose a reason from the list."),
        ({"reason": "spam", "note": "word " * 101}, "At most 500 characters."),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(
    app: Flask, cast: SimpleNamespace, sent: dict[str, str], said: str
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    shown = cast.alice.client.post(f"/p/{post_id}/flag", data={"note": "Look at this.", **sent})
    assert shown.status_code == 422
    assert said in shown.text
    assert sent.get("note", "Look at this.").strip() in shown.text
    assert count(Flag) == 0


def test_visitors_sign_in_and_come_back_to_the_form(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    sent = client.get(f"/p/{post_id}/flag")
    assert (sent.status_code, sent.location) == (303, f"/sign-in?next=/p/{post_id}/flag")
    sent = client.post(f"/p/{post_id}/flag", data={"reason": "scam", "note": "Pay by gift card?!"})
    assert sent.location == f"/sign-in?next=/p/{post_id}/flag"
    with client.session_transaction() as visitor, cast.alice.client.session_transaction() as hers:
        hers.update({key: value for key, value in visitor.items() if key != "_user_id" and key not in hers})
    shown = cast.alice.client.get(f"/p/{post_id}/flag").text
    assert "Pay by gift card?!" in shown
    drafts = cast.alice.client.get("/me/drafts").text
    assert "A flag for a post in" in drafts
    assert f'href="/p/{post_id}/flag"' in drafts
    cast.alice.client.post(f"/p/{post_id}/flag", data={"reason": "scam", "note": "Pay by gift card?!"})
    assert (count(Flag), count(Draft)) == (1, 0)


def test_not_ones_own_and_not_what_others_do_not_see(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    mine, hidden = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)
    hide(Post, hidden, Visibility.HIDDEN)
    for who, post_id, said in (
        (cast.bob, mine, "You wrote this yourself"),
        (cast.mona, hidden, "do not see"),
    ):
        with pytest.raises(Problem, match=said):
            flag(who, post_id)
        assert said in who.client.get(f"/p/{post_id}/flag").text
    for post_id in (hidden, 10_000):
        with pytest.raises(NotFound):
            flag(cast.alice, post_id)
        assert cast.alice.client.get(f"/p/{post_id}/flag").status_code == 404
    assert count(Flag) == 0


def test_new_people_flag_too(app: Flask, cast: SimpleNamespace) -> None:
    flag(cast.nia, answer(cast.bob, ask(cast.alice)), Reason.PERSONAL)
    assert count(Flag) == 1


def test_so_many_a_day(make_app: Callable[..., Flask], cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    posts = [answer(cast.bob, thread_id) for _number in range(FLAGS_A_DAY + 1)]
    with make_app(limits=True).app_context():
        for post_id in posts[:-1]:
            flag(cast.charlie, post_id)
        flag(cast.charlie, posts[0])
        with pytest.raises(Problem, match="enough flagging for one day"):
            flag(cast.charlie, posts[-1])
        assert count(Flag) == FLAGS_A_DAY


def test_a_flag_is_looked_at_once(app: Flask, cast: SimpleNamespace) -> None:
    flag(cast.alice, answer(cast.bob, ask(cast.alice)))
    flag(cast.charlie, answer(cast.mona, ask(cast.alice)))
    first, own = db.session.scalars(select(Flag.id).order_by(Flag.id))
    for _twice in range(2):
        cast.mona.client.post(f"/mod/flags/{first}/handled")
    with pytest.raises(Problem, match="You wrote this yourself"):
        moderation.handle_flag(cast.mona.actor, flag_id=own)
    for who in (cast.alice, cast.agnes):
        with pytest.raises(NotFound):
            moderation.handle_flag(who.actor, flag_id=own)
    db.session.rollback()
    assert [row.handled_by_id for row in db.session.scalars(select(Flag).order_by(Flag.id))] == [
        cast.mona.id,
        None,
    ]
    listed = cast.mona.client.get("/mod/held").text
    assert f"/mod/flags/{first}/handled" not in listed
    assert verbs() == ["handle_flag"]
