"""Addresses that lead to any thread or post."""

from flask import redirect
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor
from app.core.problems import NotFound
from app.forum import queries
from app.forum.routes.room import blueprint


@blueprint.get("/t/<int:thread_id>")
def thread(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        row = queries.thread(actor, thread_id)
    except NotFound:
        return redirect(queries.merged_url(actor, thread_id), 301)
    return redirect(queries.url_of(row))


@blueprint.get("/p/<int:post_id>")
def post(post_id: int) -> ResponseReturnValue:
    return redirect(queries.post_url(current_actor(), post_id))
