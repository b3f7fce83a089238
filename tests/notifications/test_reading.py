"""The list: newest first, what is new is marked, and only opening changes anything."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.notifications import queries
from app.notifications.models import Notification
from app.notifications.queries import View
from tests.desk.steps import lines
from tests.notifications.town import TITLE, Town

LIST = "/me/notifications"


def _newest(who: SimpleNamespace) -> int:
    return db.session.scalar(select(func.max(Notification.id)).where(Notification.account_id == who.id)) or 0


def _unread(who: SimpleNamespace) -> int:
    return queries.unread(who.actor)


def test_an_empty_list_says_what_would_stand_here(cast: SimpleNamespace) -> None:
    page = cast.alice.client.get(LIST)
    assert page.status_code == 200
    assert "Nothing to tell you yet" in page.text
    assert "Mark all as read" not in page.text


def test_what_happened_is_listed_newest_first_in_escaped_words(cast: SimpleNamespace, town: Town) -> None:
    first = town.ask(cast.alice)
    second = town.ask(cast.alice, title="Which postage for a heavy coat?")
    town.answer(cast.bob, first, "Show <i>them</i> the listing.")
    town.answer(cast.charlie, second)
    page = cast.alice.client.get(LIST).text
    assert page.index("Which postage for a heavy coat?") < page.index("Buyer says")
    assert "Buyer says “not as described” &amp; wants &lt;b&gt;everything&lt;/b&gt; back" in page
    assert "Show &lt;i&gt;them&lt;/i&gt; the listing." in page
    assert "Bob answered your question" in page
    assert page.count('<strong class="badge">New</strong>') == 2


def test_opening_marks_it_read_and_leads_there(cast: SimpleNamespace, town: Town) -> None:
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.bob, thread_id)
    answer = cast.alice.client.post(f"{LIST}/{_newest(cast.alice)}/open")
    assert answer.status_code == 303
    assert answer.location == f"/p/{answer_id}"
    there = cast.alice.client.get(answer.location).location
    assert there.startswith(f"/questions/{thread_id}/")
    assert there.endswith(f"#p-{answer_id}")
    assert _unread(cast.alice) == 0
    assert '<strong class="badge">New' not in cast.alice.client.get(LIST).text


def test_reading_the_list_changes_nothing(cast: SimpleNamespace, town: Town) -> None:
    town.answer(cast.bob, town.ask(cast.alice))
    assert cast.alice.client.get(LIST).status_code == 200
    assert cast.alice.client.get(f"{LIST}/{_newest(cast.alice)}/open").status_code == 405
    assert cast.alice.client.get(f"{LIST}/read").status_code == 405
    assert _unread(cast.alice) == 1


def test_a_ticket_message_leads_to_the_ticket(cast: SimpleNamespace, town: Town) -> None:
    ref = town.file_ticket(cast.alice)
    town.write(cast.agnes, ref, "We <em>look</em> into it.")
    page = cast.alice.client.get(LIST).text
    assert "Payout missing &lt;since&gt; Monday" in page
    assert "Agnes wrote in a ticket" in page
    answer = cast.alice.client.post(f"{LIST}/{_newest(cast.alice)}/open")
    assert answer.location.startswith(f"/tickets/{ref}")


def test_marking_all_read_stops_at_what_was_on_the_page(cast: SimpleNamespace, town: Town) -> None:
    thread_id = town.ask(cast.alice)
    town.answer(cast.bob, thread_id)
    town.answer(cast.charlie, thread_id)
    seen = _newest(cast.alice)
    town.answer(cast.mona, thread_id)
    assert f'name="newest" value="{seen + 1}"' in cast.alice.client.get(LIST).text
    assert cast.alice.client.post(f"{LIST}/read", data={"newest": seen}).status_code == 303
    assert _unread(cast.alice) == 1


@pytest.mark.parametrize("newest", ["", "all", "-1", "９", "9" * 40, "1; DROP TABLE"])
def test_nonsense_marks_nothing(cast: SimpleNamespace, town: Town, newest: str) -> None:
    town.answer(cast.bob, town.ask(cast.alice))
    assert cast.alice.client.post(f"{LIST}/read", data={"newest": newest}).status_code == 303
    assert _unread(cast.alice) == 1


def test_somebody_elses_notification_is_not_there(cast: SimpleNamespace, town: Town) -> None:
    town.answer(cast.bob, town.ask(cast.alice))
    theirs, missing = _newest(cast.alice), 10_000
    answers = [cast.charlie.client.post(f"{LIST}/{number}/open") for number in (theirs, missing)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert lines(answers[0].text) == lines(answers[1].text)
    cast.charlie.client.post(f"{LIST}/read", data={"newest": theirs})
    assert _unread(cast.alice) == 1
    assert "Buyer says" not in cast.charlie.client.get(LIST).text


def test_a_visitor_is_sent_to_sign_in(app: Flask) -> None:
    answer = app.test_client().get(LIST)
    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_what_was_hidden_meanwhile_is_gone_from_list_and_count(cast: SimpleNamespace, town: Town) -> None:
    answer_id = town.answer(cast.bob, town.ask(cast.alice))
    town.hide(answer_id)
    assert "Buyer says" not in cast.alice.client.get(LIST).text
    assert _unread(cast.alice) == 0
    assert cast.alice.client.post(f"{LIST}/{_newest(cast.alice)}/open").status_code == 404


def test_an_answer_accepted_no_longer_is_not_told_of(cast: SimpleNamespace, town: Town) -> None:
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.bob, thread_id)
    town.accept(cast.alice, answer_id)
    assert "Alice accepted your answer" in cast.bob.client.get(LIST).text
    town.unaccept(cast.alice, thread_id, answer_id)
    assert "accepted your answer" not in cast.bob.client.get(LIST).text
    assert _unread(cast.bob) == 0


def test_a_ticket_out_of_reach_is_gone_from_the_list(cast: SimpleNamespace, town: Town) -> None:
    """An agent who took a ticket and is no agent any more reads nothing of it."""
    ref = town.file_ticket(cast.alice)
    assert cast.agnes.client.post(f"/desk/tickets/{ref}/take").status_code in {302, 303}
    town.write(cast.alice, ref, "Still waiting.")
    assert "Still waiting." in cast.agnes.client.get(LIST).text
    with transaction() as session:
        session.execute(update(Account).where(Account.id == cast.agnes.id).values(role="member"))
    page = cast.agnes.client.get(LIST).text
    assert "Still waiting." not in page
    assert "Payout missing" not in page


def test_days_head_the_list(cast: SimpleNamespace, town: Town) -> None:
    """In the reader's zone: a quarter to midnight UTC in July is tomorrow in London."""
    today = clock.now().replace(month=7, day=20, hour=12)
    for ago in (timedelta(days=9), timedelta(days=1), timedelta(hours=12, minutes=15), timedelta()):
        with clock.frozen(today - ago):
            town.answer(cast.bob, town.ask(cast.alice))
    with clock.frozen(today):
        page = cast.alice.client.get(LIST).text
    assert [page.count(f">{day}</h2>") for day in ("Today", "Yesterday", "Earlier")] == [1, 1, 1]
    today_section = page[page.index("Today</h2>") : page.index("Yesterday</h2>")]
    assert today_section.count("<li ") == 2


def test_a_long_list_comes_in_pages(cast: SimpleNamespace, town: Town) -> None:
    numbers = [
        town.answer(cast.bob, town.ask(cast.alice), f"Answer number {number}.") for number in range(25)
    ]
    first, second = (cast.alice.client.get(f"{LIST}?page={page}").text for page in (1, 2))
    assert first.count('<li class="item') == 20
    assert second.count('<li class="item') == 5
    assert "Answer number 24." in first
    assert "Answer number 0." in second
    assert len(numbers) == 25


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Every SELECT sent from here on."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_counting_is_one_statement_and_stops_at_a_hundred(
    cast: SimpleNamespace, town: Town, statements: list[str]
) -> None:
    answer_id = town.answer(cast.bob, town.ask(cast.alice))
    post = db.session.get_one(Notification, _newest(cast.alice))
    with transaction() as session:
        session.add_all(
            Notification(
                account_id=cast.alice.id,
                kind="answer",
                key=f"again:{number}",
                actor_id=cast.bob.id,
                thread_id=post.thread_id,
                post_id=answer_id,
                created_at=clock.now(),
            )
            for number in range(150)
        )
    statements.clear()
    assert _unread(cast.alice) == 100
    assert len(statements) == 1
    assert "99+" in cast.alice.client.get("/").text


def test_the_list_of_posts_costs_the_same_however_long(
    cast: SimpleNamespace, town: Town, statements: list[str]
) -> None:
    thread_id = town.ask(cast.alice)

    def cost() -> int:
        town.answer(cast.bob, thread_id)
        statements.clear()
        cast.alice.client.get(LIST)
        return len(statements)

    assert len({cost() for _ in range(4)}) == 1


def test_title_is_the_one_of_today(cast: SimpleNamespace, town: Town) -> None:
    town.answer(cast.bob, town.ask(cast.alice))
    [group] = queries.groups(cast.alice.actor, View.ALL, 1).rows
    assert group.latest.subject.title == TITLE
