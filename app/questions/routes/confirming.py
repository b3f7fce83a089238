"""Saying whether an accepted answer is still right."""

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


@blueprint.post("/questions/<int:thread_id>/still-right")
@signed_in_only
def confirm(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, KIND)
    post_id = posted_id(request.form.get("post")) or 0
    is_right = request.form.get("right") == "yes"
    try:
        operations.confirm(actor, thread_id=thread_id, post_id=post_id, is_right=is_right)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("Thank you. It helps whoever reads this next."))
    return redirect(trunk.url_of(thread), 303)
