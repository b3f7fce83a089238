"""What one was told, and what comes by mail. Reading a list changes nothing: opening and marking are POSTs."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, to_user_timezone
from flask_babel import gettext as _

from app.accounts import throttle
from app.accounts.queries import address_of
from app.accounts.sessions import current_actor, signed_in_only
from app.config import Mode, Settings
from app.core.clock import now
from app.core.parts import part
from app.core.web.forms import answered, posted_id
from app.core.web.pages import page_number
from app.core.web.urls import safe_next
from app.mail import stopping
from app.notifications import operations, proving, queries, timing, unsubscribing
from app.notifications.forms import MailForm
from app.notifications.models import Cadence, Kind
from app.notifications.queries import Group, View
from app.notifications.words import LABELS

ONE_CLICK = ("List-Unsubscribe", "One-Click")

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/me/notifications")
@signed_in_only
def index() -> ResponseReturnValue:
    actor, view = current_actor(), _view()
    page = queries.groups(actor, view, page_number())
    return render_template(
        "notifications/index.html",
        page=page,
        days=_by_day(page.rows),
        view=view,
        views=View,
        here=request.full_path.rstrip("?"),
        ever=bool(page.rows) or queries.told_anything(actor),
    )


@blueprint.post("/me/notifications/<int:notification_id>/open")
@signed_in_only
def open_(notification_id: int) -> ResponseReturnValue:
    notice = queries.notice(current_actor(), notification_id)
    operations.read(current_actor(), notification_id=notification_id, newest=_newest())
    return redirect(notice.subject.url, 303)


@blueprint.post("/me/notifications/<int:notification_id>/read")
@signed_in_only
def read(notification_id: int) -> ResponseReturnValue:
    queries.notice(current_actor(), notification_id)
    operations.read(current_actor(), notification_id=notification_id, newest=_newest())
    return _back()


@blueprint.post("/me/notifications/<int:notification_id>/save")
@signed_in_only
def save(notification_id: int) -> ResponseReturnValue:
    queries.notice(current_actor(), notification_id)
    operations.save(current_actor(), notification_id=notification_id, saved=_on())
    return _back()


@blueprint.post("/me/notifications/<int:notification_id>/mute")
@signed_in_only
def mute(notification_id: int) -> ResponseReturnValue:
    notice = queries.notice(current_actor(), notification_id)
    operations.mute(current_actor(), notification_id=notification_id, muted=_on())
    if _on():
        flash(
            _("You hear no more of “%(title)s”, but when somebody mentions you.", title=notice.subject.title)
        )
    else:
        flash(_("You hear of “%(title)s” again.", title=notice.subject.title))
    return _back()


@blueprint.post("/me/notifications/read")
@signed_in_only
def read_all() -> ResponseReturnValue:
    newest = _newest()
    if newest is not None:
        operations.read_all(current_actor(), newest=newest)
    return _back()


@blueprint.route("/me/notifications/mail", methods=["GET", "POST"])
@signed_in_only
def mail() -> ResponseReturnValue:
    account_id = int(current_actor().id or 0)
    hours = queries.mail_hours(account_id)
    form = MailForm(
        data={
            **queries.mail_choices(account_id),
            "digest_hour": hours.digest_hour,
            "digest_weekday": hours.digest_weekday,
            "quiet_from": hours.quiet_from,
            "quiet_until": hours.quiet_until,
        }
    )
    form.keep(_kinds())
    if form.validate_on_submit():
        operations.choose(account_id, choices=form.choices(_kinds()))
        operations.choose_hours(account_id, hours=form.hours)
        flash(_("Saved. News comes by mail as you chose here."))
        return redirect(url_for("notifications.mail"), 303)
    address = address_of(account_id)
    page = render_template(
        "notifications/mail.html",
        form=form,
        kinds=_kinds(),
        next_digest=_next_digest(account_id),
        stopped=stopping.stopped(address) if address else None,
        address=address,
    )
    return answered(page, form)


@blueprint.post("/me/notifications/mail/prove")
@signed_in_only
def prove() -> ResponseReturnValue:
    """Ask for the letter that proves an address takes mail again; nothing to prove is no trouble."""
    account_id = int(current_actor().id or 0)
    address = address_of(account_id)
    if address and stopping.is_stopped(address):
        if throttle.may_write_to(address):
            operations.ask_to_prove(account_id, nonce=secrets.token_urlsafe(12))
            flash(
                _("A letter is on its way to %(address)s. Its link starts your mail again.", address=address)
            )
        else:
            flash(_("You asked for several letters within the hour. Try again later."), "alert")
    return redirect(url_for("notifications.mail"), 303)


@blueprint.route("/mail/proven/<token>", methods=["GET", "POST"])
def proven(token: str) -> ResponseReturnValue:
    """The page that link leads to. The button starts mail again; mail scanners open the page and change nothing."""
    address = proving.read(token)
    if request.method == "POST":
        stopping.start_again(address)
    return render_template("notifications/proven.html", token=token, stopped=stopping.is_stopped(address))


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> ResponseReturnValue:
    """The page a person opens from a letter, and the address a mail program posts to (RFC 8058).

    The signed token is the authority, not a session, so this POST needs no CSRF token; it must carry the one-click
    field and is answered with a page, never a redirect. Mail scanners open the page and change nothing.
    """
    account_id, kinds = unsubscribing.read(token)
    if request.method == "POST" and request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        operations.choose(account_id, choices=dict.fromkeys(kinds, Cadence.OFF))
    return _unsubscribe_page(token, account_id, kinds)


@blueprint.post("/unsubscribe/<token>/undo")
def resubscribe(token: str) -> ResponseReturnValue:
    """Only what is off comes back as it was: what the person chose meanwhile stays."""
    account_id, kinds = unsubscribing.read(token)
    chosen = queries.mail_choices(account_id)
    operations.choose(
        account_id, choices={kind: soon for kind, soon in kinds.items() if chosen[kind] is Cadence.OFF}
    )
    return redirect(url_for("notifications.unsubscribe", token=token), 303)


def _unsubscribe_page(token: str, account_id: int, kinds: Iterable[Kind]) -> ResponseReturnValue:
    chosen = queries.mail_choices(account_id)
    return render_template(
        "notifications/unsubscribe.html",
        token=token,
        letters=[str(LABELS[kind]) for kind in kinds],
        wanted=any(chosen[kind] is not Cadence.OFF for kind in kinds),
        one_click=ONE_CLICK,
    )


def _view() -> View:
    asked = request.args.get("show", "")
    return View(asked) if asked in set(View) else View.UNREAD


def _newest() -> int | None:
    return posted_id(request.form.get("newest"))


def _on() -> bool:
    return request.form.get("on") == "1"


def _back() -> ResponseReturnValue:
    """To the part of the list that was looked at."""
    asked = safe_next(request.form.get("back"))
    ours = url_for("notifications.index")
    return redirect(asked if asked == ours or asked.startswith(f"{ours}?") else ours, 303)


def _next_digest(account_id: int) -> str | None:
    """When the next digest is due, in words; None when the person gets none."""
    chosen = queries.mail_choices(account_id)
    wanted = {chosen[kind] for kind in _kinds()} & {Cadence.DAILY, Cadence.WEEKLY}
    hours, tz = queries.mail_hours(account_id), current_actor().tz
    moments: list[datetime] = [timing.next_digest(now(), tz, hours, cadence) for cadence in wanted]
    return str(format_datetime(min(moments), "EEEE, d MMMM, HH:mm")) if moments else None


def _kinds() -> Sequence[Kind]:
    """The kinds this site has: tickets are with support only, their outcome is asked for without."""
    missing = Kind.OUTCOME if part(Settings).mode is Mode.SUPPORT else Kind.TICKET
    return [kind for kind in Kind if kind is not missing]


def _by_day(rows: Iterable[Group]) -> list[tuple[str, list[Group]]]:
    return [(day, list(told)) for day, told in groupby(rows, _day)]


def _day(group: Group) -> str:
    days_ago = (to_user_timezone(now()).date() - to_user_timezone(group.latest.at).date()).days
    if days_ago <= 0:
        return str(_("Today"))
    return str(_("Yesterday") if days_ago == 1 else _("Earlier"))
