"""What moderation tells the public: the numbers are those of the rows, by month, and nobody is in them."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import Role
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.insight.queries import openness
from app.insight.queries.openness import MONTHS_A_PAGE, months
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Appeal, AppealState, Decision, Flag, Review
from app.moderation.words import Reason
from tests.moderation.steps import decide, flag
from tests.questions.steps import answer, ask, token
from tests.statements import statements

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HIDDEN: dict[str, Any] = {"act": Verb.HIDE, "reason": Reason.SPAM, "waited_seconds": 3_600}
BY_RULE: dict[str, Any] = {"by_id": None, "automated": True, "waited_seconds": 0}


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.fixture
def november() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def some(cast: SimpleNamespace, rows: list[tuple[datetime, dict[str, Any]]]) -> list[int]:
    """Decisions of these moments about one person, with what else is said of each; their ids."""
    with transaction() as session:
        review = Review(account_id=cast.bob.id, author_id=cast.bob.id)
        session.add(review)
        session.flush()
        decisions = [
            Decision(
                ref=f"{number:012x}",
                review_id=review.id,
                subject_id=cast.bob.id,
                before={},
                made_at=at,
                **{"by_id": cast.mona.id, **HIDDEN, **values},
            )
            for number, (at, values) in enumerate(rows)
        ]
        session.add_all(decisions)
        session.flush()
        return [decision.id for decision in decisions]


def csv_of(browser: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(browser.get("/transparency.csv").text)))


def cells(page: str, caption: str) -> list[list[str]]:
    """The rows of the table with this caption, without marks."""
    table = page.split(f"<caption>{caption}</caption>")[1].split("</table>", maxsplit=1)[0]
    head = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", table)
    body = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in table.split("<tr>")[2:]]
    return [head, *body]


def test_before_anything_was_flagged_it_says_so(app: Flask, cast: SimpleNamespace) -> None:
    page = app.test_client().get("/transparency").text
    assert "Nothing to count yet" in page
    assert "<table" not in page
    assert csv_of(app.test_client()) == []
    assert 'href="/transparency"' in app.test_client().get("/rules").text.split("<footer")[1]


def test_what_people_did_is_counted(
    app: Flask, cast: SimpleNamespace, november: None, enter: Callable[..., Any]
) -> None:
    enter("otto", Role.MODERATOR)
    thread_id = ask(cast.alice)
    posts = [answer(cast.bob, thread_id) for _three in range(3)]
    for post_id, reason in zip(posts, (Reason.SPAM, Reason.SPAM, Reason.ABUSE), strict=True):
        flag(cast.charlie, post_id, reason)
    with clock.frozen(NOW + timedelta(hours=2)):
        first = decide(cast.mona, posts[0], Verb.HIDE, Reason.SPAM)
        decide(cast.mona, posts[1], Verb.KEEP)
        last = decide(cast.mona, posts[2], Verb.REMOVE, Reason.ABUSE)
        moderation.undo(cast.mona.actor, ref=last)
        appeal = moderation.appeal(cast.bob.actor, ref=first, source="It is no advert.", token=token())
        moderation.decide_appeal(
            cast.adam.actor, appeal_id=appeal, reverse=True, answer="Right.", token=token()
        )
        [line] = csv_of(app.test_client())
        page = app.test_client().get("/transparency").text
    expected = {
        "month": "2026-11",
        "flags": "3",
        "flags_spam": "2",
        "flags_abuse": "1",
        "decisions": "3",
        "act_hide": "1",
        "act_keep": "1",
        "act_remove": "1",
        "reason_spam": "1",
        "reason_abuse": "1",
        "reason_none": "1",
        "automated": "0",
        "automated_share": "",
        "waited": "3",
        "median_hours": "",
        "undone": "1",
        "appeals": "1",
        "appeals_stood": "0",
        "appeals_reversed": "1",
        "appeals_same_moderator": "0",
    }
    assert {name: line[name] for name in expected} == expected
    assert {value for name, value in line.items() if name not in expected} == {"0"}
    assert cells(page, "Flags and decisions")[1:] == [["Nov 2026", "3", "3", "0", "—", "3", "—", "1"]]
    assert cells(page, "Appeals")[1:] == [["Nov 2026", "1", "0", "1", "0"]]
    assert cells(page, "Flags by reason") == [
        ["Month", "Unkind or threatening", "Advertising"],
        ["Nov 2026", "1", "2"],
    ]


@pytest.mark.parametrize(("number", "shown"), [(19, False), (20, True), (21, True)])
def test_a_share_and_a_time_are_shown_from_twenty_on(
    app: Flask, cast: SimpleNamespace, november: None, number: int, shown: bool
) -> None:
    waits = [3_600 * (1 + place) for place in range(number)]
    some(cast, [(NOW, {"waited_seconds": wait}) for wait in waits])
    [line] = csv_of(app.test_client())
    middle = (sorted(waits)[(number - 1) // 2] + sorted(waits)[number // 2]) / 2 / 3_600
    assert line["waited"] == str(number)
    assert line["median_hours"] == (str(round(middle, 2)) if shown else "")
    assert line["automated_share"] == ("0.0" if shown else "")
    page = app.test_client().get("/transparency").text
    row = cells(page, "Flags and decisions")[1]
    assert (row[4], row[6]) == (("0.0%", f"{middle:.1f}") if shown else ("—", "—"))


def test_a_rule_counts_as_automated_and_not_as_a_wait(
    app: Flask, cast: SimpleNamespace, november: None
) -> None:
    rules = [(NOW, BY_RULE) for _five in range(5)]
    some(cast, rules + [(NOW, {"waited_seconds": 7_200}) for _twenty in range(20)])
    [line] = csv_of(app.test_client())
    assert (line["decisions"], line["automated"], line["automated_share"]) == ("25", "5", "0.2")
    assert (line["waited"], line["median_hours"]) == ("20", "2.0")


def test_months_are_those_of_the_site(app: Flask, cast: SimpleNamespace, november: None) -> None:
    """In London the last hour of June in UTC is July already; without summer time it is not."""
    some(
        cast,
        [
            (datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC), {}),
            (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), {}),
            (datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC), {}),
            (datetime(2026, 2, 1, tzinfo=UTC), {}),
        ],
    )
    found = {line["month"]: line["decisions"] for line in csv_of(app.test_client())}
    assert list(found) == [f"2026-{month:02}" for month in range(11, 0, -1)]
    assert {month: number for month, number in found.items() if number != "0"} == {
        "2026-07": "1",
        "2026-06": "1",
        "2026-02": "1",
        "2026-01": "1",
    }


def test_twenty_four_months_a_page(app: Flask, cast: SimpleNamespace, november: None) -> None:
    some(cast, [(datetime(2024, 3, 10, tzinfo=UTC), {}), (datetime(2024, 11, 30, tzinfo=UTC), {})])
    first = months(1)
    assert (len(first.rows), first.more) == (MONTHS_A_PAGE, True)
    assert (first.rows[0].begins_on.isoformat(), first.rows[-1].begins_on.isoformat()) == (
        "2026-11-01",
        "2024-12-01",
    )
    second = months(2)
    assert [month.begins_on.isoformat()[:7] for month in second.rows] == [
        f"2024-{month:02}" for month in range(11, 2, -1)
    ]
    assert not second.more
    assert (second.rows[0].decisions, second.rows[-1].decisions) == (1, 1)
    assert "Nothing on this page" in app.test_client().get("/transparency?page=3").text
    assert len(csv_of(app.test_client())) == 33


def test_appeals_stand_in_the_month_they_were_made_and_decided(
    app: Flask, cast: SimpleNamespace, november: None
) -> None:
    [one, other] = some(cast, [(datetime(2026, 9, 1, 12, tzinfo=UTC), {})] * 2)
    with transaction() as session:
        for decision_id, state, same in (
            (one, AppealState.STANDS, True),
            (other, AppealState.WAITING, False),
        ):
            decided_at = datetime(2026, 10, 5, tzinfo=UTC) if state != AppealState.WAITING else None
            session.add(
                Appeal(
                    decision_id=decision_id,
                    account_id=cast.bob.id,
                    side="author",
                    source="Why?",
                    created_at=datetime(2026, 9, 20, tzinfo=UTC),
                    state=state,
                    decided_at=decided_at,
                    same_moderator=same,
                )
            )
    by_month = {line["month"]: line for line in csv_of(app.test_client())}
    assert by_month["2026-09"]["appeals"] == "2"
    assert by_month["2026-10"]["appeals_stood"] == by_month["2026-10"]["appeals_same_moderator"] == "1"
    assert {line["appeals_reversed"] for line in by_month.values()} == {"0"}


def test_the_same_statements_however_many_rows(app: Flask, cast: SimpleNamespace, november: None) -> None:
    some(cast, [(NOW, {})])
    db.session.rollback()
    with statements() as few:
        months(1)
    with transaction() as session:
        review_id = session.query(Review.id).scalar()
        session.add_all(
            Flag(
                review_id=review_id,
                account_id=cast.alice.id,
                reason=reason,
                weight=1.0,
                counted=True,
                created_at=NOW - timedelta(days=30 * ago),
                decision_id=session.query(Decision.id).scalar(),
            )
            for reason in Reason
            for ago in range(20)
        )
    with statements() as many:
        found = months(1)
    assert sum(month.flags.total() for month in found.rows) == 180
    selects = [[one for one in sent if one.startswith("SELECT")] for sent in (few, many)]
    assert len(selects[0]) == len(selects[1]) == 7


def test_a_month_that_is_over_is_counted_once(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    really = openness._count_decisions

    def noted(stretches: Any, found: Any) -> None:
        counted.append(" ".join(f"{stretch.begins_on:%m}" for stretch in stretches))
        really(stretches, found)

    monkeypatch.setattr(openness, "_count_decisions", noted)
    midnight = datetime(2026, 11, 1, tzinfo=UTC)
    some(cast, [(NOW - timedelta(days=60), {}), (midnight - timedelta(minutes=1), {})])
    with clock.frozen(midnight + timedelta(minutes=59)):
        months(1)
    with clock.frozen(midnight + timedelta(minutes=61)):
        months(1)
        months(1)
    with transaction() as session:
        for decision in session.scalars(select(Decision)):
            decision.undone_at = NOW
    with clock.frozen(NOW):
        found = {f"{month.begins_on:%m}": (month.decisions, month.undone) for month in months(1).rows}
    assert counted == ["09 10 11", "10 11", "11", "11"]
    assert found == {"09": (1, 0), "10": (1, 0), "11": (0, 2)}


def test_nobody_can_be_told_from_it(app: Flask, cast: SimpleNamespace, november: None) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    flag(cast.charlie, post_id, Reason.ABUSE, "He rang me on 07700 900123.")
    decide(cast.mona, post_id, Verb.HIDE, Reason.ABUSE, "Not like this.")
    for path in ("/transparency", "/transparency.csv"):
        said = app.test_client().get(path).text
        for word in ("Bob", "Charlie", "Mona", "Alice", "900123", "Not like this"):
            assert word.lower() not in said.lower()
