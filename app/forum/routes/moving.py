"""Addresses of other places, led on by the web server that stood there."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor
from app.forum import queries
from app.forum.routes.room import blueprint


@blueprint.get("/from/<source>/<external_id>")
def old_address(source: str, external_id: str) -> ResponseReturnValue:
    """To the thread or post that was brought along from there, for good."""
    row, thread = queries.moved(current_actor(), source, external_id)
    if row.parent_id is None:
        return redirect(queries.url_of(thread), 301)
    return redirect(url_for("forum.post", post_id=row.id), 301)
