"""Flagging a post."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor
from app.core.problems import Problem
from app.core.web.forms import answered
from app.forum import queries as trunk
from app.forum.visitors import sign_in_first, visitor_key
from app.moderation import operations, policy, queries
from app.moderation.forms import FlagForm
from app.moderation.routes.room import blueprint
from app.moderation.words import Reason


@blueprint.route("/p/<int:post_id>/flag", methods=["GET", "POST"])
def flag(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    post, thread = trunk.post(actor, post_id)
    url = trunk.url_of(thread, _anchor=f"p-{post.id}")
    if not actor.signed_in:
        return _keep_flag(post_id)
    form = FlagForm(data=trunk.draft(actor, visitor_key(), operations.flag_draft(post_id)))
    if form.validate_on_submit():
        try:
            operations.flag(
                actor,
                post_id=post_id,
                reason=Reason(form.reason.data),
                note=form.note.data,
                visitor=visitor_key(),
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Thank you. Moderators look at it."))
            return redirect(url, 303)
    page = render_template(
        "moderation/flag.html",
        form=form,
        post=post,
        thread=thread,
        url=url,
        unfit=policy.flag(actor, post, thread),
        done=queries.flagged(actor, post_id),
    )
    return answered(page, form)


def _keep_flag(post_id: int) -> ResponseReturnValue:
    """Visitors sign in first; whoever was signed out midway finds what they wrote afterwards."""
    back = url_for("moderation.flag", post_id=post_id)
    if request.method != "POST":
        return redirect(url_for("accounts.sign_in", next=back), 303)
    form = FlagForm()
    typed = {"reason": form.reason.data, "note": form.note.data}
    message = _("What you wrote is kept. Sign in, then send it.")
    return sign_in_first(operations.flag_draft(post_id), typed, back, message)
