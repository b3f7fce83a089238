"""Deleting what one wrote, and bringing it back."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import Problem
from app.core.web.forms import Form, answered
from app.forum import queries as trunk
from app.questions import keeping, operations, policy
from app.questions.routes.room import blueprint


@blueprint.route("/posts/<int:post_id>/delete", methods=["GET", "POST"])
@signed_in_only
def delete(post_id: int) -> ResponseReturnValue:
    """Asked once more first: the page says what goes, and for how long it may come back."""
    actor = current_actor()
    post, thread = trunk.post(actor, post_id)
    hangs = keeping.hangs_on(post, thread)
    if policy.delete(actor, post, thread, hangs=False):
        abort(404)
    form = Form()
    if form.validate_on_submit():
        try:
            operations.delete(actor, post_id=post_id)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Deleted. Until tomorrow you can bring it back here."))
            return redirect(url_for("questions.deleted"), 303)
    page = render_template(
        "questions/delete.html",
        form=form,
        post=post,
        thread=thread,
        url=trunk.post_url(actor, post_id),
        stays=policy.delete(actor, post, thread, hangs=hangs),
    )
    return answered(page, form)


@blueprint.post("/posts/<int:post_id>/undelete")
@signed_in_only
def undelete(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        operations.undelete(actor, post_id=post_id)
    except Problem as problem:
        flash(problem.message, "error")
        return redirect(url_for("questions.deleted"), 303)
    flash(_("It is back."))
    return redirect(url_for("forum.post", post_id=post_id), 303)


@blueprint.get("/me/deleted")
@signed_in_only
def deleted() -> ResponseReturnValue:
    return render_template("questions/deleted.html", rows=keeping.deleted(current_actor()))
