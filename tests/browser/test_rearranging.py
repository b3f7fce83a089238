"""Threads merged and split by a moderator, and everybody finds what they left there: votes, marks, links, what they follow."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from app.cli import demo
from app.core.db import db
from app.forum.models import Post, Thread
from tests.browser.furnishing import demo_town
from tests.browser.serving import Site
from tests.browser.steps import ON_A_PHONE, ON_SQLITE, WITHOUT, Come, cast, follow, press, sign_in

pytestmark = [pytest.mark.browser, ON_SQLITE]

KEPT, GONE = "navy-looks-black", "moth-hole-close-up"
NEW_TITLE = "How do I show how small a moth hole is?"


def thread_id(site: Site, key: str) -> int:
    title = next(thread.title for thread in demo.load().threads if thread.key == key)
    with site.app.app_context():
        return int(db.session.scalars(select(Thread.id).where(Thread.title == title)).one())


def answer_id(site: Site, thread: int, words: str) -> int:
    with site.app.app_context():
        rows = select(Post.id).where(Post.thread_id == thread, Post.source.contains(words))
        return int(db.session.scalars(rows).one())


def moderate(page: Page, post: Locator) -> None:
    """Open what moderators may do about a post, from its own menu."""
    post.locator("summary", has_text="More").first.click()
    follow(page, post.get_by_role("button", name="Moderate").first)
    page.locator("summary", has_text="Its thread").click()


def helpful(post: Locator) -> str:
    return post.get_by_role("button", name="Helpful", exact=False).first.inner_text()


@pytest.mark.parametrize("way", [pytest.param({"js": True, "width": 1280}, id="script"), ON_A_PHONE, WITHOUT])
def test_merged_and_split_everybody_finds_what_they_left(
    open_site: Callable[..., Site], visit: Come, way: dict[str, int]
) -> None:
    site = open_site(demo_town)
    kept, gone = thread_id(site, KEPT), thread_id(site, GONE)
    pin = answer_id(site, gone, "Safety pin to mark the spot")
    coin = answer_id(site, gone, "the size of in the close-up")
    reader = visit(site, **way)
    sign_in(reader, cast("helper"))
    reader.goto(f"/questions/{gone}")
    old_address = reader.url
    expect(reader.locator("#acts")).to_contain_text("Following")
    votes = helpful(reader.locator(f"#p-{coin}"))
    assert re.search(r"[1-9]", votes)
    reader.goto(f"/questions/{kept}")
    expect(reader.locator("#acts")).not_to_contain_text("Following")

    moderator = visit(site, **way)
    sign_in(moderator, cast("moderator"))
    moderator.goto(old_address)
    moderate(moderator, moderator.get_by_role("article", name="Question", exact=True))
    moderator.get_by_label("The other thread").fill(f"{site.url}/questions/{kept}")
    press(moderator, "Merge into another thread")
    expect(moderator.get_by_role("status")).to_contain_text("Merged. Everything in it stands")

    reader.goto(old_address)
    expect(reader).to_have_url(re.compile(rf"/questions/{kept}/"))
    expect(reader.locator("#acts")).to_contain_text("Following")
    accepted = reader.get_by_role("article", name="Accepted answer")
    expect(accepted).to_contain_text("Shoot next to a window")
    assert helpful(reader.locator(f"#p-{coin}")) == votes
    reader.goto(f"/p/{pin}")
    expect(reader).to_have_url(re.compile(rf"/questions/{kept}/.*#p-{pin}"))
    expect(reader.locator(f"#p-{pin}")).to_be_in_viewport()

    moderator.goto(f"/p/{coin}")
    moderate(moderator, moderator.locator(f"#p-{coin}"))
    moderator.get_by_label("Title of the new thread").fill(NEW_TITLE)
    press(moderator, "Make it a thread of its own")
    expect(moderator.get_by_role("status")).to_contain_text("It is a thread of its own now.")

    reader.goto(f"/p/{pin}")
    expect(reader.get_by_role("heading", level=1)).to_have_text(NEW_TITLE)
    expect(reader.locator(f"#p-{pin}")).to_be_in_viewport()
    reader.goto(old_address)
    expect(reader.get_by_role("article", name="Accepted answer")).to_contain_text("Shoot next to a window")
    expect(reader.locator("main")).not_to_contain_text("Safety pin to mark the spot")
