"""Saying that one has the same question."""

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import Problem
from app.forum import queries as trunk
from app.questions import operations
from app.questions.models import KIND
from app.questions.routes.room import blueprint


@blueprint.post("/questions/<int:thread_id>/too")
@signed_in_only
def too(thread_id: int) -> ResponseReturnValue:
    """Say so, or with `take` take it back."""
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, KIND)
    act = operations.have_no_more if "take" in request.form else operations.have_too
    try:
        act(actor, thread_id=thread_id)
    except Problem as problem:
        if "HX-Request" in request.headers:
            # The script then asks for the whole page, which says why.
            return "", 409
        flash(problem.message, "error")
        return redirect(trunk.url_of(thread), 303)
    return redirect(trunk.url_of(thread, _anchor="acts"), 303)
