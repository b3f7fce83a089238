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
from app.accounts.models import Account, FormerEmail
from app.accounts.queries import actor_of
from app.cli import demo
from app.cli.seeding import PASSWORD, address
from app.core.clock import now
from app.core.db import db
from app.core.problems import Problem, TooSoon
from app.core.transaction import transaction
from app.desk.models import Status, Ticket
from app.forum.models import (
    EditProposal,
    MergedThread,
    Post,
    Revision,
    Space,
    Tag,
    Thread,
    ThreadTag,
    Visibility,
)
from app.moderation import appeal_links
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Appeal, Decision, Flag, Proposal, Report, Review
from app.moderation.watching.models import WatchedWord
from app.notifications import proving, unsubscribing
from app.notifications.models import Cadence, Kind
from app.questions.models import State
from tests.browser.furnishing import NEWCOMER, demo_town
from tests.browser.serving import Site

Act = Callable[[Page], Response]
LINE = "Nobody answers about my parcel to Orkney"


@dataclass(frozen=True, slots=True)
class Stop:
    """One look of a page. `path` holds {names} of what `facts` finds; `act` is done there and ends on the page meant.

    `main` pages are looked at in both widths and both schemes, the others in one of each.
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
    page.locator("article.is-answered").get_by_role("link", name="Reply", exact=True).first.click()
    return send("Post reply", within="article.is-answered", source="")(page)


def _decide_about(button: str) -> Act:
    def act(page: Page) -> Response:
        send("Decide about them", within="aside")(page)
        page.locator("#author summary").click()
        return send(button)(page)

    return act


def _report(page: Page) -> Response:
    page.get_by_label("It looks like a scam").check()
    page.locator("[name=good_faith]").check()
    return send("Send the report", source="It asks to pay by gift card.", email="rosa@example.com")(page)


def _preview(page: Page) -> Response:
    for box in page.locator("input[name=chosen]").all():
        box.check()
    return send("Hide", within=".queue__bulk")(page)


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
    Stop("tags", "forum.tags", "/tags", main=True),
    Stop("tags-filtered", "forum.tags", "/tags?q=re"),
    Stop("tags-nothing", "forum.tags", "/tags?q=zeppelin"),
    Stop("tag", "forum.tag", "/tags/{tag}"),
    Stop("spaces", "forum.spaces", "/spaces"),
    Stop("space", "forum.space", "/spaces/postage", main=True),
    Stop("question", "questions.show", "{solved}", main=True),
    Stop("question-waiting", "questions.show", "{waiting}"),
    Stop("question-asked-before", "questions.show", "{pointing}", main=True),
    Stop("question-locked", "questions.show", "{locked}"),
    Stop("revisions", "forum.revisions", "/p/{changed}/revisions", main=True),
    Stop("revisions-none", "forum.revisions", "/p/{opening}/revisions"),
    Stop("question-newest", "questions.show", "{solved}?sort=newest"),
    Stop("ask", "questions.ask", "/ask", main=True),
    Stop("ask-matches", "questions.ask", "/ask?title=buyer+says+it+never+came", main=True),
    Stop("ask-errors", "questions.ask", "/ask", send("Sign in and post", title="Help"), 422),
    Stop("search", "search.index", "/search?q=buyer+wants+refund", main=True),
    Stop("search-begin", "search.index", "/search"),
    Stop("search-narrowed", "search.index", "/search?q=buyer+is:solved+tag:refunds+is:lost&sort=newest"),
    Stop("search-nothing-left", "search.index", "/search?q=parcel+before:2001"),
    Stop("search-little", "search.index", "/search?q=parcel+zeppelin+submarine+orchid+quasar"),
    Stop("search-nothing", "search.index", "/search?q=zeppelin"),
    Stop("search-too-long", "search.index", f"/search?q={'stamp+' * 60}", status=422),
    Stop("contact", "contact.index", "/contact", main=True),
    Stop("contact-real", "contact.index", "/contact", send("Check it", pasted="020 7946 0018")),
    Stop("contact-unknown", "contact.index", "/contact", send("Check it", pasted="+44 20 7946 0999")),
    Stop("contact-errors", "contact.index", "/contact", send("Check it", pasted=""), 422),
    Stop("rules", "moderation.rules", "/rules", main=True),
    Stop("transparency", "insight.transparency", "/transparency", main=True),
    Stop("transparency-beyond", "insight.transparency", "/transparency?page=99"),
    Stop("flag-visitor", "moderation.flag", "/p/{answer}/flag"),
    Stop("report", "moderation.report", "/report?about=/p/{answer}", main=True),
    Stop("report-errors", "moderation.report", "/report", send("Send the report", email="rosa"), 422),
    Stop("receipt", "moderation.receipt", "/report?about=/p/{answer}", _report, main=True),
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
    Stop("replying", "questions.show", "/posts/{opening}/replies"),
    Stop("saved", "forum.saved", "/me/saved"),
    Stop("latest-watching", "home.latest", "/?show=watching"),
    Stop("ask-signed-in", "questions.ask", "/ask"),
    Stop("edit-question", "forum.edit", "/p/{opening}/edit"),
    Stop("edit-errors", "forum.edit", "/p/{opening}/edit", send("Save", title="", source=""), 422),
    Stop(
        "edit-check",
        "forum.edit",
        "/p/{opening}/edit",
        send("Save", source="He wants me to pay by gift card. Ring 07700 900123."),
        main=True,
    ),
    Stop("edit-answer", "forum.edit", "/p/{answer}/edit"),
    Stop("question-suggested", "questions.show", "{own}"),
    Stop("review", "forum.review", "/review/edits/{proposal}", main=True),
    Stop(
        "review-errors",
        "forum.review",
        "/review/edits/{proposal}",
        send("Leave it as it was", within="form.form", word=""),
        422,
    ),
    Stop("reviews", "forum.proposals", "/review/edits"),
    Stop("differs", "questions.differs", "{pointing}/differs", send("Reopen my question", differs=""), 422),
    Stop("delete-answered", "questions.delete", "/posts/{answer}/delete"),
    Stop("deleted", "questions.deleted", "/me/deleted"),
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
    Stop("drafts", "forum.drafts", "/me/drafts", main=True),
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

HELD = (
    Stop("queue", "moderation.queue", "/mod/queue", main=True),
    Stop("queue-narrowed", "moderation.queue", "/mod/queue?why=held&by={newcomer}"),
    Stop("review", "moderation.review", "/mod/reviews/{review}", main=True),
    Stop("decide-errors", "moderation.decide", "/mod/reviews/{held_review}", send("Do not release"), 422),
    Stop("note-errors", "moderation.note", "/mod/reviews/{review}", send("Leave the note"), 422),
    Stop("preview", "moderation.preview", "/mod/queue", _preview, 200),
    Stop("words", "moderation.words", "/mod/words", main=True),
    Stop("words-nothing", "moderation.words", "/mod/words?action=block"),
    Stop("word-new", "moderation.new_word", "/mod/words/new", main=True),
    Stop("word-wrong", "moderation.new_word", "/mod/words/new", send("Try it on recent posts"), 422),
    Stop(
        "word-tried",
        "moderation.new_word",
        "/mod/words/new",
        send("Try it on recent posts", pattern="parcel"),
        main=True,
    ),
    Stop("word-edit", "moderation.edit_word", "/mod/words/{word}"),
    Stop("word-delete", "moderation.delete_word", "/mod/words/{word}/delete"),
    Stop("queue-aged", "moderation.queue", "/mod/queue?age=older"),
    Stop("log", "moderation.log", "/mod/log", main=True),
    Stop("log-narrowed", "moderation.log", "/mod/log?verb=hide&target=post"),
    Stop("log-errors", "moderation.log", "/mod/log?by=nobody&since=soon", status=422),
    Stop("log-nothing", "moderation.log", "/mod/log?until=2001-01-01"),
    Stop("person-known", "moderation.person", "/mod/people/{seller}", main=True),
    Stop("person-known-narrowed", "moderation.person", "/mod/people/fern?show=decisions"),
    Stop("merging", "moderation.merging", "/mod/people/{seller}/merge", main=True),
    Stop("merging-nobody", "moderation.merging", "/mod/people/{seller}/merge?other=nobody-here", status=422),
    Stop("merging-shown", "moderation.merging", "/mod/people/{seller}/merge?other=fern", main=True),
    Stop(
        "merge-errors",
        "moderation.merge",
        "/mod/people/{seller}/merge?other=fern",
        send("Merge for ever", typed="somebody"),
        422,
    ),
    Stop("anonymising", "moderation.anonymising", "/mod/people/{seller}/anonymise", main=True),
    Stop(
        "anonymise-errors",
        "moderation.anonymise",
        "/mod/people/{seller}/anonymise",
        send("Anonymise for ever", typed="somebody"),
        422,
    ),
    Stop("held-question", "questions.show", "/t/{held}"),
    Stop("why", "moderation.decision", "/p/{refused}/why"),
    Stop("flag", "moderation.flag", "/p/{answer}/flag", main=True),
    Stop("flag-errors", "moderation.flag", "/p/{answer}/flag", send("Flag it", note="Odd."), 422),
    Stop("flagged", "moderation.flag", "/p/{flagged}/flag"),
    Stop("flag-thread", "moderation.flag_thread", "/t/{thread}/flag"),
    Stop("flag-person", "moderation.flag_person", "/people/{newcomer_name}/flag"),
    Stop(
        "flag-person-errors", "moderation.flag_person", "/people/{newcomer_name}/flag", send("Flag it"), 422
    ),
    Stop("edit-tag", "forum.edit_tag", "/tags/{tag}/edit", main=True),
    Stop("edit-tag-errors", "forum.edit_tag", "/tags/{tag}/edit", send("Merge", into=""), 422),
)
"""What a moderator keeps in order."""

OUTSIDE = (
    Stop("second", "moderation.outside", "/second/{second}", main=True),
    Stop("second-errors", "moderation.outside", "/second/{second}", send("I agree", name=""), 422),
    Stop("receipt-kept", "moderation.receipt", "/report/{report}"),
    Stop("appeal-by-link", "moderation.appeal", "/appeals/{kept}?token={link}", main=True),
    Stop(
        "appeal-by-link-errors",
        "moderation.appeal",
        "/appeals/{kept}?token={link}",
        send("Ask for another look", source=""),
        422,
    ),
    Stop("question-merged", "questions.show", "/t/{merged}", main=True),
)
"""What somebody sees who comes by a link."""

JUDGED = (
    Stop("decision", "moderation.decision", "/decisions/{hidden}", main=True),
    Stop("appeal", "moderation.appeal", "/appeals/{hidden}", main=True),
    Stop(
        "appeal-errors",
        "moderation.appeal",
        "/appeals/{hidden}",
        send("Ask for another look", source=""),
        422,
    ),
    Stop("appealed", "moderation.appeal", "/appeals/{appealed}", main=True),
)
"""What a member sees of what was decided about their words."""

DECIDED = (
    Stop("queue-others", "moderation.queue", "/mod/queue", main=True),
    Stop("appeals", "moderation.appeals", "/mod/appeals", main=True),
    Stop("appeal-of-own", "moderation.decide_appeal", "/mod/appeals/{appeal}"),
    Stop("review-proposed", "moderation.review", "/mod/reviews/{proposed}"),
    Stop("person-decided", "moderation.person", "/mod/people/outlet.direct"),
)
"""What a moderator sees who decided and proposed."""

SECONDING = (
    Stop("appeal-deciding", "moderation.decide_appeal", "/mod/appeals/{appeal}", main=True),
    Stop("appeal-deciding-errors", "moderation.decide_appeal", "/mod/appeals/{appeal}", send("Decide"), 422),
    Stop("appeal-over", "moderation.decide_appeal", "/mod/appeals/{decided}"),
    Stop("review-second", "moderation.review", "/mod/reviews/{proposed}", main=True),
    Stop("review-second-errors", "moderation.second", "/mod/reviews/{proposed}", send("Decline"), 422),
    Stop(
        "invited",
        "moderation.invite",
        "/mod/reviews/{proposed}",
        send("Invite somebody from outside"),
        main=True,
    ),
)
"""What an admin sees whom others wait for."""

NUMBERS = (
    Stop("dashboard", "insight.dashboard", "/mod/dashboard", main=True),
    Stop("dashboard-sessions", "insight.sessions", "/mod/dashboard/sessions", main=True),
    Stop("dashboard-questions", "insight.questions", "/mod/dashboard/questions?until=solved"),
    Stop("dashboard-waiting", "insight.questions", "/mod/dashboard/questions?tag={tag}"),
    Stop("dashboard-asking", "insight.asking", "/mod/dashboard/asking"),
    Stop("dashboard-searches", "insight.searches", "/mod/dashboard/searches?words=zeppelin+hire"),
    Stop("dashboard-waits", "insight.waits", "/mod/dashboard/waits?day={today}"),
    Stop("dashboard-rulings", "insight.rulings", "/mod/dashboard/rulings?rule=5"),
    Stop("trials", "insight.trials", "/mod/trials", main=True),
    Stop("trials-errors", "insight.trials", "/mod/trials", send("Start the trial", share="1"), 422),
    Stop("trials-running", "insight.trials", "/mod/trials", send("Start the trial"), main=True),
)
"""What an admin counts."""

ADMIN = (
    Stop("keep-spaces", "forum.keep_spaces", "/admin/spaces", main=True),
    Stop("keep-spaces-errors", "forum.keep_spaces", "/admin/spaces", send("Add", name=""), 422),
    Stop("edit-space", "forum.edit_space", "/admin/spaces/{space}"),
    Stop("edit-space-errors", "forum.edit_space", "/admin/spaces/{space}", send("Save", place="x"), 422),
)
"""What an admin keeps in order."""

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

MODERATOR = (
    Stop("question-moderated", "questions.show", "{own}", main=True),
    Stop("duplicate", "questions.duplicate", "/questions/{thread}/duplicate", main=True),
    Stop(
        "duplicate-errors",
        "questions.duplicate",
        "/questions/{thread}/duplicate",
        send("Point there", within="form.form", of="nowhere"),
        422,
    ),
)
"""What keeps a question right, as a moderator sees it."""

HELPER = (Stop("propose", "forum.propose", "/p/{answer}/propose", send("Suggest it", reason=""), 422),)
"""What a trusted person sees."""
PEOPLE = (
    Stop("person", "community.person", "/people/{helper}", main=True),
    Stop("person-questions", "community.questions", "/people/{seller}/questions"),
    Stop("person-answers", "community.answers", "/people/{helper}/answers", main=True),
    Stop("person-accepted", "community.accepted", "/people/{helper}/accepted?tag=refunds"),
    Stop("person-beyond", "community.answers", "/people/{helper}/answers?page=99"),
    Stop("person-reputation", "community.reputation", "/people/{helper}/reputation"),
    Stop("move", "accounts.move", "/email/{move}"),
    Stop("take-back", "accounts.take_back", "/email/{take_back}/undo"),
)
"""Pages of people, and of their letters, that nobody has to sign in for."""

MINE = (
    Stop("mine", "community.mine", "/me", main=True),
    Stop("person-me", "community.person", "/people/{seller}"),
    Stop("profile", "accounts.profile", "/me/profile", main=True),
    Stop(
        "profile-errors", "accounts.profile", "/me/profile", send("Save", display_name="", bio="x" * 501), 422
    ),
    Stop("name", "accounts.name", "/me/name"),
    Stop("name-errors", "accounts.name", "/me/name", send("Change the name", name="x"), 422),
    Stop("email", "accounts.email", "/me/email", main=True),
    Stop(
        "email-errors",
        "accounts.email",
        "/me/email",
        send("Send the letter", email="x", current="wrong"),
        422,
    ),
    Stop(
        "email-asked",
        "accounts.email",
        "/me/email",
        send("Send the letter", email="knits@demo.example", current=PASSWORD),
    ),
)
"""What a member sees of themself."""

SUSPENDING = (
    Stop(
        "person-errors",
        "moderation.decide",
        "/people/{seller}",
        _decide_about("Suspend"),
        422,
        main=True,
    ),
)

CHANNELS = (
    Stop("channels", "contact.manage", "/admin/channels", main=True),
    Stop("channels-errors", "contact.manage", "/admin/channels", send("Show it to everybody", value=""), 422),
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
    Stop("empty-contact", "contact.index", "/contact"),
    Stop("empty-help", "desk.help", "/help"),
    Stop("empty-questions", "questions.index", "/questions"),
    Stop("empty-unsolved", "questions.unsolved", "/unsolved"),
    Stop("empty-search", "search.index", "/search?q=parcel"),
    Stop("empty-letters", "mail.index", "/dev/mail"),
)
EMPTY_ADMIN = (
    Stop("empty-transparency", "insight.transparency", "/transparency"),
    Stop("empty-dashboard", "insight.dashboard", "/mod/dashboard", main=True),
    Stop("empty-sessions", "insight.sessions", "/mod/dashboard/sessions"),
    Stop("empty-trials", "insight.trials", "/mod/trials"),
    Stop("empty-queue", "moderation.queue", "/mod/queue"),
    Stop("empty-tags", "forum.tags", "/tags"),
    Stop("empty-space", "forum.space", "/spaces/postage"),
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
            select(Thread)
            .where(mine, Thread.state.in_([State.OPEN, State.ANSWERED]))
            .order_by(Thread.answer_count.desc())
        )
        waiting = _one(select(Thread).where(~mine, Thread.state == State.OPEN, Thread.locked_at.is_(None)))
        answer = _one(select(Post).join(Thread).where(~mine, Post.author_id == seller.id))
        opening = _one(select(Post).where(Post.thread_id == own.id, Post.parent_id.is_(None)))
        pointing = _one(select(Thread).where(mine, Thread.state == State.DUPLICATE))
        locked = _one(select(Thread).where(Thread.locked_at.is_not(None)))
        tickets = select(Ticket.ref).order_by(Ticket.id)
        my_tickets = tickets.where(Ticket.requester_id == seller.id)
        return {
            "solved": f"/questions/{solved.id}",
            "own": f"/questions/{own.id}",
            "waiting": f"/questions/{waiting.id}",
            "pointing": f"/questions/{pointing.id}",
            "locked": f"/questions/{locked.id}",
            "changed": _one(select(Revision.post_id)),
            "proposal": _one(select(EditProposal.id)),
            "thread": own.id,
            "opening": opening.id,
            "answer": answer.id,
            "tag": _one(select(Tag.name).join(ThreadTag).where(ThreadTag.thread_id == solved.id)),
            "today": now().date().isoformat(),
            **_looked_at(),
            **_decided(seller.id),
            "ticket": _one(my_tickets.where(Ticket.status == Status.WAITING_USER)),
            "over": _one(my_tickets.where(Ticket.status == Status.SOLVED)),
            "new": _one(tickets.where(Ticket.status == Status.NEW)),
            "seller": seller.name,
            "helper": demo.load().cast["helper"].name,
            "move": tokens.make(tokens.Purpose.MOVE, seller),
            "take_back": tokens.make_for_former(_former(seller)),
            "confirm": tokens.make(tokens.Purpose.CONFIRM, seller),
            "reset": tokens.make(tokens.Purpose.RESET, seller),
            "unsubscribe": unsubscribing.make(seller.id, {Kind.ACCEPTED: Cadence.NOW}),
            "proof": proving.make(seller.id, str(seller.email)),
            "letter": site.letter(str(seller.email), "replied").name,
        }


def _looked_at() -> dict[str, object]:
    """What the town with a newcomer has for moderators; nothing in one without."""
    newcomer = db.session.scalar(select(Account.id).where(Account.name == NEWCOMER))
    if newcomer is None:
        return {}
    mine = select(Post.id).where(Post.author_id == newcomer)
    open_flag = Flag.decision_id.is_(None)
    return {
        "newcomer": newcomer,
        "held": _one(select(Thread.id).where(Thread.author_id == newcomer)),
        "refused": _one(mine.where(Post.visibility == Visibility.HIDDEN)),
        "flagged": _one(select(Review.post_id).join(Flag, Flag.review_id == Review.id).where(open_flag)),
        "word": _one(select(WatchedWord.id)),
        "space": _one(select(Space.id).order_by(Space.id)),
        "newcomer_name": NEWCOMER,
        "thread": _one(select(Thread.id).where(Thread.visibility == Visibility.PUBLIC)),
        "review": _one(select(Flag.review_id).where(open_flag)),
        "held_review": _one(select(Review.id).where(Review.held)),
    }


def _decided(seller_id: int) -> dict[str, object]:
    """What the town with decisions has for whom they concern; nothing in one without."""
    merged = db.session.scalar(select(MergedThread.thread_id))
    if merged is None:
        return {}
    proposal = _one(select(Proposal))
    kept = _one(select(Report).where(Report.decision_id.is_not(None)))
    decision = db.session.get_one(Decision, kept.decision_id)
    hidden = select(Decision.ref).where(Decision.subject_id == seller_id, Decision.act == Verb.HIDE)
    appeals = select(Appeal.decision_id)
    admin = actor_of(_account(demo.load().cast["admin"].name).id)
    return {
        "merged": merged,
        "proposed": proposal.review_id,
        "second": moderation.invite(admin, proposal_id=proposal.id) if admin else "",
        "report": kept.ref,
        "kept": decision.ref,
        "link": appeal_links.make(kept, decision),
        "hidden": _one(hidden.where(Decision.id.not_in(appeals))),
        "appealed": _one(hidden.where(Decision.id.in_(appeals))),
        "appeal": _one(select(Appeal.id).where(Appeal.account_id == seller_id)),
        "decided": _one(select(Appeal.id).where(Appeal.decided_at.is_not(None))),
    }


def _account(name: str) -> Account:
    return db.session.execute(select(Account).where(Account.name == name)).scalar_one()


def _former(account: Account) -> FormerEmail:
    """An address that was theirs."""
    with transaction() as session:
        row = FormerEmail(account_id=account.id, email="before@demo.example", replaced_at=now())
        session.add(row)
    return _one(select(FormerEmail))  # type: ignore[no-any-return]


def _one(rows: Select[Any]) -> Any:
    return db.session.scalars(rows.limit(1)).one()
