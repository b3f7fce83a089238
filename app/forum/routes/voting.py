"""Saying whether a post was helpful."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from app.accounts.sessions import current_actor
from app.core.problems import Problem
from app.forum import operations, policy, queries
from app.forum.models import Post
from app.forum.routes.room import blueprint

VALUES = {"1": 1, "-1": -1, "0": 0}


@blueprint.post("/posts/<int:post_id>/vote")
def vote(post_id: int) -> ResponseReturnValue:
    """`value` is 1, -1, or 0 to take one's word back. Where script asks, only the pair of buttons comes back."""
    actor = current_actor()
    by_script = "HX-Request" in request.headers
    if not actor.signed_in:
        sign_in = url_for("accounts.sign_in", next=url_for("forum.post", post_id=post_id))
        return ("", 204, {"HX-Redirect": sign_in}) if by_script else redirect(sign_in, 303)
    post, thread = queries.post(actor, post_id)
    value = VALUES.get(request.form.get("value", ""))
    if value is None:
        raise BadRequest
    refused = None
    try:
        operations.vote(actor, post_id=post_id, value=value)
    except Problem as problem:
        refused = problem.message
    if by_script:
        row = queries.posts(actor, Post.id == post_id)[post_id]
        may = policy.vote(actor, post, thread) is None
        return render_template("forum/voted.html", row=row, may=may, refused=refused)
    if refused:
        flash(refused, "error")
    return redirect(url_for("forum.post", post_id=post_id), 303)
