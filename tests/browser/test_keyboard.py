"""A queue of 300 worked to its end by keyboard alone, on the site as it runs in earnest."""

import json
import random
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from app.accounts.actor import Role
from app.audit import operations as audit
from app.audit.models import AuditEntry
from app.core.db import db
from app.forum.models import Post, Space, Visibility
from app.jobs.queries import counts
from app.moderation.acts import Verb
from app.moderation.models import Decision, Flag, Review, Shift
from app.moderation.operations.shifting import WORST
from tests.big.flagged import fill
from tests.conftest import Player
from tests.moderation.test_states import counts_are_right
from tests.processes import PATIENCE_SECONDS, WEB, WORKER, environment, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUEUE = 300
UNDONE_EACH = 40
KEYS = {"a": Verb.KEEP, "h": Verb.HIDE, "r": Verb.REMOVE, "w": Verb.WARN, "e": Verb.EDIT}
OFTEN = (45, 30, 15, 5, 5)
SEEN_AS = {"a": Visibility.PUBLIC, "h": Visibility.HIDDEN, "r": Visibility.DELETED}
MOST_TABS = 120
# From the key to the next frame in which what it leads to is drawn; what the server took is the browser's own count.
CLOCK = """
const moment = () => performance.timeOrigin + performance.now();
const drawn = (told) => requestAnimationFrame(() => setTimeout(() => {
  told.shown = moment() - Number(sessionStorage.getItem("pressed"));
  document.documentElement.dataset.told = JSON.stringify(told);
}));
addEventListener("keydown", () => sessionStorage.setItem("pressed", moment()), true);
addEventListener("DOMContentLoaded", () => {
  const [page] = performance.getEntriesByType("navigation");
  drawn({ decision: page.redirectEnd - page.redirectStart, page: page.responseEnd - page.fetchStart });
});
addEventListener("htmx:afterSwap", () => drawn({}));
"""


@dataclass
class Hand:
    """What was pressed, and what it took, in milliseconds."""

    page: Page
    decided: dict[int, str] = field(default_factory=dict)
    undone: list[int] = field(default_factory=list)
    took: dict[str, list[float]] = field(default_factory=dict)

    def press(self, key: str, name: str) -> None:
        """Press it and wait until what it leads to is drawn."""
        self.page.evaluate("delete document.documentElement.dataset.told")
        self.page.keyboard.press(key)
        self.drawn(name)

    def drawn(self, name: str) -> None:
        told = self.page.locator("html[data-told]").get_attribute("data-told")
        for part, milliseconds in json.loads(told or "").items():
            if milliseconds:
                self.took.setdefault(f"{name}: {part}", []).append(milliseconds)

    def reach(self, words: str) -> None:
        """Press Tab until the focus is on what is called so."""
        for _tab in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("(document.activeElement.textContent || '').trim()") == words:
                return
        raise AssertionError(f"{words!r} is not reached by keyboard")

    @property
    def opened(self) -> int:
        """Which target is shown; the list says the same."""
        row = self.page.locator(".queue__row.is-open").get_attribute("data-id")
        assert row == self.page.locator("#review").get_attribute("data-review")
        return int(row or 0)

    @property
    def is_over(self) -> bool:
        return not self.page.locator("#review").count()


@pytest.fixture
def moderating(
    app: Flask, enter: Callable[..., Player], database_url: str, tmp_path: Path, chromium: Browser
) -> Iterator[Hand]:
    """A moderator before a queue of QUEUE."""
    mona = enter("mona", Role.MODERATOR)
    space_id = db.session.scalars(select(Space.id)).first() or 0
    fill(space_id, [1 + number % 49 for number in range(QUEUE)])
    db.session.rollback()
    cookie = mona.client.get_cookie("bartack")
    assert cookie
    settings = environment(database_url, tmp_path)
    url, log = settings["BARTACK_BASE_URL"], tmp_path / "processes.log"
    with running(log, settings, *WEB), running(log, settings, *WORKER):
        _wait(lambda: _answers(url))
        context = chromium.new_context(base_url=url, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE_SECONDS * 1_000)
        context.add_cookies([{"name": "bartack", "value": cookie.value, "url": url}])
        context.add_init_script(CLOCK)
        complaints: list[str] = []
        context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.goto("/mod/queue")
        yield Hand(page)
        context.close()
        # Every reporter hears of it.
        _wait(lambda: counts()[0] == 0, patience=5 * PATIENCE_SECONDS)
    assert complaints == []


def test_three_hundred_by_keyboard_alone(
    moderating: Hand, mailbox: object, capsys: pytest.CaptureFixture[str]
) -> None:
    hand, page, dice = moderating, moderating.page, random.Random(5)
    hand.reach("Begin a shift")
    hand.press("Enter", "shift")
    while not hand.is_over:
        if len(hand.decided) == WORST:
            _hand_over(hand)
        if len(hand.decided) % 7 == 3:
            for key in "jjk":
                if page.locator(".queue__row").count() > 2:
                    hand.press(key, "stepping")
        _decide(hand, dice.choices(list(KEYS), OFTEN)[0])
        if len(hand.decided) % UNDONE_EACH == 0:
            _take_back(hand)
    expect(page.locator("main")).to_contain_text("Nothing is waiting")
    with capsys.disabled():
        print(f"\n{db.engine.dialect.name}, {len(hand.decided)} targets, {len(hand.undone)} taken back")
        for name, took in sorted(hand.took.items()):
            print(f"  {name}: {_cell(took)}")
    _is_as_pressed(hand)


def _decide(hand: Hand, key: str) -> None:
    page, review_id = hand.page, hand.opened
    if key != "a" and not page.locator("#decide [name=reason]").input_value():
        # Flagged for something else: the key asks what is wrong with it.
        page.keyboard.press(key)
        if key == "e":
            page.keyboard.press("Escape")
            page.keyboard.press("h")
        expect(page.locator("#decide [name=reason]")).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Escape")
    if key == "e":
        page.keyboard.press("e")
        expect(page.locator("#edit textarea")).to_be_focused()
        page.keyboard.type("jhz ")
        hand.reach("Save the edit")
        hand.press("Enter", "deciding")
    else:
        hand.press(key, "deciding")
    hand.decided[review_id] = key


def _take_back(hand: Hand) -> None:
    last = list(hand.decided)[-1]
    hand.press("z", "taking back")
    assert hand.opened == last
    hand.undone.append(last)
    _decide(hand, "a" if hand.decided[last] != "a" else "h")


def _hand_over(hand: Hand) -> None:
    page = hand.page
    expect(page.locator(".shift")).to_contain_text(f"Done. {QUEUE - WORST} can wait.")
    while not page.evaluate("document.activeElement.matches('.shift textarea')"):
        page.keyboard.press("Tab")
    page.keyboard.type("Half of it is adverts, jhz.")
    hand.reach("End the shift")
    hand.press("Enter", "shift")
    expect(page.locator("main")).to_contain_text("Half of it is adverts, jhz.")


def _is_as_pressed(hand: Hand) -> None:
    db.session.rollback()
    standing = {
        review_id: (number, act)
        for review_id, number, act in db.session.execute(
            select(Decision.review_id, func.count(), func.max(Decision.act))
            .where(Decision.undone_at.is_(None))
            .group_by(Decision.review_id)
        )
    }
    assert standing == {review_id: (1, KEYS[key]) for review_id, key in hand.decided.items()}
    assert len(standing) == QUEUE
    undone = select(Decision.review_id).where(Decision.undone_at.is_not(None)).order_by(Decision.id)
    assert db.session.scalars(undone).all() == hand.undone
    for review, visibility in db.session.execute(
        select(Review, Post.visibility).join(Post, Post.id == Review.post_id)
    ):
        assert (review.opened_at, review.held) == (None, False)
        assert visibility == SEEN_AS.get(hand.decided[review.id], Visibility.PUBLIC)
        counts_are_right(review)
    assert db.session.scalar(select(func.count()).where(Flag.decision_id.is_(None))) == 0
    assert db.session.scalars(select(Shift.left)).all() == [QUEUE - WORST]
    written = select(func.count()).where(AuditEntry.verb.in_([*KEYS.values(), "undo"]))
    assert db.session.scalar(written) == QUEUE + 2 * len(hand.undone)
    assert audit.verify() is None


def _cell(took: Sequence[float]) -> str:
    high = statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
    return f"{statistics.median(took):.0f} / {high:.0f} ms (median / p95) × {len(took)}"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5):
            return True
    except OSError:
        return False


def _wait(happened: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    until = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < until
        db.session.rollback()
        time.sleep(0.1)
