"""Tags."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor
from app.core.problems import NotFound
from app.core.web.pages import page_number
from app.forum import queries
from app.forum.routes.room import blueprint


@blueprint.get("/tags/<name>")
def tag(name: str) -> ResponseReturnValue:
    row = queries.tag(name)
    page = queries.threads(current_actor(), queries.tagged(row.id), number=page_number())
    if page.number == 1 and not page.rows:
        raise NotFound
    return render_template("forum/tag.html", tag=row, page=page)
