"""Names while they are typed."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import NotFound
from app.core.text import clean_line
from app.core.web.forms import posted_id
from app.core.web.limits import COMPLETE, limiter
from app.forum import queries
from app.forum.routes.room import blueprint


@blueprint.get("/people/complete")
@limiter.limit(COMPLETE)
@signed_in_only
def complete() -> ResponseReturnValue:
    """The fragment under an @: people whose names begin like `q`, those in `thread` first."""
    typed = clean_line(request.args.get("q", ""))[:40]
    thread_id = posted_id(request.args.get("thread"))
    if "thread" in request.args and thread_id is None:
        raise NotFound
    people = queries.people_beginning(current_actor(), typed, thread_id)
    return render_template("forum/complete.html", people=people)
