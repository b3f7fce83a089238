"""What one was told, and what comes by mail. Reading a list changes nothing: opening and marking are POSTs."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import to_user_timezone

from app.accounts.sessions import current_actor, signed_in_only
from app.config import Mode, Settings
from app.core.clock import now
from app.core.parts import part
from app.core.web.pages import page_number
from app.notifications import operations, queries, unsubscribing
from app.notifications.forms import MailForm
from app.notifications.models import Kind
from app.notifications.queries import Notice

ONE_CLICK = ("List-Unsubscribe", "One-Click")

blueprint = Blueprint("notifications", __name__)


@blueprint.get("/me/notifications")
@signed_in_only
def index() -> ResponseReturnValue:
    page = queries.notices(current_actor(), page_number())
    return render_template("notifications/index.html", page=page, days=_by_day(page.rows))


@blueprint.post("/me/notifications/<int:notification_id>/open")
@signed_in_only
def open_(notification_id: int) -> ResponseReturnValue:
    notice = queries.notice(current_actor(), notification_id)
    operations.read(current_actor(), notification_id=notification_id)
    return redirect(notice.subject.url, 303)


@blueprint.post("/me/notifications/read")
@signed_in_only
def read_all() -> ResponseReturnValue:
    newest = request.form.get("newest", "")
    if newest.isascii() and newest.isdigit() and len(newest) < 10:
        operations.read_all(current_actor(), newest=int(newest))
    return redirect(url_for("notifications.index"), 303)


@blueprint.route("/me/notifications/mail", methods=["GET", "POST"])
@signed_in_only
def mail() -> ResponseReturnValue:
    account_id = int(current_actor().id or 0)
    form = MailForm(data=queries.mail_choices(account_id))
    for kind in set(Kind) - set(_kinds()):
        del form[kind]
    if form.validate_on_submit():
        operations.choose(account_id, choices={kind: form[kind].data for kind in _kinds()})
        flash(_("Saved. You get by mail what is ticked here."))
        return redirect(url_for("notifications.mail"), 303)
    return render_template("notifications/mail.html", form=form, kinds=_kinds())


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> ResponseReturnValue:
    """The page a person opens from a letter, and the address a mail program posts to (RFC 8058).

    The signed token is the authority, not a session, so this POST needs no CSRF token; it must carry the one-click
    field and is answered with a page, never a redirect. Mail scanners open the page and change nothing.
    """
    account_id, kind = unsubscribing.read(token)
    if request.method == "POST" and request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        operations.choose(account_id, choices={kind: False})
    return _unsubscribe_page(token, account_id, kind)


@blueprint.post("/unsubscribe/<token>/undo")
def resubscribe(token: str) -> ResponseReturnValue:
    account_id, kind = unsubscribing.read(token)
    operations.choose(account_id, choices={kind: True})
    return redirect(url_for("notifications.unsubscribe", token=token), 303)


def _unsubscribe_page(token: str, account_id: int, kind: Kind) -> ResponseReturnValue:
    wanted = queries.mail_choices(account_id)[kind]
    return render_template(
        "notifications/unsubscribe.html",
        token=token,
        letters=MailForm()[kind].label.text,
        wanted=wanted,
        one_click=ONE_CLICK,
    )


def _kinds() -> Sequence[Kind]:
    """The kinds this site has: without support there are no tickets."""
    return [kind for kind in Kind if kind is not Kind.TICKET or part(Settings).mode is Mode.SUPPORT]


def _by_day(rows: Iterable[Notice]) -> list[tuple[str, list[Notice]]]:
    return [(day, list(told)) for day, told in groupby(rows, _day)]


def _day(notice: Notice) -> str:
    days_ago = (to_user_timezone(now()).date() - to_user_timezone(notice.at).date()).days
    if days_ago <= 0:
        return str(_("Today"))
    return str(_("Yesterday") if days_ago == 1 else _("Earlier"))
