"""Every page: accessible, valid, still, no wider than the window, and small at the first visit."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.cli import demo
from app.config import Mode
from tests.browser import tour
from tests.browser.furnishing import Furnish, demo_cast, demo_town, town_with_a_newcomer, town_with_decisions
from tests.browser.looking import AXE, LOOKS, VNU, dress, inaccessible, invalid, shifted, sideways
from tests.browser.serving import Site
from tests.browser.tour import Stop
from tests.conftest import missing

pytestmark = pytest.mark.browser

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# Without a page: whether the process is well, addresses that only lead on, and files.
NO_PAGE = {
    "home.alive",
    "home.ready",
    "forum.thread",
    "forum.post",
    "forum.old_address",
    "insight.download",
    "insight.transparency_csv",
    "moderation.case_json",
    "moderation.case_pdf",
}
ALL = (
    *tour.VISITOR,
    tour.LETTER,
    *tour.SELLER,
    *tour.MODERATOR,
    *tour.HELD,
    *tour.ADMIN,
    *tour.OUTSIDE,
    *tour.JUDGED,
    *tour.DECIDED,
    *tour.SECONDING,
    *tour.NUMBERS,
    *tour.CHANNELS,
    *tour.AGENT,
    *tour.PEOPLE,
    *tour.MINE,
    *tour.SUSPENDING,
    *tour.HELPER,
    *tour.ERRORS,
    *tour.EMPTY_VISITOR,
    *tour.EMPTY_ADMIN,
    *tour.EMPTY_AGENT,
    *tour.COMMUNITY,
)


@pytest.fixture(scope="session", autouse=True)
def _checkers() -> None:
    if not (AXE.is_file() and VNU.is_file()):
        missing("axe-core and vnu are not here; run npm ci --ignore-scripts")


class Look:
    """Goes from page to page and remembers what is wrong with them."""

    def __init__(self, site: Site, scratch: Path, known: dict[str, object]) -> None:
        self._site, self._scratch, self._known = site, scratch, known
        self._sent: dict[str, bytes] = {}
        self.wrong: list[str] = []

    def at(self, page: Page, stops: Iterable[Stop]) -> None:
        for stop in stops:
            self._at(page, stop)

    def over(self) -> list[str]:
        """Everything wrong, what the checker of the HTML standard says of all pages included."""
        return self.wrong + invalid(self._sent, self._scratch)

    def _at(self, page: Page, stop: Stop) -> None:
        dress(page, LOOKS[0])
        answer = stop.reach(page, self._known)
        if answer.status != stop.status:
            self.wrong.append(f"{stop.name}: answered {answer.status}, not {stop.status}")
        self._sent[stop.name] = answer.body()
        if stop is tour.LETTER:
            # No script runs there, ours neither, and a promise would wait for ever: look at it elsewhere.
            page.goto("about:blank")
            page.set_content(self._sent[stop.name].decode())
        found = [*shifted(page), *sideways(page)]
        turn = len(self._sent)
        # Either width and either scheme; which goes with which takes turns.
        pair = LOOKS[::3] if turn % 2 else LOOKS[1:3]
        for look in pair if stop.main else [LOOKS[turn % len(LOOKS)]]:
            dress(page, look)
            found += [f"{look}: {violation}" for violation in inaccessible(page)]
        self.wrong += [f"{stop.name}: {line}" for line in found]


@pytest.fixture
def look(open_site: Callable[..., Site], visit: Callable[..., Page], tmp_path: Path) -> Callable[..., None]:
    """Walk tours over one site, each as somebody of the cast; fails with all that is wrong."""

    def walk(
        furnish: Furnish,
        tours: dict[demo.CastName | None, tuple[Stop, ...]],
        *,
        lived_in: bool,
        **settings: object,
    ) -> None:
        site = open_site(furnish, **settings)
        looking = Look(site, tmp_path, tour.facts(site) if lived_in else {})
        for plays, stops in tours.items():
            page = visit(site, excused=tuple({stop.status for stop in stops} - {200}))
            if plays:
                tour.sign_in(page, plays)
            looking.at(page, stops)
        if wrong := looking.over():
            pytest.fail("\n".join(wrong), pytrace=False)

    return walk


@ON_SQLITE
def test_pages_for_everybody(look: Callable[..., None]) -> None:
    look(demo_town, {None: (*tour.VISITOR, tour.LETTER)}, lived_in=True)


@ON_SQLITE
def test_pages_for_members_and_agents(look: Callable[..., None]) -> None:
    look(demo_town, {"seller": tour.SELLER, "agent": tour.AGENT, "admin": tour.CHANNELS}, lived_in=True)


@ON_SQLITE
def test_pages_for_moderators_and_helpers(look: Callable[..., None]) -> None:
    look(demo_town, {"moderator": tour.MODERATOR, "helper": tour.HELPER}, lived_in=True)


@ON_SQLITE
def test_pages_for_moderators_and_admins(look: Callable[..., None]) -> None:
    look(town_with_a_newcomer, {"moderator": tour.HELD, "admin": tour.ADMIN}, lived_in=True)


@ON_SQLITE
def test_pages_of_decisions(look: Callable[..., None]) -> None:
    tours = {
        None: tour.OUTSIDE,
        "seller": tour.JUDGED,
        "moderator": tour.DECIDED,
        "admin": tour.SECONDING,
    }
    look(town_with_decisions, tours, lived_in=True)


@ON_SQLITE
def test_pages_of_numbers(look: Callable[..., None]) -> None:
    look(demo_town, {"admin": tour.NUMBERS}, lived_in=True)


@ON_SQLITE
def test_pages_of_people(look: Callable[..., None]) -> None:
    tours = {None: tour.PEOPLE, "seller": tour.MINE, "moderator": tour.SUSPENDING}
    look(demo_town, tours, lived_in=True)


@ON_SQLITE
def test_pages_when_something_is_wrong(look: Callable[..., None]) -> None:
    look(tour.town_with_trouble, {None: tour.ERRORS}, lived_in=False)


@ON_SQLITE
def test_pages_of_an_empty_town(look: Callable[..., None]) -> None:
    tours = {None: tour.EMPTY_VISITOR, "admin": tour.EMPTY_ADMIN, "agent": tour.EMPTY_AGENT}
    look(demo_cast, tours, lived_in=False)


@ON_SQLITE
def test_pages_of_a_community(look: Callable[..., None]) -> None:
    look(demo_cast, {None: tour.COMMUNITY}, lived_in=False, mode=Mode.COMMUNITY)
