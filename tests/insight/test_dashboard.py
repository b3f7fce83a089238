"""The dashboard: who reads it, what it hides, and that every number is what its rows count."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import StringIO
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.actor import Actor
from app.core.clock import frozen, now
from app.core.db import db
from app.core.parts import part
from app.core.transaction import transaction
from app.forum.models import Post, Tag, Thread, ThreadTag, Visibility
from app.insight.operations import start_trial, stop_trial
from app.insight.queries.questions import Until, asked, times, waiting, waiting_by_tag
from app.insight.queries.trials import plan, result
from app.insight.sections import SECTIONS
from app.insight.statistics import needed
from app.insight.tables import Cell, Table, as_csv
from app.questions.models import Question
from app.search import helping
from app.search.misses import Misses
from app.search.models import Arm, Trial
from tests.house.town import post, thread

ROOMS = (
    "dashboard",
    "dashboard/sessions",
    "dashboard/questions",
    "dashboard/asking",
    "dashboard/weeks.csv",
    "trials",
)


@pytest.fixture
def lived(cast: SimpleNamespace, people: Callable[[int], list[Actor]]) -> list[int]:
    """Sessions of ninety people over a month under a trial that ended a while ago; the threads they were shown."""
    threads = [thread(cast.bob.id)[0] for _three in range(3)]
    begin = now() - timedelta(days=45)
    with frozen(begin):
        day = begin.date()
        dates = {"begins_on": day, "ends_on": day + timedelta(days=27)}
        start_trial(cast.adam.actor, **dates, share=100, rate=50, seen=needed(0.5))
    for place, member in enumerate(people(90)):
        with frozen(begin + timedelta(hours=7 * place)):
            helping.show(member, None, thread_ids=threads[: 1 + place % 3], urgent=place % 15 == 0)
            if place % 4 == 0:
                helping.open_thread(member, None, thread_id=threads[0])
            with transaction():
                if place % 5 == 0:
                    helping.solved(member, None, threads[0])
                if place % 3 == 0:
                    helping.refuse(member, None)
                if place % 3 == 0 or place % 7 == 0:
                    helping.file(member)
    return threads


@pytest.fixture
def questions(cast: SimpleNamespace) -> list[int]:
    """Thirty questions, twenty answered after n hours, the first five solved a day later; two carry a tag."""
    ids = []
    for place in range(30):
        with frozen(now() - timedelta(days=40, hours=place)):
            thread_id, opening = thread(cast.alice.id)
            asked_at = now()
        ids.append(thread_id)
        if place < 20:
            with frozen(asked_at + timedelta(hours=place + 1)):
                answer = post(thread_id, opening, cast.bob.id)
        with transaction() as session:
            if place < 5:
                row = Question.thread_id == thread_id
                solved = {"accepted_post_id": answer, "accepted_at": asked_at + timedelta(days=2)}
                session.execute(update(Question).where(row).values(solved))
                session.execute(update(Thread).where(Thread.id == thread_id).values(state="solved"))
    with transaction() as session:
        session.add(Tag(name="coats"))
        session.flush()
        tag_id = session.scalar(select(Tag.id))
        session.add_all(
            ThreadTag(thread_id=thread_id, tag_id=tag_id) for thread_id in (ids[0], ids[7], ids[25])
        )
    return ids


@pytest.mark.parametrize("room", ROOMS)
def test_to_everybody_else_it_is_not_there(app: Flask, cast: SimpleNamespace, room: str) -> None:
    missing = cast.alice.client.get("/mod/nothing").text
    bare = lambda page: re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", page)
    for name in ("alice", "nia", "tess", "agnes", *(["mona"] if room == "trials" else [])):
        answer = getattr(cast, name).client.get(f"/mod/{room}")
        assert answer.status_code == 404, name
        if name == "alice":
            assert bare(answer.text) == bare(missing)
    assert cast.adam.client.get(f"/mod/{room}").status_code == 200
    if room != "trials":
        assert cast.mona.client.get(f"/mod/{room}").status_code == 200
    assert app.test_client().get(f"/mod/{room}").location == f"/sign-in?next=/mod/{room}"


def test_of_an_empty_town_it_says_that_there_is_nothing(cast: SimpleNamespace) -> None:
    page = cast.mona.client.get("/mod/dashboard").text
    assert "Only a trial can tell" in page
    assert "Every search of the last 90 days found something." in page
    assert "%" not in re.sub(
        r'(?:width|height|x\d?|cx)="[^"]*"', "", page.split("<main")[1].split("</main")[0]
    )
    assert "<circle" not in page


def test_every_number_is_what_its_rows_count(
    cast: SimpleNamespace, lived: list[int], questions: list[int]
) -> None:
    for words in ("zeppelin", "zeppelin", "airship hire"):
        part(Misses).note(words)
    part(Misses).write()
    mona = cast.mona
    followed = 0
    with mona.client.application.test_request_context():
        cells = [
            (name, cell) for name, make in SECTIONS.items() for row in make(mona.actor).rows for cell in row
        ]
    for name, cell in cells:
        if cell.url is None or not isinstance(cell.value, int):
            continue
        assert cell.value > 0
        url, counted, number = cell.url, 0, 1
        while True:
            page = mona.client.get(f"{url}{'&' if urlsplit(url).query else '?'}page={number}").text
            body = page.split("<tbody>")[1].split("</tbody>")[0]
            rows = body.split("<tr>")[1:]
            counted += (
                sum(int(re.findall(r">(\d+)</td>", row)[-1]) for row in rows)
                if name == "searches"
                else len(rows)
            )
            if 'rel="next"' not in page:
                break
            number += 1
        assert counted == cell.value, (name, url)
        followed += 1
    assert followed > 40


def test_the_page_leads_to_every_one_of_them(
    cast: SimpleNamespace, lived: list[int], questions: list[int]
) -> None:
    with cast.mona.client.application.test_request_context():
        urls = {
            cell.url
            for make in SECTIONS.values()
            for row in make(cast.mona.actor).rows
            for cell in row
            if cell.url
        }
    page = unescape(cast.mona.client.get("/mod/dashboard").text)
    assert {url for url in urls if f'href="{url}"' not in page} == set()


def test_the_trial_says_what_it_found(cast: SimpleNamespace, lived: list[int]) -> None:
    trial = db.session.scalars(select(Trial)).one()
    found = result(trial)
    assert sum(count.drawn for count in found.arms.values()) == 84
    assert sum(count.urgent for count in found.arms.values()) == 0
    assert sum(count.counted for count in found.arms.values()) == 84
    assert found.estimate
    page = cast.mona.client.get("/mod/dashboard").text
    assert "its 95% interval goes from" in page
    assert 'class="chart__dot"' in page
    assert "The trial is not over" not in page


def _everybody_is_drawn(cast: SimpleNamespace, days: int) -> None:
    today = now().date()
    start_trial(
        cast.adam.actor,
        begins_on=today,
        ends_on=today + timedelta(days=days),
        share=100,
        rate=50,
        seen=needed(0.5),
    )


def test_below_twenty_on_a_side_there_is_no_share_and_no_difference(
    cast: SimpleNamespace, people: Callable[[int], list[Actor]]
) -> None:
    _everybody_is_drawn(cast, days=1)
    ids = [thread(cast.bob.id)[0]]
    drawn = {True: 0, False: 0}
    for member in people(300):
        if min(drawn.values()) < 20 and drawn.get(helping.folded(member, None, urgent=False), 99) < (
            20 if not helping.folded(member, None, urgent=False) else 19
        ):
            drawn[helping.show(member, None, thread_ids=ids, urgent=False)] += 1
    assert drawn == {True: 19, False: 20}
    page = cast.mona.client.get("/mod/dashboard").text
    assert "They have 0 and 0." in page
    with frozen(now() + timedelta(days=9)):
        found = result(db.session.scalars(select(Trial)).one())
        assert {arm: count.counted for arm, count in found.arms.items()} == {Arm.OPEN: 20, Arm.CONTROL: 19}
        assert (found.estimate, found.arms[Arm.CONTROL].share) == (None, None)
        assert found.arms[Arm.OPEN].share == 0
        page = cast.mona.client.get("/mod/dashboard").text
    assert "They have 20 and 19." in page
    assert 'class="chart__dot"' not in page


def test_sessions_younger_than_seven_days_are_still_open_even_when_they_filed(
    cast: SimpleNamespace, people: Callable[[int], list[Actor]]
) -> None:
    _everybody_is_drawn(cast, days=9)
    ids = [thread(cast.bob.id)[0]]
    for member in people(10):
        helping.show(member, None, thread_ids=ids, urgent=False)
        with transaction():
            helping.file(member)
    trial = db.session.scalars(select(Trial)).one()
    arms = result(trial).arms.values()
    assert (sum(arm.still_open for arm in arms), sum(arm.counted + arm.filed for arm in arms)) == (10, 0)
    with frozen(now() + timedelta(days=8)):
        arms = result(trial).arms.values()
        assert (sum(arm.still_open for arm in arms), sum(arm.filed for arm in arms)) == (0, 10)


def test_after_ninety_days_the_result_is_the_same(cast: SimpleNamespace, lived: list[int]) -> None:
    trial_id = db.session.scalars(select(Trial.id)).one()
    before = result(db.session.get_one(Trial, trial_id))
    with frozen(now() + timedelta(days=100)):
        helping.sweep()
        after = result(db.session.get_one(Trial, trial_id))
    assert before.arms == after.arms


def test_times_are_those_of_the_rows(cast: SimpleNamespace, questions: list[int]) -> None:
    found = times(asked())
    assert (found.asked, found.over) == (30, {Until.ANSWERED: 20, Until.SOLVED: 5})
    # Twenty of thirty are answered after 1 to 20 hours, so half of all are within 15; nine of ten are not yet.
    assert (found.median[Until.ANSWERED], found.most[Until.ANSWERED]) == (15 * 3_600, None)
    assert (found.median[Until.SOLVED], found.most[Until.SOLVED]) == (None, None)


def test_what_is_no_answer_to_a_question_asked_here_is_not_counted(
    cast: SimpleNamespace, questions: list[int]
) -> None:
    with transaction() as session:
        session.execute(update(Thread).where(Thread.id == questions[0]).values(visibility=Visibility.HIDDEN))
        imported = {"source": "elsewhere", "external_id": "1"}
        session.execute(update(Thread).where(Thread.id == questions[1]).values(imported))
    with frozen(now() - timedelta(days=3)):
        thread_id, opening = thread(cast.alice.id)
    post(thread_id, opening, cast.alice.id)
    post(thread_id, opening, cast.bob.id, Visibility.HIDDEN)
    row = next(row for row in asked() if row.id == thread_id)
    assert row.at[Until.ANSWERED] is None
    assert {questions[0], questions[1]} & {row.id for row in asked()} == set()


def test_what_is_solved_by_nothing_anybody_sees_or_asked_before_waits_for_nothing(
    cast: SimpleNamespace, questions: list[int]
) -> None:
    """The first is solved by what was hidden since, the second was asked before."""
    with transaction() as session:
        accepted = session.get_one(Question, questions[0]).accepted_post_id
        session.execute(update(Post).where(Post.id == accepted).values(visibility=Visibility.HIDDEN))
        session.execute(update(Thread).where(Thread.id == questions[1]).values(state="duplicate"))
    rows = {row.id: row for row in asked()}
    assert rows[questions[0]].at[Until.SOLVED] is None
    assert questions[1] not in rows


def test_what_is_taken_away_needs_no_answer(cast: SimpleNamespace, questions: list[int]) -> None:
    before = sum(counts.total() for _tag, counts in waiting_by_tag(cast.mona.actor))
    with transaction() as session:
        session.execute(
            update(Thread).where(Thread.id == questions[25]).values(visibility=Visibility.DELETED)
        )
    assert sum(counts.total() for _tag, counts in waiting_by_tag(cast.mona.actor)) == before - 1
    assert waiting(cast.mona.actor, "coats", None, 1).rows


def test_nineteen_questions_say_no_time(cast: SimpleNamespace, questions: list[int]) -> None:
    rows = asked()
    answered = [row for row in rows if row.at[Until.ANSWERED]]
    assert times(answered[:19]).median[Until.ANSWERED] is None
    assert times(answered[:20]).median[Until.ANSWERED] is not None


def test_each_csv_holds_what_its_table_holds(
    cast: SimpleNamespace, lived: list[int], questions: list[int]
) -> None:
    for name, table_of in SECTIONS.items():
        answer = cast.mona.client.get(f"/mod/dashboard/{name}.csv")
        assert answer.content_type == "text/csv; charset=utf-8"
        assert f'filename="{name}-{now().date().isoformat()}.csv"' in answer.headers["Content-Disposition"]
        with cast.mona.client.application.test_request_context():
            table = table_of(cast.mona.actor)
        rows = list(csv.reader(StringIO(answer.text)))
        assert rows[0] == list(table.head), name
        assert len(rows) == 1 + len(table.rows), name
        assert all(len(row) == len(table.head) for row in rows), name


def test_no_cell_is_a_formula() -> None:
    table = Table(
        "x", "x", ["=a"], [[Cell("=cmd()|A1"), Cell("+44"), Cell("-1", value=-1), Cell("fine, so")]]
    )
    assert as_csv(table).splitlines()[1] == "'=cmd()|A1,'+44,-1,\"fine, so\""
    assert as_csv(table).splitlines()[0] == "'=a"


def test_odd_addresses_narrow_nothing_or_are_not_there(cast: SimpleNamespace, lived: list[int]) -> None:
    client = cast.mona.client
    whole = client.get("/mod/dashboard/sessions").text.count("<tr>")
    for odd in (
        "trial=x",
        "arm=%00",
        "week=9999-12-31",
        "week=2026-W99",
        "what=none",
        "standing=²",
        "thread=-1",
    ):
        answer = client.get(f"/mod/dashboard/sessions?{odd}")
        assert (answer.status_code, answer.text.count("<tr>")) == (200, whole), odd
    assert client.get("/mod/dashboard/sessions?trial=999999999").status_code == 200
    assert client.get("/mod/dashboard/searches?words=%00zeppelin").status_code == 404
    assert client.get("/mod/dashboard/questions?tag=%00&space=%00").status_code == 200
    assert client.get("/mod/dashboard/none.csv").status_code == 404


def test_nobody_is_named(cast: SimpleNamespace, lived: list[int]) -> None:
    pages = [cast.mona.client.get(f"/mod/{room}").text for room in ("dashboard", "dashboard/sessions")]
    assert not any(re.search(r"[Mm]ember ?\d", page) for page in pages)


def test_what_a_trial_needs_is_by_the_observed_rate(cast: SimpleNamespace, lived: list[int]) -> None:
    found = plan(None)
    with_ticket = sum(1 for place in range(90) if place % 15 and (place % 3 == 0 or place % 7 == 0))
    assert found.observed == round(100 * with_ticket / 84)
    assert (found.rate, found.needed) == (found.observed, needed(found.observed / 100))
    assert (plan(10).rate, plan(10).needed) == (10, needed(0.1))
    stop_trial(cast.adam.actor, trial_id=db.session.scalars(select(Trial.id)).one())
