"""What a text will look like."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.core.text import clean_text, refusal, render
from app.core.web.limits import PREVIEW, limiter
from app.forum import mentioning
from app.forum.routes.room import blueprint


@blueprint.post("/preview")
@limiter.limit(PREVIEW)
def preview() -> ResponseReturnValue:
    """The fragment under an editor: what its text will look like; `private` texts link nobody's name."""
    source = clean_text(request.form.get("source", ""))
    if reason := refusal(source):
        return render_template("forum/preview.html", reason=reason)
    rendered = render(source) if "private" in request.args else mentioning.rendered(source)[0]
    return render_template("forum/preview.html", html=rendered.html if source else "")
