"""The walk: ask, find, answer, accept, or file what is left; with and without script, wide and narrow."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from app.config import Mode
from app.core.db import db
from app.core.transaction import transaction
from app.desk.models import Ticket
from app.search.models import SuggestionEvent
from tests.browser.conftest import Town
from tests.browser.serving import Site
from tests.browser.steps import ON_SQLITE, WITHOUT, Come, cast, follow, link_in, press, sign_in

pytestmark = pytest.mark.browser

WITH_SCRIPT = pytest.param({"js": True, "width": 1280}, id="script, 1280 px")

TITLE = "Steamer spat brown water on a silk scarf, buyer wants it cleaned"
BODY = "I steamed it before posting and **a brown stain** came out.\n\nThe buyer has photos and I offered £4."
ANSWER = "Rinse it in *cold* water with a spoon of white vinegar. Offer the cleaning bill, not a refund."
OTHER_ANSWER = "Ask for a quote from a dry cleaner first, then settle on that amount."
ALICE = "alice@example.org"
SECRET = "four-odd-buttons"


@pytest.fixture
def site(open_site: Callable[..., Site], town: Town) -> Site:
    """The town as it is found, with nothing told yet of its suggestions."""

    def furnish() -> None:
        town.furnish()
        with transaction() as session:
            session.execute(delete(SuggestionEvent))

    return open_site(furnish)


def look_for_answers(page: Page, label: str, words: str, *, js: bool) -> None:
    """Type a line; what exists already shows by itself, or after Continue."""
    page.get_by_label(label).press_sequentially(words, delay=15)
    if not js:
        press(page, "Continue")
    expect(page.locator("#suggestions section.match")).to_be_visible()


def outcomes(site: Site) -> list[tuple[str, str]]:
    """What became of suggestions: form and outcome, the first one first."""
    with site.app.app_context():
        rows = db.session.execute(
            select(db.text("form, what")).select_from(db.text("suggestion_event")).order_by(db.text("id"))
        )
        return [(form, outcome) for form, outcome in rows]


@pytest.mark.parametrize(
    ("database_url", "way"),
    [
        pytest.param("sqlite", *WITHOUT.values, id="sqlite, no script, 360 px"),
        pytest.param("postgresql", *WITH_SCRIPT.values, id="postgresql, script, 1280 px"),
        pytest.param("sqlite", *WITH_SCRIPT.values, id="sqlite, script, 1280 px", marks=pytest.mark.slow),
        pytest.param(
            "postgresql", *WITHOUT.values, id="postgresql, no script, 360 px", marks=pytest.mark.slow
        ),
    ],
    indirect=["database_url"],
)
def test_the_walk(site: Site, visit: Come, town: Town, way: dict[str, int]) -> None:
    js = bool(way["js"])
    finds_an_answer_that_exists(visit(site, **way), site, town, js=js)
    alice, bob = visit(site, **way), visit(site, **way)
    thread = asks_when_none_fits(alice, site, town, js=js)
    bob_answers(bob, thread, js=js)
    is_told_and_replies(alice, site, thread)
    chooses(alice, bob, thread)
    is_found(visit(site, **way), site, thread)
    edits(alice, thread)
    ref = takes_it_to_support(alice, site, thread)
    agent = visit(site, **way)
    support_answers(agent, alice, site, ref)
    no_stranger_sees(visit(site, **way, excused=(404,)), bob, ref)


@ON_SQLITE
@pytest.mark.parametrize("way", [WITH_SCRIPT, WITHOUT])
def test_an_answer_opened_from_help_is_noted_where_script_says_so(
    site: Site, visit: Come, town: Town, way: dict[str, int]
) -> None:
    page = visit(site, **way)
    page.goto("/help")
    look_for_answers(page, "What is the problem, in one line?", town.asked_as, js=bool(way["js"]))
    best = page.locator("#suggestions details").first
    with page.context.expect_page() as opened:
        best.get_by_role("link", name="Read the whole thread").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(town.title)
    page.wait_for_load_state("networkidle")
    assert ("help", "shown") in outcomes(site)
    assert (("help", "opened") in outcomes(site)) is bool(way["js"])


def finds_an_answer_that_exists(page: Page, site: Site, town: Town, *, js: bool) -> None:
    page.goto("/")
    follow(page, page.get_by_role("link", name="Ask", exact=True))
    look_for_answers(page, "Your question in one line", town.asked_as, js=js)
    best = page.locator("#suggestions details").first
    expect(best.locator("summary")).to_contain_text(town.title)
    expect(best.locator("blockquote mark").first).to_be_visible()
    follow(page, best.get_by_role("button", name="Yes, this answers it"))
    expect(page.get_by_role("heading", level=1)).to_have_text(town.title)
    expect(page.get_by_role("status")).to_contain_text("Good. Nothing was posted")
    assert outcomes(site) == [("ask", "solved")]


def asks_when_none_fits(page: Page, site: Site, town: Town, *, js: bool) -> str:
    """A visitor writes, registers midway, and posts what they wrote; the thread's address."""
    page.goto("/ask")
    look_for_answers(page, "Your question in one line", town.asked_as, js=js)
    page.get_by_label("Your question in one line").fill(TITLE)
    page.get_by_label("What happened").fill(BODY)
    page.get_by_label("Postage").check()
    page.get_by_label("Tags").fill("silk, stains")
    press(page, "Sign in and post")
    if page.get_by_text("Go on and post it").count():
        press(page, "Sign in and post")
    expect(page.get_by_role("status")).to_contain_text("Your question is kept.")
    register(page, site)
    expect(page).to_have_url(re.compile(r"/ask$"))
    expect(page.get_by_label("Your question in one line")).to_have_value(TITLE)
    expect(page.get_by_label("What happened")).to_have_value(BODY)
    expect(page.get_by_label("Postage")).to_be_checked()
    expect(page.get_by_label("Tags")).to_have_value("silk, stains")
    press(page, "Post question")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator(".prose strong")).to_have_text("a brown stain")
    return page.url


def register(page: Page, site: Site) -> None:
    """From the sign-in page: sign up, open the letter, confirm, sign in; back where one was."""
    follow(page, page.locator("main").get_by_role("link", name="Sign up"))
    page.get_by_label("Name", exact=True).fill("alice.mends")
    page.get_by_label("E-mail address").fill(ALICE)
    page.get_by_label("Password").fill(SECRET)
    press(page, "Sign up")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mail")
    page.goto(link_in(site.letter(ALICE, "Confirm").text, site))
    press(page, "Confirm my address")
    expect(page.get_by_role("status")).to_contain_text("Your address is confirmed.")
    sign_in(page, ALICE, SECRET)


def bob_answers(page: Page, thread: str, *, js: bool) -> None:
    page.goto(thread)
    follow(page, page.get_by_role("link", name="Sign in to answer"))
    sign_in(page, cast("helper"))
    expect(page).to_have_url(thread)
    page.get_by_label("Your answer").fill(ANSWER)
    page.get_by_role("button", name="Preview").first.click()
    expect(page.get_by_role("region", name="Preview").locator("em")).to_have_text("cold")
    expect(page.get_by_label("Your answer")).to_have_value(ANSWER)
    press(page, "Post answer")
    expect(page.get_by_role("article", name="Answer by Needle and Ada")).to_contain_text("white vinegar")


def is_told_and_replies(page: Page, site: Site, thread: str) -> None:
    letter = site.letter(ALICE, "answered")
    assert TITLE in letter.subject
    assert "white vinegar" in letter.text
    page.goto("/")
    follow(page, page.get_by_role("link", name="Notifications, 1 unread"))
    press(page, TITLE)
    expect(page).to_have_url(re.compile(re.escape(thread) + r"#p-\d+$"))
    expect(page.get_by_role("link", name="Notifications", exact=True)).to_be_visible()
    answer = page.get_by_role("article", name="Answer by Needle and Ada")
    answer.get_by_role("link", name="Reply", exact=True).click()
    answer.get_by_label("Your reply to Needle and Ada").fill("Vinegar on silk, really?")
    follow(page, answer.get_by_role("button", name="Post reply"))
    expect(page.locator(".reply")).to_contain_text("Vinegar on silk, really?")
    assert site.letters_to(ALICE)[0].startswith("Needle and Ada answered")
    site.letter(cast("helper"), "replied to you")


def chooses(alice: Page, bob: Page, thread: str) -> None:
    """Accept, take it back, accept another one."""
    alice.goto(thread)
    accept(alice, "white vinegar")
    expect(alice.get_by_role("heading", name="Short answer")).to_be_visible()
    expect(alice.get_by_role("article", name="Accepted answer")).to_contain_text("white vinegar")
    expect(alice.locator(".thead .tag")).to_have_text("Solved")
    press(alice, "Take the mark away")
    expect(alice.get_by_role("article", name="Accepted answer")).to_have_count(0)
    expect(alice.locator(".thead .tag")).to_have_text("Answered")
    bob.goto(thread)
    bob.get_by_label("Your answer").fill(OTHER_ANSWER)
    press(bob, "Post answer")
    expect(bob.get_by_text("2 answers", exact=True)).to_be_visible()
    alice.reload()
    accept(alice, "dry cleaner")
    expect(alice.get_by_role("article", name="Accepted answer")).to_contain_text("dry cleaner")


def accept(page: Page, words: str) -> None:
    answer = page.get_by_role("article").filter(has_text=words)
    follow(page, answer.get_by_role("button", name="Accept this answer").first)


def is_found(page: Page, site: Site, thread: str) -> None:
    """A visitor finds it by words that stand in the question and in the answer."""
    site.at_rest()
    page.goto("/search?q=silk+scarf+dry+cleaner")
    found = page.locator("ul.list > li").first
    expect(found.get_by_role("link", name=TITLE)).to_be_visible()
    expect(found.locator(".passage mark").first).to_be_visible()
    follow(page, found.get_by_role("link", name=TITLE))
    expect(page).to_have_url(thread)
    expect(page.locator("main form")).to_have_count(0)


def edits(page: Page, thread: str) -> None:
    page.goto(thread)
    follow(page, page.get_by_role("article", name="Question", exact=True).get_by_role("link", name="Edit"))
    page.get_by_label("Your text").fill(f"{BODY}\n\nUpdate: it is washed now.")
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_role("article", name="Question", exact=True)).to_contain_text("it is washed now")
    expect(page.get_by_role("article", name="Question", exact=True)).to_contain_text("edited")


def takes_it_to_support(page: Page, site: Site, thread: str) -> str:
    """What alice wrote goes along; the ticket's reference."""
    page.goto(thread)
    follow(page, page.get_by_role("link", name="Send to support"))
    shared = page.get_by_role("region", name="Exactly this is shared")
    expect(shared).to_contain_text("it is washed now")
    page.get_by_label("What is it about?").select_option(label="A dispute about an order")
    page.get_by_label("Order number").fill("TM-51770-248")
    page.get_by_label("For Support alone").fill("Offered £4, the buyer said no.")
    press(page, "Show it with my changes")
    expect(shared).to_contain_text("Offered £4")
    press(page, "Send to support")
    expect(page.get_by_role("status")).to_contain_text("Sent to Support.")
    expect(page.locator(".message")).to_contain_text("it is washed now")
    expect(page.locator(".message").last).to_contain_text("Offered £4")
    label = page.get_by_role("complementary")
    expect(label).to_contain_text("TM-51770-248")
    expect(label.get_by_role("link", name=TITLE)).to_be_visible()
    with site.app.app_context():
        return db.session.scalars(select(Ticket.ref).order_by(Ticket.id.desc())).first() or ""


def support_answers(agent: Page, alice: Page, site: Site, ref: str) -> None:
    agent.goto("/desk")
    sign_in(agent, cast("agent"))
    follow(agent, agent.get_by_role("link", name=TITLE))
    expect(agent).to_have_url(re.compile(f"/desk/tickets/{ref}$"))
    press(agent, "Take this ticket")
    expect(agent.get_by_role("status")).to_contain_text("This ticket is yours now.")
    agent.get_by_label("Note", exact=True).fill("Third silk case this week.")
    press(agent, "Keep note")
    expect(agent.locator("article.message--internal")).to_contain_text("Third silk case")
    agent.get_by_label("Your message").fill("Send us the photo of the stain, please.")
    press(agent, "Send reply")
    expect(agent.locator("article.message--support")).to_contain_text("photo of the stain")

    letter = site.letter(ALICE, "wrote in your ticket")
    assert "photo of the stain" in letter.text
    alice.goto("/me/notifications")
    expect(alice.get_by_role("listitem").filter(has_text="photo of the stain")).to_be_visible()
    alice.goto(link_in(letter.text, site))
    expect(alice.locator("article.message--support")).to_contain_text("photo of the stain")
    expect(alice.locator("body")).not_to_contain_text("Third silk case")
    expect(alice.locator(".thead .tag")).to_have_text("Waiting for you")
    alice.get_by_label("Your message").fill("It is the size of a coin, near the hem.")
    press(alice, "Send")
    expect(alice.locator(".message").last).to_contain_text("near the hem")

    site.letter(cast("agent"), "wrote in your ticket")
    agent.goto(f"/desk/tickets/{ref}")
    expect(agent.locator("article.message").last).to_contain_text("near the hem")
    agent.get_by_label("Status").select_option(label="Solved")
    press(agent, "Change status")
    expect(agent.get_by_role("status")).to_contain_text("The status is changed.")
    alice.reload()
    expect(alice.locator(".thead .tag")).to_have_text("Solved")


def no_stranger_sees(visitor: Page, member: Page, ref: str) -> None:
    """Somebody else's ticket is no page, for whoever is signed in; a visitor is asked to sign in first."""
    visitor.goto(f"/tickets/{ref}")
    expect(visitor).to_have_url(re.compile("/sign-in"))
    sign_in(visitor, cast("seller"))
    expect(visitor.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    missing = visitor.goto("/tickets/TKT-AAAAA")
    hidden = visitor.goto(f"/desk/tickets/{ref}")
    assert missing is not None
    assert hidden is not None
    assert (missing.status, hidden.status) == (404, 404)
    assert member.context.request.get(f"/tickets/{ref}").status == 404


@ON_SQLITE
@pytest.mark.parametrize("way", [WITH_SCRIPT, WITHOUT])
def test_signed_out_midway_the_text_waits(site: Site, visit: Come, way: dict[str, int]) -> None:
    """Another browser of hers ends this one's session while she writes."""
    page = begins_an_answer(visit(site, **way))
    other = visit(site)
    sign_in(other, cast("helper"))
    other.goto("/me/security")
    press(other, "Sign out there")
    press(page, "Post answer")
    expect(page.get_by_role("status")).to_contain_text("Your answer is kept.")
    sign_in(page, cast("helper"))
    expect(page.get_by_label("Your answer")).to_have_value(ANSWER)
    press(page, "Post answer")
    expect(page.get_by_role("article", name="Answer by Needle and Ada")).to_contain_text("white vinegar")


@ON_SQLITE
@pytest.mark.parametrize("way", [WITH_SCRIPT, WITHOUT])
def test_signed_out_in_another_tab_the_text_is_given_back(
    site: Site, visit: Come, way: dict[str, int]
) -> None:
    page = begins_an_answer(visit(site, **way, excused=(400,)))
    if way["js"]:
        expect(page.locator(".saved")).to_have_text("Saved")
    elsewhere = page.context.new_page()
    elsewhere.goto("/")
    elsewhere.locator("details.menu summary").click()
    press(elsewhere, "Sign out", within="header")
    press(page, "Post answer")
    expect(page.get_by_role("heading", level=1)).to_have_text("That page was open too long")
    expect(page.locator(".copy__text")).to_have_text(ANSWER)


def begins_an_answer(page: Page) -> Page:
    sign_in(page, cast("helper"))
    page.goto("/questions")
    follow(page, page.locator("ul.list h2 a").first)
    page.get_by_label("Your answer").fill(ANSWER)
    return page


@ON_SQLITE
@pytest.mark.parametrize("way", [WITH_SCRIPT, WITHOUT])
def test_a_forgotten_password_is_chosen_anew(site: Site, visit: Come, way: dict[str, int]) -> None:
    page = visit(site, **way)
    page.goto("/sign-in")
    follow(page, page.get_by_role("link", name="Forgotten your password?"))
    page.get_by_label("E-mail address").fill(cast("seller"))
    press(page, "Send the letter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look in your mail")
    page.goto(link_in(site.letter(cast("seller"), "password").text, site))
    page.get_by_label("New password").fill("short")
    press(page, "Set the password")
    expect(page.get_by_role("alert")).to_contain_text("at least 10 characters")
    page.get_by_label("New password").fill(SECRET)
    press(page, "Set the password")
    expect(page.get_by_role("status")).to_contain_text("Your new password is set.")
    sign_in(page, cast("seller"), SECRET)
    expect(page).to_have_url(f"{site.url}/")
    expect(page.locator("details.menu")).to_be_visible()


@ON_SQLITE
@pytest.mark.parametrize("way", [WITH_SCRIPT, WITHOUT])
def test_a_community_prepares_the_message_instead(
    open_site: Callable[..., Site], visit: Come, town: Town, way: dict[str, int]
) -> None:
    site = open_site(
        town.furnish,
        mode=Mode.COMMUNITY,
        marketplace="Thimble Market",
        help_form_url="https://thimble.example/help",
    )
    page = visit(site, **way, excused=(404, 422))
    page.goto("/help")
    expect(page.locator("footer")).to_contain_text("Not affiliated with Thimble Market.")
    page.get_by_label("What is the problem, in one line?").fill(TITLE)
    press(page, "Continue")
    page.get_by_label("What is it about?").select_option(label="A dispute about an order")
    page.get_by_label("Order number").fill("TM-51770-248")
    page.get_by_label("What happened").fill(BODY)
    press(page, "Prepare the message")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your message for Thimble Market")
    texts = page.locator(".copy__text").all_inner_texts()
    assert texts == ["A dispute about an order", "TM-51770-248", TITLE, BODY.replace("**", "")]
    expect(page.get_by_role("link", name="Open the help form")).to_have_attribute(
        "href", "https://thimble.example/help"
    )
    buttons = page.get_by_role("button", name="Copy")
    expect(buttons).to_have_count(4 if way["js"] else 0)
    if way["js"]:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
        buttons.nth(3).click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == texts[3]
    sign_in(page, cast("agent"))
    expect(page.get_by_role("link", name="Inbox", exact=True)).to_have_count(0)
    for path in ("/", "/questions", "/unsolved", "/ask", "/search?q=gmail", "/desk"):
        page.goto(path)
        expect(page.locator("footer")).to_contain_text("Not affiliated with Thimble Market.")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
