"""Chromium, started once; the site it visits; and visits that fail on anything the browser complains of."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.browser.chromium import chromium_here
from tests.browser.furnishing import Furnish, demo_town, real_threads
from tests.browser.serving import Site, running
from tests.conftest import missing

HEIGHTS = {1280: 900, 360: 740, 320: 640}
# The browser's own line for an answer that is an error; excused only for pages that were asked for.
FAILED_TO_LOAD = re.compile(r"Failed to load resource: the server responded with a status of (\d{3})")
TELL_OF_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', event =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI}`));
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium of this machine (`BARTACK_CHROMIUM` names another)."""
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(chromium_here())
        except LookupError as absent:
            missing(str(absent))
        yield browser


@pytest.fixture
def open_site(make_app: Callable[..., Flask], tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Open the real site: CSRF on, limits off; keywords replace settings. `furnish` fills it first."""
    letters = tmp_path / "letters"
    with ExitStack() as stack:
        opened: list[Site] = []

        def open_(furnish: Furnish, **settings: object) -> Site:
            def make(url: str) -> Flask:
                app = make_app(base_url=url, mail_url=letters.as_uri(), **settings)
                app.config.update({"TESTING": False, "WTF_CSRF_ENABLED": True})
                with app.app_context():
                    furnish()
                return app

            opened.append(stack.enter_context(running(make, letters)))
            opened[-1].at_rest()
            return opened[-1]

        yield open_
    assert [trouble for site in opened for trouble in site.troubles] == []


@dataclass(frozen=True)
class Town:
    """What a site is filled with, a thread of it, and how somebody who has not read that thread would ask."""

    furnish: Furnish
    title: str
    asked_as: str


@pytest.fixture
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Town:
    """Threads real people wrote; where they are not here, the demo town."""
    try:
        folder: Path = request.getfixturevalue("shared_data")
    except pytest.skip.Exception:
        return Town(
            demo_town,
            "Tracking says delivered but buyer says nothing came",
            "The tracking shows delivered, the buyer has nothing",
        )
    return Town(
        real_threads(folder, tmp_path),
        "How do I download a YouTube video?",
        "Can I save a youtube video to watch it offline?",
    )


@dataclass
class Watch:
    """What one browser complained of."""

    origin: str
    excused: set[int]
    complaints: list[str] = field(default_factory=list)
    asked_for: set[str] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))

    def _request(self, request: Request) -> None:
        if not request.url.startswith(f"{self.origin}/"):
            self.complaints.append(f"asked another host: {request.url}")
        if request.is_navigation_request():
            self.asked_for.add(request.url.partition("#")[0])

    def _console(self, message: ConsoleMessage) -> None:
        if message.type not in {"error", "warning"}:
            return
        failed = FAILED_TO_LOAD.match(message.text)
        if (
            failed
            and int(failed[1]) in self.excused
            and message.location["url"].partition("#")[0] in self.asked_for
        ):
            return
        self.complaints.append(f"{message.type}: {message.text} ({message.location['url']})")


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Come to a site as one more browser.

    The test fails at its end on a console error or warning, a refusal by the policy, a script error, or a request
    to another host. The browser's own line for a page that answers with an `excused` status is none.
    """
    contexts: list[BrowserContext] = []
    watches: list[Watch] = []

    def come(
        site: Site,
        *,
        js: bool = True,
        width: int = 1280,
        scheme: str = "light",
        excused: tuple[int, ...] = (422,),
    ) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            java_script_enabled=js,
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme=scheme,  # type: ignore[arg-type]
            timezone_id="Europe/London",
            locale="en-GB",
        )
        context.set_default_timeout(10_000)
        if js:
            context.add_init_script(TELL_OF_VIOLATIONS)
        watches.append(Watch(site.url, set(excused)))
        watches[-1].over(context)
        contexts.append(context)
        return context.new_page()

    yield come
    for context in contexts:
        context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []
