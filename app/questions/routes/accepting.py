"""Moving the mark of the accepted answer."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import Problem
from app.core.web.forms import posted_id
from app.forum import queries as trunk
from app.questions import operations
from app.questions.models import KIND
from app.questions.routes.room import blueprint


@blueprint.post("/posts/<int:post_id>/accept")
@signed_in_only
def accept(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        operations.accept(actor, post_id=post_id, seen=posted_id(request.form.get("seen")))
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("Marked as the accepted answer. It helps the next seller too."))
    return redirect(trunk.post_url(actor, post_id), 303)


@blueprint.post("/questions/<int:thread_id>/unaccept")
@signed_in_only
def unaccept(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, KIND)
    try:
        operations.unaccept(actor, thread_id=thread_id, seen=posted_id(request.form.get("seen")) or 0)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("The mark is gone; the question is open again."), "info")
    return redirect(trunk.url_of(thread), 303)
