"""Being told, and answering: suspended in the middle of a draft, asking again with proof, reporting without an account;
and who may look again where nobody or only somebody from outside is left to."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import FilePayload, Page, expect
from sqlalchemy import select, update

from app.accounts.actor import Actor, Role
from app.accounts.models import Account
from app.accounts.queries import actor_of
from app.cli import demo
from app.cli.seeding import address
from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post, Thread, Visibility
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Appeal, Decision, Proposal
from app.moderation.operations.appealing import SAME_AFTER
from app.moderation.targets import Target, TargetKind
from tests.browser.furnishing import decide, demo_town
from tests.browser.serving import Site
from tests.browser.steps import ON_A_PHONE, ON_SQLITE, WITHOUT, Come, cast, follow, press, sign_in
from tests.core.images.pictures import from_a_phone

pytestmark = [pytest.mark.browser, ON_SQLITE]

PHOTO = FilePayload(name="order.jpg", mimeType="image/jpeg", buffer=from_a_phone())
PDF = FilePayload(
    name="receipt.pdf",
    mimeType="application/pdf",
    buffer=b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n",
)
HALF = "Ask the carrier first. What matters is the scan"
VISITOR = "rosa@example.com"


def known(name: str) -> Actor:
    actor = actor_of(db.session.scalars(select(Account.id).where(Account.name == name)).one())
    assert actor is not None
    return actor


def played_by(plays: demo.CastName) -> str:
    return demo.load().cast[plays].name


def answer_of(name: str) -> int:
    """An answer of theirs that everybody sees."""
    return db.session.scalars(
        select(Post.id)
        .join(Thread)
        .where(
            Post.author_id == known(name).id,
            Post.parent_id.is_not(None),
            Post.visibility == Visibility.PUBLIC,
            Thread.visibility == Visibility.PUBLIC,
        )
        .limit(1)
    ).one()


def town_with_a_hidden_answer() -> None:
    """The demo town, and its moderator has hidden an answer of its seller's."""
    demo_town()
    target = Target(TargetKind.POST, answer_of(played_by("seller")))
    decide(known(played_by("moderator")), target, Verb.HIDE)


def last_decision(site: Site) -> str:
    with site.app.app_context():
        return str(db.session.scalars(select(Decision.ref).order_by(Decision.id.desc()).limit(1)).one())


def enter(site: Site, visit: Come, email: str, **way: object) -> Page:
    page = visit(site, **way)
    sign_in(page, email)
    return page


@pytest.mark.parametrize("way", [ON_A_PHONE, WITHOUT])
def test_suspended_in_the_middle_of_a_draft(
    open_site: Callable[..., Site], visit: Come, way: dict[str, int]
) -> None:
    site = open_site(demo_town)
    seller = enter(site, visit, cast("seller"), **way)
    seller.goto("/unsolved")
    follow(seller, seller.locator("main .item a").first)
    question = seller.url
    seller.get_by_label("Your answer").fill(HALF)
    if way["js"]:
        expect(seller.locator("#answer .saved")).to_have_text("Saved")
    with site.app.app_context():
        seller_id = int(known(played_by("seller")).id or 0)
        day = (now() + timedelta(days=3)).date()
        decide(known(played_by("admin")), Target(TargetKind.PERSON, seller_id), Verb.SUSPEND, until=day)
        until = db.session.scalars(select(Account.suspended_until).where(Account.id == seller_id)).one()
    assert until is not None
    if way["js"]:
        seller.get_by_label("Your answer").press_sequentially(", and who signed.")
        expect(seller.locator("#answer .saved")).to_have_text("Saved")
    press(seller, "Post answer")
    kept = f"{HALF}, and who signed." if way["js"] else HALF
    expect(seller.get_by_label("Your answer")).to_have_value(kept)
    said = seller.get_by_role("status").filter(has_text="You cannot post until")
    expect(said).to_contain_text(f"{until.day} {until:%b}")
    expect(said).to_contain_text("It sends people to one shop.")
    if way["js"]:
        seller.goto("/me/drafts")
        expect(seller.locator(".draft")).to_contain_text(kept)

    with site.app.app_context(), transaction() as session:
        ended = now() - timedelta(seconds=1)
        session.execute(update(Account).where(Account.id == seller_id).values(suspended_until=ended))
    seller.goto(question)
    expect(seller.get_by_role("status").filter(has_text="You cannot post until")).to_have_count(0)
    if not way["js"]:
        seller.get_by_label("Your answer").fill(kept)
    expect(seller.get_by_label("Your answer")).to_have_value(kept)
    press(seller, "Post answer")
    expect(seller.locator("article", has_text=kept).first).to_be_visible()


def test_another_look_with_a_photo_and_a_paper(open_site: Callable[..., Site], visit: Come) -> None:
    site = open_site(town_with_a_hidden_answer)
    ref = last_decision(site)
    seller = enter(site, visit, cast("seller"), width=360)
    seller.goto(f"/decisions/{ref}")
    follow(seller, seller.get_by_role("link", name="Ask for another look"))
    seller.get_by_label("Why it is wrong").fill("It is my own order.")
    seller.get_by_label("Files that show it").set_input_files([PHOTO, PDF])
    press(seller, "Add the files")
    expect(seller.get_by_label("Why it is wrong")).to_have_value("It is my own order.")
    expect(seller.locator("main")).to_contain_text("order.jpg")
    press(seller, "Ask for another look")
    expect(seller.get_by_role("heading", name="Your files")).to_be_visible()
    photo = seller.get_by_role("link", name="order.jpg").get_attribute("href") or ""

    admin = enter(site, visit, cast("admin"), excused=(404,))
    admin.goto("/mod/queue")
    follow(admin, admin.get_by_role("link", name="appeals wait"))
    follow(admin, admin.get_by_role("link", name="Marlow Knits, about a decision"))
    expect(admin.get_by_role("link", name="order.jpg")).to_have_attribute("href", photo)
    assert admin.locator(".evidence").evaluate("picture => picture.decode().then(() => picture.naturalWidth)")
    with admin.expect_download() as given:
        admin.get_by_role("link", name="receipt.pdf").click()
    assert given.value.path().read_bytes() == PDF["buffer"]
    for email in (cast("helper"), cast("agent"), ""):
        other = enter(site, visit, email, excused=(404,)) if email else visit(site, excused=(404,))
        answer = other.goto(photo)
        assert answer is not None
        assert answer.status == 404

    admin.get_by_label("It is reversed, and everything comes back").check()
    admin.get_by_label("Why, for them to read").fill("The order says so.")
    press(admin, "Decide")
    seller.reload()
    expect(seller.locator("main")).to_contain_text("You were right")


def one_moderator() -> None:
    """The demo town as if nobody but its admin moderated, who has hidden an answer of its seller's."""
    demo_town()
    with transaction() as session:
        alone = known(played_by("admin")).id
        others = (Account.role.in_((Role.MODERATOR, Role.ADMIN)), Account.id != alone)
        session.execute(update(Account).where(*others).values(role=Role.TRUSTED))
    target = Target(TargetKind.POST, answer_of(played_by("seller")))
    ref = decide(known(played_by("admin")), target, Verb.HIDE)
    moderation.appeal(known(played_by("seller")), ref=ref, source="It helps.", token="appeal" * 4)


def test_where_one_moderates_they_wait_a_day_before_they_look_again(
    open_site: Callable[..., Site], visit: Come
) -> None:
    site = open_site(one_moderator)
    ref = last_decision(site)
    admin = enter(site, visit, cast("admin"), width=360)
    admin.goto("/mod/appeals")
    follow(admin, admin.get_by_role("link", name="Marlow Knits, about a decision"))
    expect(admin.locator("main")).to_contain_text("You decided this, so somebody else looks at it")
    expect(admin.get_by_role("button", name="Decide")).to_have_count(0)
    with site.app.app_context(), transaction() as session:
        session.execute(update(Appeal).values(created_at=now() - SAME_AFTER))
    admin.reload()
    admin.get_by_label("The decision stands").check()
    admin.get_by_label("Why, for them to read").fill("I slept over it: it is an advert.")
    press(admin, "Decide")
    seller = enter(site, visit, cast("seller"), width=360)
    seller.goto(f"/appeals/{ref}")
    expect(seller.locator("main")).to_contain_text("I slept over it: it is an advert.")
    expect(seller.locator("main")).to_contain_text("There was nobody else to look at it")


def test_a_second_from_outside_by_a_signed_link(open_site: Callable[..., Site], visit: Come) -> None:
    site = open_site(demo_town)
    admin = enter(site, visit, cast("admin"))
    admin.goto("/mod/queue")
    follow(admin, admin.get_by_role("link", name="Outlet Direct").first)
    expect(admin.locator("main")).to_contain_text("Tilda proposes: Suspend")
    press(admin, "Invite somebody from outside")
    link = admin.locator("#second-link").inner_text()

    outside = visit(site, js=False, width=360)
    outside.goto(link)
    expect(outside.locator("main")).to_contain_text("Nothing happens before you do.")
    expect(outside.locator("main")).to_contain_text("Outlet Direct")
    press(outside, "I agree")
    expect(outside.get_by_role("alert")).to_contain_text("Write your name")
    outside.get_by_label("Your name").fill("Ines Cole, lawyer")
    press(outside, "I agree")
    expect(outside.locator("main")).to_contain_text("There is nothing left to do.")
    expect(outside.get_by_role("button", name="I agree")).to_have_count(0)
    with site.app.app_context():
        proposal = db.session.scalars(select(Proposal)).one()
        assert proposal.outside == "Ines Cole, lawyer"
        person = db.session.scalars(select(Account).where(Account.name == "outlet.direct")).one()
        assert person.suspended_until is not None
        assert person.suspended_until > now() + timedelta(days=100)
    suspended = enter(site, visit, address(demo.load().person("outlet.direct")))
    expect(suspended.get_by_role("status")).to_contain_text("You cannot post until")
    suspended.goto(f"/decisions/{last_decision(site)}")
    expect(suspended.locator("main")).to_contain_text("Two people. No automated means decided.")


def test_reported_without_an_account_kept_and_asked_again(
    open_site: Callable[..., Site], visit: Come
) -> None:
    site = open_site(demo_town)
    with site.app.app_context():
        post_id = answer_of(played_by("helper"))
    visitor = visit(site, js=False, width=360)
    visitor.goto(f"/p/{post_id}")
    follow(visitor, visitor.get_by_role("contentinfo").get_by_role("link", name="Report something"))
    visitor.get_by_label("Address of what it is about").fill(f"{site.url}/p/{post_id}")
    visitor.get_by_label("It looks like a scam").check()
    visitor.get_by_label("What exactly is wrong, and why").fill("It asks to pay by gift card.")
    visitor.get_by_label("Your e-mail address").fill(VISITOR)
    visitor.locator("[name=good_faith]").check()
    press(visitor, "Send the report")
    receipt = visitor.url
    expect(visitor.locator("main")).to_contain_text("It waits for a moderator to look at it.")
    assert receipt in site.letter(VISITOR).text

    moderator = enter(site, visit, cast("moderator"), js=False)
    moderator.goto("/mod/queue")
    row = moderator.locator(".queue__row", has_text="1 without an account").filter(has_not_text="Rowan")
    follow(moderator, row.locator("h2 a"))
    expect(moderator.locator("main")).to_contain_text("It asks to pay by gift card.")
    press(moderator, "Keep")

    outcome = site.letter(VISITOR, beyond=1)
    visitor.goto(receipt)
    expect(visitor.locator("main")).to_contain_text("Moderators looked at it and kept it.")
    [door] = re.findall(rf"{re.escape(site.url)}/appeals/\S+", outcome.text)
    visitor.goto(door)
    visitor.get_by_label("Why it is wrong").fill("It does ask for gift cards, in the last line.")
    press(visitor, "Ask for another look")
    expect(visitor.locator("main")).to_contain_text("It waits for somebody who did not decide before.")

    admin = enter(site, visit, cast("admin"))
    admin.goto("/mod/appeals")
    follow(admin, admin.get_by_role("link", name="Somebody without an account"))
    admin.get_by_label("It is reversed, and everything comes back").check()
    admin.get_by_label("Why, for them to read").fill("You are right.")
    press(admin, "Decide")
    last = site.letter(VISITOR, beyond=2)
    assert "reversed their decision" in last.text
    visitor.reload()
    expect(visitor.locator("main")).to_contain_text("You are right.")
