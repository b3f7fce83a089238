"""One's own pages, in one place."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.sessions import signed_in_only
from app.community.routes.room import blueprint


@blueprint.get("/me")
@signed_in_only
def mine() -> ResponseReturnValue:
    return render_template("community/mine.html")
