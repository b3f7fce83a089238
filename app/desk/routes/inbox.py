"""The agents' side: the inbox, and working on a ticket."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import NotFound, Problem
from app.core.web.forms import posted_id
from app.core.web.pages import page_number
from app.desk import operations, queries
from app.desk.forms import NoteForm, ReplyForm, StatusForm
from app.desk.models import Status
from app.desk.queries import Shelf
from app.desk.routes.room import blueprint, draft_name, require_desk, send_reply, sign_in_first
from app.forum import queries as trunk
from app.forum.visitors import visitor_key


@blueprint.get("/desk")
@signed_in_only
@staff_only(Role.AGENT)
def inbox() -> ResponseReturnValue:
    require_desk()
    asked = request.args.get("show", "")
    shelf = Shelf(asked) if asked in list(Shelf) else Shelf.WAITING
    page = queries.inbox(current_actor(), shelf, page_number())
    return render_template("desk/inbox.html", page=page, shelf=shelf)


@blueprint.get("/desk/tickets/<ref>")
@signed_in_only
@staff_only(Role.AGENT)
def work(ref: str) -> ResponseReturnValue:
    return _page(ref)


@blueprint.post("/desk/tickets/<ref>/reply")
def answer(ref: str) -> ResponseReturnValue:
    return send_reply(ref, "desk.work", _page)


@blueprint.post("/desk/tickets/<ref>/note")
def note(ref: str) -> ResponseReturnValue:
    actor = current_actor()
    form = NoteForm()
    source = form.note.data
    if not actor.signed_in:
        return sign_in_first(draft_name(ref, internal=True), {"note": source}, url_for("desk.work", ref=ref))
    if not form.validate():
        return _page(ref, note_form=form)
    message_id = operations.reply(
        actor, ref=ref, source=source, token=form.token, internal=True, visitor=visitor_key()
    )
    return redirect(url_for("desk.work", ref=ref, _anchor=f"m-{message_id}"), 303)


@blueprint.post("/desk/tickets/<ref>/status")
@signed_in_only
@staff_only(Role.AGENT)
def status(ref: str) -> ResponseReturnValue:
    form = StatusForm()
    if not form.validate():
        return _page(ref, status_form=form)
    seen = posted_id(form.version.data) or 0
    try:
        operations.set_status(current_actor(), ref=ref, status=Status(form.status.data), version=seen)
    except Problem as problem:
        form.refuse(problem)
        return _page(ref, status_form=form)
    flash(_("The status is changed."))
    return redirect(url_for("desk.work", ref=ref), 303)


@blueprint.post("/desk/tickets/<ref>/take")
@signed_in_only
@staff_only(Role.AGENT)
def take(ref: str) -> ResponseReturnValue:
    try:
        operations.take(current_actor(), ref=ref)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("This ticket is yours now."))
    return redirect(url_for("desk.work", ref=ref), 303)


def _page(
    ref: str,
    *,
    reply_form: ReplyForm | None = None,
    note_form: NoteForm | None = None,
    status_form: StatusForm | None = None,
    shown: str | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    page = queries.page(actor, ref)
    if not page.works:
        raise NotFound
    errors = any(form and form.errors for form in (reply_form, note_form, status_form))
    kept_reply, kept_note = (
        trunk.draft(actor, visitor_key(), draft_name(ref, internal=side)) for side in (False, True)
    )
    status_form = status_form or StatusForm(formdata=None, data={"status": page.row.status})
    status_form.version.data = str(page.version)
    context: dict[str, Any] = {
        "page": page,
        "reply_form": reply_form or ReplyForm(formdata=None, data=kept_reply),
        "note_form": note_form or NoteForm(formdata=None, data=kept_note),
        "status_form": status_form,
        "shown": shown,
        "errors": errors,
    }
    return render_template("desk/work.html", **context), 422 if errors else 200
