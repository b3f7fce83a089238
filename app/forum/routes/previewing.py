"""What a text will look like."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.text import clean_text, refusal
from app.core.web.limits import PREVIEW, limiter
from app.forum import mentioning
from app.forum.routes.room import blueprint


@blueprint.post("/preview")
@limiter.limit(PREVIEW)
def preview() -> ResponseReturnValue:
    """The fragment under an editor: what its text will look like."""
    source = clean_text(request.form.get("source", ""))
    if reason := refusal(source):
        return render_template("forum/preview.html", reason=reason)
    return render_template("forum/preview.html", html=mentioning.rendered(source)[0].html if source else "")
