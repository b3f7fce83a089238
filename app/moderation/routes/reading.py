"""What those concerned read of a decision."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor, signed_in_only
from app.moderation import queries
from app.moderation.routes.room import blueprint


@blueprint.get("/decisions/<ref>")
@signed_in_only
def decision(ref: str) -> ResponseReturnValue:
    return render_template("moderation/decision.html", decided=queries.decided(current_actor(), ref))


@blueprint.get("/p/<int:post_id>/why")
@signed_in_only
def why(post_id: int) -> ResponseReturnValue:
    """The last decision about a post."""
    return redirect(url_for("moderation.decision", ref=queries.ref_of_post(current_actor(), post_id)))
