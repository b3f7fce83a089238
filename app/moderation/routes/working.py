"""Having something in hand, notes, shifts, and kept ways to look at the queue."""

from urllib.parse import urlencode

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import Problem
from app.core.text import clean_line
from app.core.web.forms import answered
from app.moderation import operations, queries
from app.moderation.forms import NoteForm, ShiftForm, ViewForm
from app.moderation.routes.queueing import back_to_queue, filters, form_of, queue_page, review_page
from app.moderation.routes.room import blueprint


@blueprint.post("/mod/reviews/<int:review_id>/claim")
@signed_in_only
@staff_only(Role.MODERATOR)
def claim(review_id: int) -> ResponseReturnValue:
    """Asked for by script when a target is opened, else by a button."""
    try:
        operations.claim(current_actor(), review_id=review_id)
    except Problem as problem:
        if _by_script():
            return "", 204
        flash(problem.message, "error")
    if _by_script():
        return "", 204
    return redirect(url_for("moderation.review", review_id=review_id), 303)


@blueprint.post("/mod/reviews/<int:review_id>/let-go")
@signed_in_only
@staff_only(Role.MODERATOR)
def let_go(review_id: int) -> ResponseReturnValue:
    operations.let_go(current_actor(), review_id=review_id)
    flash(_("Others may take it now."))
    return back_to_queue()


@blueprint.post("/mod/reviews/<int:review_id>/notes")
@signed_in_only
@staff_only(Role.MODERATOR)
def note(review_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = NoteForm()
    if form.validate():
        try:
            operations.note(actor, review_id=review_id, source=form.note.data, token=form.token)
        except Problem as problem:
            form.refuse(problem)
        else:
            return redirect(url_for("moderation.review", review_id=review_id, _anchor="notes"), 303)
    opened = queries.pane(actor, review_id)
    return answered(review_page(opened, form_of(opened), form), form)


@blueprint.post("/mod/shift/begin")
@signed_in_only
@staff_only(Role.MODERATOR)
def begin_shift() -> ResponseReturnValue:
    operations.begin_shift(current_actor())
    return back_to_queue()


@blueprint.post("/mod/shift/end")
@signed_in_only
@staff_only(Role.MODERATOR)
def end_shift() -> ResponseReturnValue:
    form = ShiftForm()
    try:
        left = operations.end_shift(current_actor(), note=form.note.data)
    except Problem as problem:
        form.refuse(problem)
        return answered(queue_page(form), form)
    flash(
        ngettext("Done. %(num)s can wait.", "Done. %(num)s can wait.", left)
        if left
        else _("Done. Nothing is waiting.")
    )
    return back_to_queue()


@blueprint.post("/mod/views")
@signed_in_only
@staff_only(Role.MODERATOR)
def keep_view() -> ResponseReturnValue:
    form = ViewForm()
    try:
        operations.keep_view(current_actor(), name=form.name.data, query=urlencode(filters()))
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("Kept."))
    return back_to_queue()


@blueprint.post("/mod/views/delete")
@signed_in_only
@staff_only(Role.MODERATOR)
def throw_view_away() -> ResponseReturnValue:
    operations.throw_view_away(current_actor(), name=clean_line(request.form.get("name", "")))
    return back_to_queue()


def _by_script() -> bool:
    return "HX-Request" in request.headers
