"""Every page there is, by where it stands, who sees it and what has to be done there first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, request
from flask.typing import ResponseReturnValue
from playwright.sync_api import Page, Response
from sqlalchemy import Select, select
from sqlalchemy.exc import OperationalError

from app.accounts import tokens
from app.accounts.models import Account
from app.cli import demo
from app.cli.seeding import PASSWORD, address
from app.core.db import db
from app.core.problems import Problem, TooSoon
from app.desk.models import Status, Ticket
from app.forum.models import Post, Tag, Thread, ThreadTag
from app.notifications import proving, unsubscribing
from app.notifications.models import Cadence, Kind
from app.questions.models import State
from tests.browser.furnishing import demo_town
from tests.browser.serving import Site

Act = Callable[[Page], Response]
LINE = "Nobody answers about my parcel to Orkney"


@dataclass(frozen=True, slots=True)
class Stop:
    """One look of a page. `path` holds {names} of what `facts` finds; `act` is done there and ends on the page meant.

    `main` pages are looked at in two widths and two schemes, the others in one.
    """

    name: str
    endpoint: str
    path: str
    act: Act | None = None
    status: int = 200
    main: bool = False

    def reach(self, page: Page, known: Mapping[str, object]) -> Response:
        """Go there; the answer that made the page."""
        answer = page.goto(self.path.format(**known))
        if self.act:
            return self.act(page)
        if answer is None:
            raise LookupError(f"{self.name} led nowhere")
        return answer


def send(button: str, *, within: str = "main", **fields: str) -> Act:
    """Fill in `fields` (by name) and press the button."""

    def act(page: Page) -> Response:
        place = page.locator(within).first
        for name, words in fields.items():
            place.locator(f"[name={name}]").first.fill(words)
        with page.expect_navigation() as answer:
            place.get_by_role("button", name=button, exact=True).first.click()
        return answer.value

    return act


def _reply(page: Page) -> Response:
    page.locator("summary", has_text="Reply").first.click()
    return send("Post reply", within=".replies details", source="")(page)


def _digest_at_night(page: Page) -> Response:
    for name, hour in (("quiet_from", "22"), ("quiet_until", "7"), ("digest_hour", "23")):
        page.locator(f"select[name={name}]").select_option(hour)
    return send("Save")(page)


def _prepare(page: Page) -> Response:
    if page.get_by_role("button", name="Continue").count():
        send("Continue", subject=LINE)(page)
    page.locator("select[name=topic]").select_option(index=2)
    return send(
        "Prepare the message", source="Sent a week ago.\n\nNo scan since.", order_number="TM-51770-248"
    )(page)


VISITOR = (
    Stop("latest", "home.latest", "/", main=True),
    Stop("latest-2", "home.latest", "/?page=2"),
    Stop("latest-beyond", "home.latest", "/?page=99"),
    Stop("questions", "questions.index", "/questions", main=True),
    Stop("unsolved", "questions.unsolved", "/unsolved", main=True),
    Stop("tag", "forum.tag", "/tags/{tag}"),
    Stop("question", "questions.show", "{solved}", main=True),
    Stop("question-waiting", "questions.show", "{waiting}"),
    Stop("ask", "questions.ask", "/ask", main=True),
    Stop("ask-matches", "questions.ask", "/ask?title=buyer+says+it+never+came", main=True),
    Stop("ask-errors", "questions.ask", "/ask", send("Sign in and post", title="Help"), 422),
    Stop("search", "search.index", "/search?q=buyer+wants+refund", main=True),
    Stop("search-begin", "search.index", "/search"),
    Stop("search-nothing", "search.index", "/search?q=zeppelin"),
    Stop("search-too-long", "search.index", f"/search?q={'stamp+' * 60}", status=422),
    Stop("sign-in", "accounts.sign_in", "/sign-in", main=True),
    Stop(
        "sign-in-wrong",
        "accounts.sign_in",
        "/sign-in",
        send("Sign in", email="nobody@example.org", password="three odd socks"),
        422,
    ),
    Stop("register", "accounts.register", "/register", main=True),
    Stop(
        "register-errors",
        "accounts.register",
        "/register",
        send("Sign up", name="x", email="x", password="x"),
        422,
    ),
    Stop("registered", "accounts.registered", "/register/sent"),
    Stop("confirm", "accounts.confirm", "/confirm/{confirm}"),
    Stop("stale-link", "accounts.confirm", "/confirm/old", status=410),
    Stop("reset", "accounts.reset", "/reset"),
    Stop("reset-errors", "accounts.reset", "/reset", send("Send the letter", email=""), 422),
    Stop("reset-sent", "accounts.reset_sent", "/reset/sent"),
    Stop("new-password", "accounts.new_password", "/reset/{reset}"),
    Stop(
        "new-password-errors",
        "accounts.new_password",
        "/reset/{reset}",
        send("Set the password", password="x"),
        422,
    ),
    Stop("help", "desk.help", "/help", main=True),
    Stop("help-writing", "desk.help", "/help", send("Continue", subject=LINE), main=True),
    Stop("help-errors", "desk.help", "/help", send("Continue", subject=""), 422),
    Stop("unsubscribe", "notifications.unsubscribe", "/unsubscribe/{unsubscribe}"),
    Stop(
        "unsubscribed", "notifications.unsubscribe", "/unsubscribe/{unsubscribe}", send("Stop these letters")
    ),
    Stop("proven", "notifications.proven", "/mail/proven/{proof}"),
    Stop("letters", "mail.index", "/dev/mail"),
    Stop("letter", "mail.show", "/dev/mail/{letter}"),
)
"""Pages of a lived-in town that nobody has to sign in for."""

LETTER = Stop("letter-html", "mail.html", "/dev/mail/{letter}/html")
"""The one page with a policy of its own: no script runs on it, ours neither."""

SELLER = (
    Stop("question-mine-solved", "questions.show", "{solved}", main=True),
    Stop("question-mine", "questions.show", "{own}"),
    Stop("question-to-answer", "questions.show", "{waiting}"),
    Stop(
        "answer-errors", "questions.show", "{waiting}", send("Post answer", within="#answer", source=""), 422
    ),
    Stop("reply-errors", "questions.show", "{solved}", _reply, 422),
    Stop("ask-signed-in", "questions.ask", "/ask"),
    Stop("edit-question", "forum.edit", "/p/{opening}/edit"),
    Stop("edit-errors", "forum.edit", "/p/{opening}/edit", send("Save", title="", source=""), 422),
    Stop("edit-answer", "forum.edit", "/p/{answer}/edit"),
    Stop("notifications", "notifications.index", "/me/notifications", main=True),
    Stop("notifications-all", "notifications.index", "/me/notifications?show=all"),
    Stop("notifications-kept", "notifications.index", "/me/notifications?show=saved"),
    Stop("notifications-mail", "notifications.mail", "/me/notifications/mail", main=True),
    Stop("notifications-mail-errors", "notifications.mail", "/me/notifications/mail", _digest_at_night, 422),
    Stop("notifications-saved", "notifications.mail", "/me/notifications/mail", send("Save")),
    Stop("security", "accounts.security", "/me/security", main=True),
    Stop(
        "security-errors",
        "accounts.security",
        "/me/security",
        send("Change the password", current="wrong", password="x"),
        422,
    ),
    Stop("tickets", "desk.mine", "/me/tickets", main=True),
    Stop("ticket", "desk.ticket", "/tickets/{ticket}", main=True),
    Stop("ticket-errors", "desk.ticket", "/tickets/{ticket}", send("Send", source=""), 422),
    Stop("ticket-solved", "desk.ticket", "/tickets/{over}"),
    Stop("help-carried", "desk.help", "/help?thread={thread}", main=True),
    Stop(
        "help-signed-in-errors",
        "desk.help",
        "/help?thread={thread}",
        send("Send to Support", subject=""),
        422,
    ),
)
"""What a member sees of their own."""

AGENT = (
    Stop("inbox", "desk.inbox", "/desk", main=True),
    Stop("inbox-mine", "desk.inbox", "/desk?show=mine"),
    Stop("inbox-unassigned", "desk.inbox", "/desk?show=unassigned"),
    Stop("inbox-solved", "desk.inbox", "/desk?show=solved"),
    Stop("inbox-beyond", "desk.inbox", "/desk?page=99"),
    Stop("work", "desk.work", "/desk/tickets/{ticket}", main=True),
    Stop("work-new", "desk.work", "/desk/tickets/{new}"),
    Stop("work-errors", "desk.work", "/desk/tickets/{ticket}", send("Send reply", source=""), 422),
)

ERRORS = (
    Stop("missing", "", "/nowhere", status=404, main=True),
    Stop("wrong-verb", "", "/sign-out", status=405),
    *(
        Stop(f"error-{code}", "", f"/trouble/{code}", status=code)
        for code in (400, 403, 413, 422, 429, 500, 503)
    ),
)

EMPTY_VISITOR = (
    Stop("empty-latest", "home.latest", "/", main=True),
    Stop("empty-questions", "questions.index", "/questions"),
    Stop("empty-unsolved", "questions.unsolved", "/unsolved"),
    Stop("empty-search", "search.index", "/search?q=parcel"),
    Stop("empty-letters", "mail.index", "/dev/mail"),
)
EMPTY_AGENT = (
    Stop("empty-inbox", "desk.inbox", "/desk"),
    Stop("empty-inbox-mine", "desk.inbox", "/desk?show=mine"),
    Stop("empty-notifications", "notifications.index", "/me/notifications"),
    Stop("empty-tickets", "desk.mine", "/me/tickets"),
)

COMMUNITY = (
    Stop("community-latest", "home.latest", "/"),
    Stop("community-help", "desk.help", "/help", main=True),
    Stop("community-writing", "desk.help", "/help", send("Continue", subject=LINE)),
    Stop("community-prepared", "desk.prepared", "/help", _prepare, main=True),
)


def sign_in(page: Page, plays: demo.CastName) -> None:
    """Sign this browser in as one of the demo cast."""
    page.goto("/sign-in")
    send("Sign in", email=address(demo.load().cast[plays]), password=PASSWORD)(page)


def town_with_trouble() -> None:
    """The demo town, and beside it addresses at which every kind of error happens."""
    demo_town()
    current_app.add_url_rule("/trouble/<int:code>", "trouble", _trouble)


def _trouble(code: int) -> ResponseReturnValue:
    if code == 422:
        raise Problem("That question is closed, so nobody can answer it any more.")
    if code == 429:
        raise TooSoon("That was quick. You can post again in 12 seconds.", 12)
    if code == 500:
        raise RuntimeError(request.path)
    if code == 503:
        raise OperationalError("SELECT 1", {}, Exception("database is locked"))
    abort(code)


def facts(site: Site) -> dict[str, object]:
    """What the paths of a lived-in town name: one thing of every sort."""
    with site.app.app_context():
        seller = _account(demo.load().cast["seller"].name)
        mine = Thread.author_id == seller.id
        solved = _one(
            select(Thread).where(mine, Thread.state == State.SOLVED).order_by(Thread.reply_count.desc())
        )
        own = _one(
            select(Thread).where(mine, Thread.state != State.SOLVED).order_by(Thread.answer_count.desc())
        )
        waiting = _one(select(Thread).where(~mine, Thread.state == State.OPEN))
        answer = _one(select(Post).join(Thread).where(~mine, Post.author_id == seller.id))
        opening = _one(select(Post).where(Post.thread_id == own.id, Post.parent_id.is_(None)))
        tickets = select(Ticket.ref).order_by(Ticket.id)
        my_tickets = tickets.where(Ticket.requester_id == seller.id)
        return {
            "solved": f"/questions/{solved.id}",
            "own": f"/questions/{own.id}",
            "waiting": f"/questions/{waiting.id}",
            "thread": own.id,
            "opening": opening.id,
            "answer": answer.id,
            "tag": _one(select(Tag.name).join(ThreadTag).where(ThreadTag.thread_id == solved.id)),
            "ticket": _one(my_tickets.where(Ticket.status == Status.WAITING_USER)),
            "over": _one(my_tickets.where(Ticket.status == Status.SOLVED)),
            "new": _one(tickets.where(Ticket.status == Status.NEW)),
            "confirm": tokens.make(tokens.Purpose.CONFIRM, seller),
            "reset": tokens.make(tokens.Purpose.RESET, seller),
            "unsubscribe": unsubscribing.make(seller.id, {Kind.ACCEPTED: Cadence.NOW}),
            "proof": proving.make(seller.id, str(seller.email)),
            "letter": site.letter(str(seller.email), "answered").name,
        }


def _account(name: str) -> Account:
    return db.session.execute(select(Account).where(Account.name == name)).scalar_one()


def _one(rows: Select[Any]) -> Any:
    return db.session.scalars(rows.limit(1)).one()
