"""What a search box does with script: it lists how its last word may end."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.furnishing import demo_town
from tests.browser.serving import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_search_box_lists_how_its_last_word_may_end(
    open_site: Callable[..., Site], visit: Callable[..., Page]
) -> None:
    page = visit(open_site(demo_town))
    page.goto("/")
    box = page.get_by_role("search").get_by_role("combobox")
    box.press_sequentially("tracking deliv")
    options = page.locator("#completions option")
    expect(options.first).to_have_attribute("value", "tracking delivery")
    box.press_sequentially(" zeppelin")
    expect(options).to_have_count(0)
    with page.expect_navigation():
        box.press("Enter")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_label("What are you looking for?").fill("parc")
    expect(options.first).to_have_attribute("value", "parcel")
