"""The queue worked through: by keyboard alone, by hand on a phone, many at once; then an appeal."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.queries import actor_of
from app.cli import demo
from app.core.db import db
from app.forum.models import Post, Thread, Visibility
from app.moderation import operations as moderation
from app.moderation.targets import Target, TargetKind
from app.moderation.words import Reason
from tests.browser.furnishing import demo_town
from tests.browser.serving import Site
from tests.browser.steps import ON_A_PHONE, ON_SQLITE, WITHOUT, Come, cast, follow, press, sign_in

pytestmark = [pytest.mark.browser, ON_SQLITE]

FLAGGED = 12


def town_with_flags() -> None:
    """A dozen posts of the demo town are flagged as adverts by its helper, and the queue holds nothing else."""
    demo_town()
    helper = demo.load().cast["helper"].name
    helper_id = db.session.scalars(select(Account.id).where(Account.name == helper)).one()
    posts = db.session.scalars(
        select(Post.id)
        .join(Thread)
        .where(
            Post.visibility == Visibility.PUBLIC,
            Thread.visibility == Visibility.PUBLIC,
            Post.parent_id.is_not(None),
            Post.author_id != helper_id,
            Post.author_id.in_(select(Account.id).where(Account.role.in_(("new", "member")))),
        )
        .order_by(Post.id)
        .limit(FLAGGED)
    ).all()
    actor = actor_of(helper_id)
    assert actor is not None
    for post_id in posts:
        moderation.flag(actor, target=Target(TargetKind.POST, post_id), reason=Reason.SPAM, note="Buy, buy.")


def moderator_at(site: Site, visit: Come, path: str, **way: object) -> Page:
    page = visit(site, **way)
    sign_in(page, cast("moderator"))
    page.goto(path)
    return page


def rows(page: Page) -> int:
    return page.locator(".queue__row").count()


def test_by_keyboard_alone(open_site: Callable[..., Site], visit: Come) -> None:
    site = open_site(town_with_flags)
    page = moderator_at(site, visit, "/mod/queue?why=flagged&flagged=spam", js=True, width=1280)
    before = rows(page)
    assert before >= FLAGGED
    opened = page.locator(".queue__row.is-open h2")
    first = opened.text_content()
    page.keyboard.press("j")
    expect(page.locator(".queue__row").nth(1)).to_have_class("item queue__row is-open")
    expect(page.locator("#review")).to_have_attribute(
        "data-review", page.locator(".queue__row").nth(1).get_attribute("data-id") or ""
    )
    page.keyboard.press("k")
    expect(opened).to_have_text(first or "")
    for key in ("h", "a", "r"):
        left = rows(page)
        with page.expect_navigation():
            page.keyboard.press(key)
        assert rows(page) == left - 1
    with page.expect_navigation():
        page.keyboard.press("z")
    assert rows(page) == before - 2
    with page.expect_navigation():
        page.keyboard.press("w")
    expect(page.get_by_role("status")).to_contain_text("They are warned")
    with page.expect_navigation():
        page.keyboard.press("z")
    assert rows(page) == before - 2
    page.keyboard.press("e")
    expect(page.locator("#edit textarea")).to_be_focused()
    page.keyboard.type("jjj")
    assert rows(page) == before - 2
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("input[name=chosen]:checked")).to_have_count(2)
    page.keyboard.press("?")
    expect(page.locator("#keys dl")).to_be_visible()
    page.get_by_role("button", name="Switch the keys off").click()
    page.locator("h1").click()
    page.keyboard.press("x")
    expect(page.locator("input[name=chosen]:checked")).to_have_count(2)


@pytest.mark.parametrize("way", [ON_A_PHONE, WITHOUT])
def test_by_hand_many_at_once_and_an_appeal(
    open_site: Callable[..., Site], visit: Come, way: dict[str, int]
) -> None:
    site = open_site(town_with_flags)
    page = moderator_at(site, visit, "/mod/queue?why=flagged&flagged=spam", **way)
    before = rows(page)
    press(page, "Begin a shift")
    page.goto("/mod/queue?flagged=spam")
    for place in range(2):
        page.locator("input[name=chosen]").nth(place).check()
    press(page, "Hide", within=".queue__bulk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hide: 2 at once")
    expect(page.locator("main")).to_contain_text("Nothing has changed yet.")
    page.get_by_label("What is wrong with it").select_option("spam")
    press(page, "Hide")
    expect(page.get_by_role("status")).to_contain_text("Decided about 2 at once.")
    assert rows(page) == before - 2
    press(page, "Take it all back")
    assert rows(page) == before
    # One that was not among the two, so that its author hears of one decision only.
    another = page.locator(".queue__row").nth(3)
    author = another.locator(".by span").nth(1).text_content() or ""
    follow(page, another.locator("h2 a"))
    press(page, "Hide")
    page.goto("/mod/queue")
    page.get_by_label("What the next moderator should know").fill("The coats are adverts.")
    press(page, "End the shift")
    expect(page.get_by_role("status")).to_contain_text("can wait")
    expect(page.locator("main")).to_contain_text("The coats are adverts.")

    with site.app.app_context():
        email = db.session.scalars(select(Account.email).where(Account.display_name == author)).one()
    theirs = visit(site, **way)
    sign_in(theirs, str(email))
    theirs.goto("/me/notifications")
    expect(theirs.locator("main .item").first).to_contain_text("Moderators hid what you wrote")
    follow(theirs, theirs.locator("main .item h3 button").first)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Why we did this")
    follow(theirs, theirs.get_by_role("link", name="Ask for another look"))
    theirs.get_by_label("Why it is wrong").fill("It answers the question.")
    press(theirs, "Ask for another look")
    expect(theirs.locator("main")).to_contain_text("It waits for somebody who did not decide before.")

    admin = visit(site, **way)
    sign_in(admin, cast("admin"))
    admin.goto("/mod/appeals")
    follow(admin, admin.get_by_role("link", name=f"{author}, about a decision"))
    admin.get_by_label("It is reversed, and everything comes back").check()
    admin.get_by_label("Why, for them to read").fill("You are right.")
    press(admin, "Decide")
    theirs.reload()
    expect(theirs.locator("main")).to_contain_text("You were right")
