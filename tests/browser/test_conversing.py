"""A question whole, on a phone: asked with a photo, talked over, held and released, taken to Support and back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.browser.furnishing import NEWCOMER, demo_town, town_with_a_newcomer
from tests.browser.serving import Site
from tests.browser.steps import ON_A_PHONE, ON_SQLITE, WITHOUT, Come, cast, follow, press, sign_in
from tests.core.images.pictures import from_a_phone

pytestmark = [
    pytest.mark.browser,
    ON_SQLITE,
    pytest.mark.parametrize("way", [ON_A_PHONE, WITHOUT]),
]

TITLE = "She wants to collect the wool coat herself and pay in cash"
BODY = "She says ring me on 07700 900123, then she sends a courier with the money.\n\nIs that normal?"
ANSWER = (
    "No, that is the courier trick. Send her this:\n\n```message\nDear [buyer's name],\n\nI only post.\n```\n"
)
PHOTO = FilePayload(name="coat.jpg", mimeType="image/jpeg", buffer=from_a_phone())
MASKED = re.compile(r"ring me on 07\W+123, then")


def enter(page: Page, email: str) -> Page:
    sign_in(page, email)
    return page


def asks(page: Page, source: str = BODY) -> str:
    """Ask TITLE; what is typed stands there already when the page was left midway."""
    page.goto("/ask")
    page.get_by_label("Your question in one line").fill(TITLE)
    page.get_by_label("What happened").fill(source)
    page.get_by_label("Safety", exact=True).check()
    press(page, "Post question")
    if page.get_by_role("heading", name="None of these?").count():
        press(page, "Post question")
    return page.url


def answers(page: Page, thread: str) -> None:
    page.goto(thread)
    page.get_by_label("Your answer").fill(ANSWER)
    press(page, "Post answer")


def replies(page: Page, to: Locator, words: str) -> None:
    """Reply to the post `to`, whose form opens in its place with script and on a page of its own without."""
    to.get_by_role("link", name="Reply", exact=True).first.click()
    page.locator("textarea[id^=reply-source]").fill(words)
    press(page, "Post reply")


def test_asking_with_a_photo_and_a_telephone_number(
    open_site: Callable[..., Site], visit: Come, way: dict[str, int]
) -> None:
    site = open_site(demo_town)
    seller, js = enter(visit(site, **way), cast("seller")), bool(way["js"])
    seller.goto("/ask")
    seller.get_by_label("Your question in one line").fill(TITLE)
    seller.get_by_label("What happened").fill(BODY)
    if js:
        expect(seller.locator(".saved")).to_have_text("Saved")
        elsewhere = enter(visit(site), cast("seller"))
        elsewhere.goto("/ask")
        expect(elsewhere.get_by_label("What happened")).to_have_value(BODY)
    seller.get_by_label("Add photos").set_input_files(PHOTO)
    if not js:
        press(seller, "Add")
    seller.get_by_label("What photo 1 shows").fill("The coat on its hanger")
    seller.get_by_label("Safety", exact=True).check()
    press(seller, "Post question")
    check = seller.get_by_role("alert", name="Check this before you post")
    expect(check).to_contain_text("A phone number: 07700 900123")
    expect(seller.get_by_label("What photo 1 shows")).to_have_value("The coat on its hanger")
    press(seller, "Post it with these hidden")
    expect(seller.get_by_role("heading", level=1)).to_have_text(TITLE)

    stranger = visit(site, **way)
    stranger.goto(seller.url)
    question = stranger.get_by_role("article", name="Question", exact=True)
    expect(question).to_contain_text(MASKED)
    expect(question.get_by_role("img", name="The coat on its hanger")).to_be_visible()
    assert "900123" not in stranger.content()


def test_talking_it_over(open_site: Callable[..., Site], visit: Come, way: dict[str, int]) -> None:
    site = open_site(demo_town)
    seller, helper, other = (
        enter(visit(site, **way), cast(plays)) for plays in ("seller", "helper", "moderator")
    )
    thread = asks(seller, "A courier is to bring the money. Is that normal?")
    answers(helper, thread)
    message = helper.get_by_role("figure", name="Message to send")
    expect(message).to_contain_text("Dear [buyer's name],")
    seller.goto(thread)
    replies(seller, seller.get_by_role("article", name="Answer by"), "And if he is on the way already?")
    helper.goto(thread)
    replies(helper, helper.locator(".reply").last, "Then nobody opens the door.")
    other.goto(thread)
    replies(other, other.locator(".reply").last, "And report the message.")
    expect(other.locator(".reply").last.locator(".to")).to_have_text("to Needle and Ada")
    expect(other.locator(".reply.d3")).to_contain_text("And report the message.")

    answer = seller.get_by_role("article", name="Answer by")
    seller.goto(thread)
    helpful = answer.get_by_role("button", name="Helpful", exact=False).first
    helpful.click()
    expect(helpful).to_have_attribute("aria-pressed", "true")
    expect(helpful).to_contain_text("1")
    deepest = seller.locator(".reply.d3")
    deepest.locator("summary", has_text="More").click()
    follow(seller, deepest.get_by_role("button", name="Accept this answer"))
    expect(seller.locator(".reply.d3")).to_contain_text("Accepted answer")
    expect(seller.locator(".gist")).to_contain_text("And report the message.")


def test_held_until_a_moderator_has_looked(
    open_site: Callable[..., Site], visit: Come, way: dict[str, int]
) -> None:
    site = open_site(town_with_a_newcomer)
    newcomer = enter(visit(site, **way), f"{NEWCOMER}@demo.example")
    moderator = enter(visit(site, **way), cast("moderator"))
    stranger = visit(site, **way, excused=(404,))
    thread = asks(newcomer, "He sent https://courier.example/pay?id=7 to confirm. Is it real?")
    expect(newcomer.locator(".note").first).to_contain_text("Waiting for a look.")
    expect(newcomer.locator("main")).not_to_contain_text("Your question is up")
    hidden = stranger.goto(thread)
    assert hidden is not None
    assert hidden.status == 404
    moderator.goto("/mod/queue?why=held&sort=oldest")
    follow(moderator, moderator.get_by_role("link", name=TITLE).first)
    expect(moderator.locator("main")).to_contain_text("https://courier.example/pay?id=7")
    follow(moderator, moderator.get_by_role("button", name="Release", exact=True))
    expect(moderator.get_by_role("status")).to_contain_text("Kept.")
    stranger.goto(thread)
    expect(stranger.get_by_role("heading", level=1)).to_have_text(TITLE)

    newcomer.goto(thread)
    newcomer.get_by_label("Your answer").fill("I found https://courier.example/terms meanwhile.")
    press(newcomer, "Post answer")
    moderator.goto("/mod/queue?why=held&sort=oldest")
    waits = moderator.locator(".queue__row", has_text="courier.example/terms")
    follow(moderator, waits.get_by_role("link"))
    moderator.get_by_label("What is wrong with it").select_option(index=1)
    follow(moderator, moderator.get_by_role("button", name="Do not release", exact=True))
    newcomer.goto(thread)
    follow(newcomer, newcomer.get_by_role("link", name="Why we did this"))
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Why we did this")
    stranger.goto(thread)
    expect(stranger.locator("main")).not_to_contain_text("courier.example/terms")


def test_to_support_and_back(open_site: Callable[..., Site], visit: Come, way: dict[str, int]) -> None:
    site = open_site(demo_town)
    seller, agent = (enter(visit(site, **way), cast(plays)) for plays in ("seller", "agent"))
    thread = asks(seller, "A courier is to bring the money. Is that normal?")
    follow(seller, seller.get_by_role("link", name="Send to support"))
    shared = seller.get_by_role("region", name="Exactly this is shared")
    expect(shared).to_contain_text("A courier is to bring the money.")
    seller.get_by_label("What is it about?").select_option(label="Something that feels unsafe")
    press(seller, "Send to support")
    expect(seller.get_by_role("status")).to_contain_text("Sent to Support.")
    stranger = visit(site, **way)
    stranger.goto(thread)
    expect(stranger.locator(".thead .note")).to_contain_text("Sent to Support, not read yet")

    agent.goto("/desk")
    follow(agent, agent.get_by_role("link", name=TITLE))
    follow(agent, agent.get_by_role("link", name="Answer for everybody"))
    agent.locator("main textarea").fill("We send no couriers to sellers. Report the message.")
    press(agent, "Show how it will read")
    expect(agent.get_by_role("region", name="This is how it will read")).to_contain_text("no couriers")
    press(agent, "Publish")
    official = agent.locator("article.is-official")
    expect(official).to_contain_text("From support")

    seller.goto(thread)
    follow(seller, seller.locator("article.is-official").get_by_role("button", name="Accept this answer"))
    expect(seller.get_by_role("article", name="Accepted answer")).to_contain_text("We send no couriers")
    expect(seller.locator(".thead .tag")).to_have_text("Solved")
