"""Locking threads. For everybody but moderators these pages do not exist."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.web.forms import answered
from app.forum import operations, queries
from app.forum.forms import LockForm
from app.forum.routes.room import blueprint


@blueprint.route("/t/<int:thread_id>/lock", methods=["GET", "POST"])
@signed_in_only
@staff_only(Role.MODERATOR)
def lock(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.thread(actor, thread_id)
    url = queries.url_of(row)
    form = LockForm()
    if form.validate_on_submit():
        operations.lock(actor, thread_id=thread_id, reason=form.reason.data)
        flash(_("Locked. The page says why."))
        return redirect(url, 303)
    return answered(render_template("forum/lock.html", form=form, thread=row, url=url), form)


@blueprint.post("/t/<int:thread_id>/unlock")
@signed_in_only
@staff_only(Role.MODERATOR)
def unlock(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.thread(actor, thread_id)
    operations.unlock(actor, thread_id=thread_id)
    flash(_("Unlocked. People can write here again."))
    return redirect(queries.url_of(row), 303)
