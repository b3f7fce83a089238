"""What an editor does with script: keeps what is typed, completes names, inserts messages, sends by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from app.cli import demo
from app.cli.seeding import PASSWORD, address
from tests.browser.furnishing import demo_town
from tests.browser.serving import Site

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

Come = Callable[..., Page]


@pytest.fixture
def site(open_site: Callable[..., Site]) -> Site:
    return open_site(demo_town)


def enter(page: Page, plays: demo.CastName = "helper") -> Page:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(address(demo.load().cast[plays]))
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def open_a_question(page: Page) -> str:
    page.goto("/unsolved")
    with page.expect_navigation():
        page.locator("main .item a").first.click()
    return page.url


def test_an_answer_with_everything(site: Site, visit: Come) -> None:
    desk, phone = enter(visit(site)), enter(visit(site, width=360))
    question = open_a_question(desk)
    text = desk.locator("#answer textarea")
    text.press_sequentially("Ask @mar")
    expect(desk.get_by_role("option")).to_have_count(1)
    text.press("Enter")
    expect(text).to_have_value("Ask @marlow-knits ")
    text.press("Shift+Tab")
    expect(desk.locator("#answer md-bold")).to_be_focused()
    desk.keyboard.press("End")
    desk.keyboard.press("Enter")
    expect(text).to_have_value("Ask @marlow-knits \n\n```message\nDear [buyer's name],\n```\n")
    expect(desk.get_by_text("Saved", exact=True)).to_be_visible()
    phone.goto(question)
    expect(phone.locator("#answer")).to_contain_text("What you wrote earlier is here")
    expect(phone.locator("#answer textarea")).to_have_value(
        "Ask @marlow-knits \n\n```message\nDear [buyer's name],\n```\n"
    )
    with desk.expect_navigation():
        text.press("Control+Enter")
    figure = desk.get_by_role("figure", name="Message to send")
    expect(figure.locator("mark")).to_have_text("[buyer's name]")
    expect(figure.get_by_role("button", name="Copy")).to_be_visible()
    expect(desk.get_by_role("link", name="@marlow-knits")).to_have_attribute("href", "/people/marlow-knits")
    phone.reload()
    expect(phone.locator("#answer textarea")).to_have_value("")


def test_begun_offline_and_begun_anew(site: Site, visit: Come) -> None:
    page = enter(visit(site))
    page.goto("/ask")
    text = page.get_by_label("What happened")
    page.route("**/drafts", lambda route: route.fulfill(status=204))
    text.press_sequentially("Lost on its way. ")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.unroute("**/drafts")
    text.press_sequentially("Kept.")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.goto("/me/drafts")
    with page.expect_navigation():
        page.get_by_role("link", name="Go on writing").click()
    expect(page.get_by_label("What happened")).to_have_value("Lost on its way. Kept.")
    with page.expect_navigation():
        page.get_by_role("button", name="Start over").click()
    expect(page.get_by_label("What happened")).to_have_value("")
    page.goto("/me/drafts")
    expect(page.get_by_role("heading", name="No drafts")).to_be_visible()


def test_a_reply_opens_in_its_place_and_has_its_preview(site: Site, visit: Come) -> None:
    page = enter(visit(site), "seller")
    page.goto("/questions")
    with page.expect_navigation():
        page.locator("main .item", has_text="Solved").locator("a").first.click()
    page.locator("main").get_by_role("link", name="Reply", exact=True).first.click()
    form = page.locator("[id^=reply-] form")
    form.locator("textarea").fill("**Thanks**")
    form.get_by_role("button", name="Preview").click()
    expect(form.locator(".preview strong")).to_have_text("Thanks")


def test_without_script_there_is_no_toolbar(site: Site, visit: Come) -> None:
    page = visit(site, js=False, width=360)
    page.goto("/ask")
    expect(page.locator("markdown-toolbar")).to_be_hidden()
    expect(page.get_by_label("What happened")).to_be_visible()
