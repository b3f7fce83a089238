"""Archiving questions. For everybody but moderators these pages do not exist."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.web.forms import answered
from app.forum import queries as trunk
from app.questions import operations
from app.questions.forms import ArchiveForm
from app.questions.models import KIND
from app.questions.routes.room import blueprint


@blueprint.route("/questions/<int:thread_id>/archive", methods=["GET", "POST"])
@signed_in_only
@staff_only(Role.MODERATOR)
def archive(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, KIND)
    url = trunk.url_of(thread)
    form = ArchiveForm()
    if form.validate_on_submit():
        operations.archive(actor, thread_id=thread_id, reason=form.reason.data)
        flash(_("Archived. The page says why."))
        return redirect(url, 303)
    return answered(render_template("questions/archive.html", form=form, thread=thread, url=url), form)


@blueprint.post("/questions/<int:thread_id>/unarchive")
@signed_in_only
@staff_only(Role.MODERATOR)
def unarchive(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, KIND)
    operations.unarchive(actor, thread_id=thread_id)
    flash(_("It is what it was before, and people can write here again."))
    return redirect(trunk.url_of(thread), 303)
