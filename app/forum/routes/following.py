"""Following, muting and keeping threads, and the list of what is kept."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import Problem
from app.core.web.pages import page_number
from app.forum import operations, queries
from app.forum.routes.room import blueprint

WISHES = {
    "follow": operations.follow,
    "none": operations.unfollow,
    "mute": operations.mute,
    "unmute": operations.unmute,
    "save": operations.save,
    "unsave": operations.unsave,
}


@blueprint.post("/t/<int:thread_id>/marks")
@signed_in_only
def mark(thread_id: int) -> ResponseReturnValue:
    """Do what the pressed button's `wish` says; back to where it was pressed."""
    actor = current_actor()
    thread = queries.thread(actor, thread_id)
    wish = WISHES.get(request.form.get("wish", ""))
    if wish is None:
        raise BadRequest
    try:
        wish(actor, thread_id=thread_id)
    except Problem as problem:
        if "HX-Request" in request.headers:
            # The script then asks for the whole page, which says why.
            return "", 409
        flash(problem.message, "error")
        return redirect(queries.url_of(thread), 303)
    return redirect(queries.url_of(thread, _anchor="acts"), 303)


@blueprint.get("/me/saved")
@signed_in_only
def saved() -> ResponseReturnValue:
    return render_template("forum/saved.html", page=queries.saved(current_actor(), page_number()))
