"""The flag button: who may, how often, what is kept, and what moderators see of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import Actor, Role
from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Draft, Post, Visibility
from app.moderation import operations as moderation
from app.moderation import weights
from app.moderation.acts import Verb
from app.moderation.models import Flag
from app.moderation.policy import FLAGS_A_DAY
from app.moderation.words import POST_REASONS, Reason
from tests.forum.sorting_steps import verbs
from tests.forum.steps import opening
from tests.moderation.steps import decide, flag, on_person, on_thread, review
from tests.questions.steps import answer, ask, count, hide, page, post, reply, thread, token

THANKS = "Thank you. Moderators look at it."


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


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
    assert all(f'value="{reason}"' in shown for reason in POST_REASONS)
    sent = {"reason": "link", "note": "It asks for <my> card."}
    done = cast.alice.client.post(f"/p/{post_id}/flag", data=sent, follow_redirects=True)
    assert THANKS in done.text
    listed = cast.mona.client.get("/mod/queue").text
    assert "Dangerous link" in listed
    assert "It asks for &lt;my&gt; card." in listed
    assert f"#p-{post_id}" in listed


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
    assert f'href="/sign-in?next=/p/{post_id}/flag"' in client.get(f"/p/{post_id}/flag").text
    sent = client.post(f"/p/{post_id}/flag", data={"reason": "scam", "note": "Pay by gift card?!"})
    assert sent.location == f"/sign-in?next=/p/{post_id}/flag"
    with client.session_transaction() as visitor, cast.alice.client.session_transaction() as hers:
        hers.update({key: value for key, value in visitor.items() if key != "_user_id" and key not in hers})
    shown = cast.alice.client.get(f"/p/{post_id}/flag").text
    assert "Pay by gift card?!" in shown
    drafts = cast.alice.client.get("/me/drafts").text
    assert "A flag for" in drafts
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


def test_a_flag_is_answered_once_and_its_author_told(
    app: Flask, cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    flag(cast.alice, post_id)
    flag(cast.charlie, post_id, Reason.OTHER, "Odd.")
    decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    work()
    rows = db.session.scalars(select(Flag).order_by(Flag.id)).all()
    assert [row.upheld for row in rows] == [True, True]
    assert len({row.decision_id for row in rows}) == 1
    for who in (cast.alice, cast.charlie):
        assert "Moderators agreed with your flag" in who.client.get("/me/notifications").text
    assert "Moderators hid what you wrote" in cast.bob.client.get("/me/notifications").text
    assert verbs() == ["hide"]


def test_flagging_again_needs_another_reason_or_other_words(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    flag(cast.alice, post_id)
    decide(cast.mona, post_id, Verb.KEEP)
    with pytest.raises(Problem, match="Moderators have looked at this since"):
        flag(cast.alice, post_id)
    flag(cast.alice, post_id, Reason.ABUSE)
    decide(cast.mona, post_id, Verb.KEEP)
    forum.edit(cast.bob.actor, post_id=post_id, version=1, source="Buy my shoes.", token=token())
    flag(cast.alice, post_id)
    assert count(Flag) == 3


def test_threads_and_people_are_flagged_too(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    done = cast.bob.client.post(f"/t/{thread_id}/flag", data={"reason": "off-topic"}, follow_redirects=True)
    assert THANKS in done.text
    sent = {"reason": "impersonation", "note": "Says they are Support."}
    done = cast.bob.client.post(f"/people/{cast.alice.name}/flag", data=sent, follow_redirects=True)
    assert THANKS in done.text
    assert review(on_thread(thread_id)).severity == 1
    assert review(on_person(cast.alice.id)).severity == 4
    listed = cast.mona.client.get("/mod/queue").text
    assert listed.index(">Pretending<") < listed.index(">Off topic<")
    assert (
        cast.bob.client.post(f"/people/{cast.alice.name}/flag", data={"reason": "off-topic"}).status_code
        == 422
    )
    assert "This is you." in cast.alice.client.get(f"/people/{cast.alice.name}/flag").text
    assert cast.bob.client.get("/people/nobody/flag").status_code == 404


def test_what_a_flag_weighs(app: Flask, cast: SimpleNamespace) -> None:
    """By trust, by how often one was right, and less when one floods."""
    assert weights.weight(0, 0, 0, 1) < weights.weight(1, 0, 0, 1) < weights.weight(3, 0, 0, 1)
    assert weights.weight(1, 9, 0, 1) > weights.weight(1, 0, 0, 1) > weights.weight(1, 0, 9, 1) > 0
    assert weights.weight(1, 0, 0, 20) == pytest.approx(weights.weight(1, 0, 0, 1) / 2)


def test_three_established_people_hide_words_and_fresh_ones_never(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    mine, other = answer(cast.bob, thread_id), answer(cast.bob, thread_id)
    for who in (cast.nia, *fresh(20)):
        flag(who, mine)
    assert post(mine).visibility == Visibility.PUBLIC
    for who in (cast.alice, cast.charlie):
        flag(trusted(who), other)
    assert post(other).visibility == Visibility.PUBLIC
    flag(trusted(cast.tess), other)
    assert post(other).visibility == Visibility.HIDDEN
    assert "hidden until a moderator has looked" in cast.bob.client.get("/me/notifications").text
    why = cast.bob.client.get(f"/p/{other}/why", follow_redirects=True).text
    assert "A rule, by itself" in why
    assert thread(thread_id).answer_count == 1
    decide(cast.mona, other, Verb.KEEP)
    assert post(other).visibility == Visibility.PUBLIC
    for who in (cast.alice, cast.charlie, cast.tess):
        flag(trusted(who), other, Reason.ABUSE)
    assert post(other).visibility == Visibility.PUBLIC, "a moderator kept it as it stands"


def trusted(who: Any, level: int = 1) -> SimpleNamespace:
    """The same person with some history."""
    return SimpleNamespace(actor=replace(who.actor, trust=level))


def fresh(number: int) -> list[SimpleNamespace]:
    """So many accounts of today, on the side of whoever made them."""
    with transaction() as session:
        rows = [
            Account(name=f"fresh{one}", display_name=f"Fresh {one}", tz="Europe/London")
            for one in range(number)
        ]
        session.add_all(rows)
        session.flush()
        ids = [row.id for row in rows]
    return [SimpleNamespace(actor=Actor(one, Role.NEW, 0, "en", "Europe/London")) for one in ids]


def test_what_nobody_looked_at_is_shown_again_after_72_hours_unless_severe(
    app: Flask, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    mild, severe = answer(cast.bob, thread_id), answer(cast.bob, thread_id)
    for who in (cast.alice, cast.charlie, cast.tess):
        flag(trusted(who), mild)
        flag(trusted(who), severe, Reason.SCAM)
    moderation.restore_unlooked()
    assert [post(row).visibility for row in (mild, severe)] == [Visibility.HIDDEN] * 2
    with clock.frozen(clock.now() + timedelta(hours=73)):
        assert moderation.restore_unlooked() == 1
        assert moderation.restore_unlooked() == 0
    assert [post(row).visibility for row in (mild, severe)] == [Visibility.PUBLIC, Visibility.HIDDEN]
    assert review(mild).opened_at is not None
    flag(trusted(cast.mona), mild)
    assert post(mild).visibility == Visibility.PUBLIC
