"""What a post said before."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor
from app.core.web.pages import page_number
from app.forum import queries
from app.forum.routes.room import blueprint


@blueprint.get("/p/<int:post_id>/revisions")
def revisions(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row, thread_row = queries.post(actor, post_id)
    page = queries.revisions(actor, row, thread_row, page_number())
    url = queries.url_of(thread_row, _anchor=f"p-{row.id}")
    return render_template("forum/revisions.html", post=row, thread=thread_row, page=page, url=url)
