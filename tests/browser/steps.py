"""What everybody does on a page: follow a door, press a button, sign in."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from app.cli import demo
from app.cli.seeding import PASSWORD, address
from tests.browser.serving import Site

Come = Callable[..., Page]

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_A_PHONE = pytest.param({"js": True, "width": 360}, id="script, 360 px")
WITHOUT = pytest.param({"js": False, "width": 360}, id="no script, 360 px")


def follow(page: Page, door: Locator) -> None:
    """Click what leads to another page, and wait until that page is there."""
    with page.expect_navigation():
        door.click()


def press(page: Page, name: str, *, within: str = "main") -> None:
    follow(page, page.locator(within).get_by_role("button", name=name, exact=True))


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    if "/sign-in" not in page.url:
        page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")


def cast(plays: demo.CastName) -> str:
    return address(demo.load().cast[plays])


def link_in(text: str, site: Site) -> str:
    found = re.search(rf"{re.escape(site.url)}/\S+", text)
    assert found, text
    return found[0]
