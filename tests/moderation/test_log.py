"""The staff's log: who reads it, what it says, and how it is narrowed."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

import app as package
from app.audit.operations import record
from app.core.clock import frozen
from app.core.transaction import transaction
from app.moderation.acts import Verb
from app.moderation.log import FACTS, TARGETS, VERBS

DAYS = [datetime(2026, 3, day, 23, 30, tzinfo=UTC) for day in (1, 2, 3)]


@pytest.fixture
def written(cast: SimpleNamespace) -> None:
    """Three evenings: mona refuses a post, adam suspends bob, and trust changes by itself; agnes took a ticket."""
    acts = (
        ("refuse", cast.mona.id, "post", 7, {"reason": "advert", "author": 3}),
        ("suspend", cast.adam.id, "account", cast.bob.id, {"because": "<b>Adverts.", "secret": "machine"}),
        ("change trust", None, "account", cast.bob.id, {"from": 1, "to": 2}),
    )
    for moment, (verb, by, target, target_id, facts) in zip(DAYS, acts, strict=True):
        with frozen(moment), transaction():
            record(verb, actor_id=by, target=target, target_id=target_id, facts=facts)
    with transaction():
        record("take", actor_id=cast.agnes.id, target="ticket", target_id=3)


def _acts(page: str) -> list[str]:
    return re.findall(r'<li class="item seam" id="entry-\d+"><h2>([^<]+)</h2>', page)


def test_to_everybody_else_it_is_not_there(app: Flask, cast: SimpleNamespace) -> None:
    for name in ("alice", "nia", "tess", "agnes"):
        assert getattr(cast, name).client.get("/mod/log").status_code == 404, name
    assert app.test_client().get("/mod/log").location == "/sign-in?next=/mod/log"
    assert cast.mona.client.get("/mod/log").status_code == 200


@pytest.mark.usefixtures("written")
def test_the_newest_comes_first_and_says_who_what_to_whom_and_why(cast: SimpleNamespace) -> None:
    page = cast.mona.client.get("/mod/log").text
    assert _acts(page) == ["Trust changed", "Suspended a person", "Refused a held post"]
    assert "On the server" in page
    assert '<a href="/people/bob">Bob</a>' in page
    assert '<a href="/p/7">Post 7</a>' in page
    assert "It advertises something." in page
    assert "&lt;b&gt;Adverts." in page
    assert "machine" not in page


@pytest.mark.usefixtures("written")
def test_tickets_are_seen_by_who_works_on_them(cast: SimpleNamespace) -> None:
    assert "Took a ticket" in _acts(cast.adam.client.get("/mod/log").text)
    page = cast.mona.client.get("/mod/log?number=3").text
    assert _acts(page) == []
    assert "icket" not in page.partition("<h1>")[2].partition("</main>")[0]


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("asked", "acts"),
    [
        ("by=@MONA", ["Refused a held post"]),
        ("by=adam&verb=refuse", []),
        ("verb=suspend", ["Suspended a person"]),
        ("target=account", ["Trust changed", "Suspended a person"]),
        ("target=post&number=7", ["Refused a held post"]),
        ("target=post&number=8", []),
        ("since=2026-03-02&until=2026-03-02", ["Suspended a person"]),
        ("until=2026-03-01", ["Refused a held post"]),
        ("verb=nonsense&target=nowhere", ["Trust changed", "Suspended a person", "Refused a held post"]),
    ],
)
def test_it_is_narrowed(cast: SimpleNamespace, asked: str, acts: list[str]) -> None:
    answer = cast.mona.client.get(f"/mod/log?{asked}")
    assert answer.status_code == 200
    assert _acts(answer.text) == acts


@pytest.mark.usefixtures("written")
def test_days_are_the_readers(cast: SimpleNamespace) -> None:
    """In March London's day is UTC's; in Auckland these evenings are the next day's noon."""
    account = cast.mona.client.post(
        "/me/profile", data={"display_name": "Mona", "tz": "Pacific/Auckland", "form_token": "t" * 24}
    )
    assert account.status_code == 303
    page = cast.mona.client.get("/mod/log?since=2026-03-03&until=2026-03-03").text
    assert _acts(page) == ["Suspended a person"]


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("by", "nobody", "Nobody here is called that."),
        ("by", "\x00<b>\ud7ff", "Nobody here is called that."),
        ("number", "-1", "Write a number"),
        ("number", "99999999999999999999", "Write a number"),
        ("since", "soon", "Write a day as in 2026-03-21."),
        ("until", "2026-02-30", "Write a day as in 2026-03-21."),
    ],
)
def test_what_narrows_nothing_is_said_beside_its_field(
    cast: SimpleNamespace, field: str, typed: str, said: str
) -> None:
    answer = cast.mona.client.get("/mod/log", query_string={field: typed, "verb": "refuse"})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert said in answer.text.replace("&#39;", "'")
    assert _acts(answer.text) == ["Refused a held post"]


@pytest.mark.usefixtures("written")
def test_days_at_the_ends_of_the_calendar_narrow_too(cast: SimpleNamespace) -> None:
    for asked in ("until=9999-12-31", "since=0001-01-01"):
        assert len(_acts(cast.mona.client.get(f"/mod/log?{asked}").text)) == 3, asked
    for asked in ("since=9999-12-31", "until=0001-01-01"):
        assert _acts(cast.mona.client.get(f"/mod/log?{asked}").text) == [], asked


def test_a_page_takes_few_statements_however_long_the_log(
    cast: SimpleNamespace, statements: list[str]
) -> None:
    with transaction():
        for number in range(120):
            record("lock", actor_id=cast.mona.id, target="thread", target_id=number + 1)
    cast.mona.client.get("/mod/log")
    del statements[:]
    page = cast.mona.client.get("/mod/log?page=2").text
    assert len(_acts(page)) == 50
    assert len([sent for sent in statements if sent.startswith("SELECT")]) <= 6


def _written_down() -> Iterator[tuple[str, str]]:
    """Each verb and target in calls of `record`, and of what hands its verb on to it."""
    for path in Path(package.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"record", "_record"}:
                target = next((word.value for word in call.keywords if word.arg == "target"), None)
                verb = call.args[0] if call.args else None
                if isinstance(verb, ast.Constant):
                    yield str(verb.value), str(getattr(target, "value", "channel"))


def test_every_act_has_its_words() -> None:
    found = list(_written_down())
    assert len(found) > 30
    once = {"release", "refuse", "handle_flag", "lift suspension", "change photos"}
    assert {verb for verb, _target in found} | set(Verb) | {
        "undo",
        "reverse",
        "agree",
        "decline",
    } | once == set(VERBS)
    assert {target for _verb, target in found} <= set(TARGETS)
    assert FACTS
