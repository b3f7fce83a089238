"""How much a post looks like spam: the signs, who is told, and what waits."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.actor import Role
from app.accounts.models import Account
from app.core.clock import frozen, now
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post, Visibility
from app.moderation.spam import operations as spam
from app.moderation.spam import scoring
from app.moderation.spam.models import PostTrace, SpamScore
from tests.forum.steps import edit, opening
from tests.moderation.steps import review
from tests.questions.steps import TITLE, answer, ask, count, page, post, thread

LONG = "I make the finest coats in all of Orkney and every week I put five new ones up, " * 2
CALL = "Call me on 07700 900123 and I will sort it out."


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def here_since(who: Any, age: timedelta) -> None:
    with transaction() as session:
        session.execute(update(Account).where(Account.id == who.id).values(created_at=now() - age))


def noted() -> dict[int, dict[str, int]]:
    db.session.rollback()
    return dict(db.session.execute(select(SpamScore.post_id, SpamScore.parts)).all())


@pytest.mark.parametrize(
    ("title", "html", "shown"),
    [
        ("Where is my parcel?", "<p>It left on Monday.</p>", ()),
        ("", '<p>See <a href="https://a.example/">this</a> long text about coats</p>', ("link",)),
        ("", '<p><a href="https://a.example/">a</a> <a href="https://b.example/">b</a></p>', ("links",)),
        ("", "<p>BUY MY FINEST COATS NOW, I HAVE FIVE OF THEM</p>", ("capitals",)),
        ("", "<p>EU, UK</p>", ()),
        ("", f"<p>{CALL}</p>", ("contact",)),
        ("", "<p>Should I call him on the phone?</p>", ()),
        ("", "<p>The number was 07700 900123, I blocked it.</p>", ()),
        ("", '<p><a href="http://[x/">odd</a> 👍 \u202e</p>', ("link",)),
    ],
)
def test_each_sign_shows_in_the_text(app: Flask, title: str, html: str, shown: tuple[str, ...]) -> None:
    assert scoring.read(title, html).shown == shown


def test_no_one_sign_is_enough_and_every_sign_has_its_words(app: Flask) -> None:
    nothing = scoring.read("", "")
    first = scoring.points(Role.NEW, timedelta(hours=1), nothing, repeated=False, shared_host=False)
    assert sum(first.values()) < scoring.NOTED
    assert set(scoring.SIGNS) == set(scoring._POINTS)
    assert max(scoring._POINTS.values()) < scoring.NOTED


def test_what_looks_like_spam_is_noted_with_its_parts(
    cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    asked = ask(cast.alice)
    answered = answer(cast.nia, asked, CALL)
    work()
    assert noted() == {answered: {"new": 2, "first-day": 2, "contact": 3}}
    assert db.session.get_one(SpamScore, answered).score == 7
    assert post(answered).visibility == Visibility.PUBLIC
    edit(cast.nia, answered, "Ask the depot.")
    work()
    assert noted() == {}


def test_what_older_and_trusted_people_post_is_not_noted(
    cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    here_since(cast.bob, timedelta(days=30))
    asked = ask(cast.alice)
    for who in (cast.bob, cast.tess, cast.mona):
        answer(who, asked, f"{CALL} {LONG}")
    work()
    assert noted() == {}
    traced = set(db.session.scalars(select(PostTrace.account_id)))
    assert traced == {cast.bob.id}


def test_the_same_text_again_from_somebody_new_waits_and_moderators_read_why(
    cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    first, second = ask(cast.alice), ask(cast.bob)
    answer(cast.nia, first, LONG)
    work()
    again = answer(cast.nia, second, LONG.upper().replace("COATS", "CÖATS"))
    assert post(again).visibility == Visibility.HELD
    work()
    assert noted()[again] == {"new": 2, "first-day": 2, "capitals": 1, "repeated": 4}
    held = cast.mona.client.get(f"/mod/reviews/{review(again).id}").text
    assert "Looks like spam: 9 points" in held
    assert "The same text was posted elsewhere in the last 30 days: 4" in held
    assert "Looks like spam" not in page(cast.nia.client, second)


def test_an_edit_does_not_let_wait_again_what_was_suspicious_before(
    cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    asked = ask(cast.alice)
    answer(cast.bob, asked, LONG)
    work()
    mine = answer(cast.nia, asked, LONG)
    assert post(mine).visibility == Visibility.HELD
    with transaction() as session:
        session.execute(update(Post).where(Post.id == mine).values(visibility="public"))
    edit(cast.nia, mine, LONG)
    assert post(mine).visibility == Visibility.PUBLIC


def test_links_to_one_place_by_several_newcomers(cast: SimpleNamespace, work: Callable[[], None]) -> None:
    asked = ask(cast.alice)
    link = "See https://www.shop.example/{} for more of these coats, which I think are what you mean here."
    posts = [answer(who, asked, link.format(who.id)) for who in (cast.bob, cast.charlie, cast.alice)]
    work()
    assert noted().get(posts[2]) == {"first-day": 2, "link": 1, "shared-host": 3}
    assert posts[1] not in noted()


def test_traces_are_forgotten(cast: SimpleNamespace, work: Callable[[], None]) -> None:
    ask(cast.alice, title=TITLE, source=LONG)
    work()
    assert count(PostTrace) == 1
    spam.sweep()
    assert count(PostTrace) == 1
    with frozen(now() + scoring.REMEMBERED + timedelta(minutes=1)):
        spam.sweep()
    assert count(PostTrace) == 0


def test_scoring_twice_is_once_and_what_is_gone_is_left_alone(cast: SimpleNamespace) -> None:
    asked = ask(cast.nia, source=CALL)
    for _twice in range(2):
        spam.score({"post_id": opening(asked)})
    assert set(noted()) == {opening(asked)}
    spam.score({"post_id": 999_999})
    assert thread(asked).visibility == Visibility.PUBLIC
