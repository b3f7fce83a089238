"""Keeping watched words: tried before they are saved, by moderators alone, and in the log."""

import html
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.forum.models import Post
from app.moderation.watching import operations, policy, trying
from app.moderation.watching.models import LONGEST_PATTERN, Action, Kind, WatchedWord
from tests.forum.sorting_steps import verbs
from tests.forum.steps import opening
from tests.moderation.watching.steps import watch
from tests.questions.steps import answer, ask, count, hide, token

FORM = {"kind": "words", "pattern": "MoneyGram", "action": "hold", "rule": "1", "note": "Seen in May."}


def send(browser: FlaskClient, url: str = "/mod/words/new", **fields: str) -> TestResponse:
    return browser.post(url, data={**FORM, "form_token": token(), **fields})


def seal_in(page: TestResponse) -> str:
    found = re.search(r'name="seal"[^>]*value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def test_it_is_tried_and_then_saved_in_two_steps_without_script(cast: SimpleNamespace) -> None:
    asked = ask(cast.alice, title="He wants MONEYGRAM", source="Shall I?")
    answer(cast.bob, asked, "Never pay by money­gram, **MoneyGram** is a trap.")
    answer(cast.charlie, asked, "Ask for the checkout.")
    first = cast.mona.client.get("/mod/words/new").text
    assert "Try it on recent posts" in first
    assert 'value="save"' not in first
    tried = send(cast.mona.client, step="try")
    assert tried.status_code == 200
    assert "<strong>2</strong>" in tried.text
    assert "of the latest 3 posts" in tried.text
    assert "<mark>MONEYGRAM</mark>" in tried.text
    assert "more than one post in twenty" in tried.text
    assert 'value="save"' in tried.text
    assert count(WatchedWord) == 0
    saved = send(cast.mona.client, step="save", seal=seal_in(tried))
    assert saved.status_code == 303
    row = db.session.query(WatchedWord).one()
    assert (row.kind, row.pattern, row.action, row.rule, row.note, row.by_id, row.active) == (
        "words",
        "MoneyGram",
        "hold",
        1,
        "Seen in May.",
        cast.mona.id,
        True,
    )
    assert verbs() == ["add_watched_word"]
    log = cast.mona.client.get("/mod/log?verb=add_watched_word").text
    assert "Added a watched word" in log
    assert "MoneyGram" in log


def test_without_a_trial_it_is_refused_and_what_was_typed_stays(cast: SimpleNamespace) -> None:
    for seal in ("", "x.y", "W10.abc"):
        page = send(cast.mona.client, step="save", seal=seal)
        assert page.status_code == 422
        assert str(policy.TRY_FIRST) in html.unescape(page.text)
        assert 'value="MoneyGram"' in page.text
        assert "Seen in May." in page.text
    assert count(WatchedWord) == 0


@pytest.mark.parametrize("changed", [{"pattern": "moneygrams"}, {"action": "block"}, {"kind": "expression"}])
def test_a_trial_counts_for_exactly_what_was_tried(cast: SimpleNamespace, changed: dict[str, str]) -> None:
    seal = seal_in(send(cast.mona.client, step="try"))
    page = send(cast.mona.client, step="save", seal=seal, **changed)
    assert page.status_code == 422
    assert str(policy.TRY_FIRST) in html.unescape(page.text)
    assert send(cast.adam.client, step="save", seal=seal).status_code == 422
    assert send(cast.mona.client, step="save", seal=seal, note="Other.").status_code == 303


def test_a_trial_grows_old(cast: SimpleNamespace) -> None:
    what = {"kind": Kind.WORDS, "pattern": "moneygram", "action": Action.HOLD}
    seal = trying.try_out(cast.mona.actor, **what).seal
    assert trying.was_tried(cast.mona.actor, seal, **what)
    with clock.frozen(clock.now() + trying.GOOD_FOR + timedelta(seconds=1)):
        assert not trying.was_tried(cast.mona.actor, seal, **what)


def test_a_trial_reads_public_posts_only(cast: SimpleNamespace) -> None:
    asked = ask(cast.alice, source="moneygram")
    post_id = answer(cast.bob, asked, "moneygram")
    hide(Post, post_id)
    trial = trying.try_out(cast.mona.actor, kind=Kind.WORDS, pattern="moneygram", action=Action.HOLD)
    assert (trial.tried, trial.touched) == (1, 1)
    assert [example.post_id for example in trial.examples] == [opening(asked)]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"pattern": ""}, "Write what to look for."),
        ({"pattern": "x" * (LONGEST_PATTERN + 1)}, "At most 300 characters."),
        ({"pattern": "👍"}, "Write a word with a letter"),
        ({"kind": "expression", "pattern": "(buy"}, "A bracket is opened and not closed: (buy"),
        ({"kind": "expression", "pattern": "(?<=a)b"}, "Looking around is not possible"),
        ({"kind": "expression", "pattern": "x*"}, "matches where nothing is written"),
        ({"rule": "99"}, "Not a valid choice"),
        ({"action": "burn"}, "Not a valid choice"),
        ({"note": "n" * 501}, "At most 500 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    cast: SimpleNamespace, fields: dict[str, str], says: str
) -> None:
    for step in ("try", "save"):
        page = send(cast.mona.client, step=step, **fields)
        assert page.status_code == 422
        assert says in html.unescape(page.text)
    assert count(WatchedWord) == 0


def test_the_same_word_is_not_watched_for_twice(cast: SimpleNamespace) -> None:
    watch(cast.mona, "Gift cards")
    with pytest.raises(Problem) as refused:
        watch(cast.adam, "GIFT  cards", Action.BLOCK)
    assert refused.value.field == "pattern"
    watch(cast.mona, "gift cards", kind=Kind.EXPRESSION)


def test_a_form_sent_twice_is_one_word(cast: SimpleNamespace) -> None:
    what = {"kind": Kind.WORDS, "pattern": "moneygram", "action": Action.HOLD}
    seal, same = trying.try_out(cast.mona.actor, **what).seal, token()
    made = {
        operations.add_word(cast.mona.actor, **what, rule=1, note="", seal=seal, token=same) for _ in range(2)
    }
    assert len(made) == 1
    assert count(WatchedWord) == 1


def test_it_is_changed_switched_and_deleted_and_all_of_it_is_in_the_log(cast: SimpleNamespace) -> None:
    word_id = watch(cast.mona, "moneygram")
    url = f"/mod/words/{word_id}"
    form = {"pattern": "moneygram", "action": "flag"}
    assert send(cast.adam.client, url, step="save", rule="5", **form).status_code == 303
    assert send(cast.adam.client, url, step="save", pattern="western union", action="flag").status_code == 422
    seal = seal_in(send(cast.adam.client, url, step="try", pattern="western union", action="flag"))
    again = {"pattern": "western union", "action": "flag", "seal": seal}
    assert send(cast.adam.client, url, step="save", **again).status_code == 303
    for on in ("0", "0", "1"):
        assert cast.mona.client.post(f"{url}/switch", data={"on": on}).status_code == 303
    assert "western union" in cast.mona.client.get(f"{url}/delete").text
    for _twice in range(2):
        assert cast.mona.client.post(f"{url}/delete").status_code == 303
    assert "western union" not in cast.mona.client.get("/mod/words").text
    assert cast.mona.client.get(url).status_code == 404
    assert verbs() == [
        "add_watched_word",
        "change_watched_word",
        "change_watched_word",
        "switch_watched_word",
        "switch_watched_word",
        "delete_watched_word",
    ]


def test_the_list_is_narrowed_by_what_happens(cast: SimpleNamespace) -> None:
    watch(cast.mona, "moneygram", Action.BLOCK, note="From the bank.")
    watch(cast.mona, "gift cards")
    everything = cast.mona.client.get("/mod/words").text
    assert everything.index("gift cards") < everything.index("moneygram")
    assert "met in 0 posts in 30 days" in everything
    blocked = cast.mona.client.get("/mod/words?action=block").text
    assert "From the bank." in blocked
    assert "gift cards" not in blocked
    assert "moneygram" in cast.mona.client.get("/mod/words?action=nonsense").text


def test_nobody_else_reads_or_changes_them(cast: SimpleNamespace, client: FlaskClient) -> None:
    word_id = watch(cast.mona, "moneygram")
    for who in (cast.alice, cast.tess, cast.agnes):
        for url in ("/mod/words", "/mod/words/new", f"/mod/words/{word_id}", f"/mod/words/{word_id}/delete"):
            assert who.client.get(url).status_code == 404
        what = {"kind": Kind.WORDS, "pattern": "x", "action": Action.FLAG}
        more = {**what, "rule": 1, "note": "", "seal": ""}
        with pytest.raises(NotFound):
            trying.try_out(who.actor, **what)
        with pytest.raises(NotFound):
            operations.add_word(who.actor, **more, token=token())
        with pytest.raises(NotFound):
            operations.change_word(who.actor, word_id=word_id, **more)
        with pytest.raises(NotFound):
            operations.switch_word(who.actor, word_id=word_id, on=False)
        with pytest.raises(NotFound):
            operations.delete_word(who.actor, word_id=word_id)


def test_there_is_an_end_to_how_many_there_are(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "MOST_WORDS_KEPT", 2)
    first = watch(cast.mona, "one")
    watch(cast.mona, "two")
    with pytest.raises(Problem):
        watch(cast.mona, "three")
    operations.switch_word(cast.mona.actor, word_id=first, on=False)
    watch(cast.mona, "three")
    with pytest.raises(Problem):
        operations.switch_word(cast.mona.actor, word_id=first, on=True)
