"""Drafts: kept while somebody types, listed, thrown away."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import NotFound
from app.core.text import clean_text
from app.core.web.forms import Form
from app.core.web.limits import DRAFTS, limiter
from app.core.web.urls import safe_next
from app.forum import operations, queries
from app.forum.routes.room import blueprint
from app.forum.visitors import visitor_key


@blueprint.post("/drafts")
@limiter.limit(DRAFTS)
def save_draft() -> ResponseReturnValue:
    """Keep what is in the form `draft` so far: 204, or 410 when that form was posted or begun anew meanwhile."""
    actor = current_actor()
    name = request.form.get("draft", "")
    place = queries.place_of(actor, name)
    if place is None:
        raise NotFound
    fields = (*place.words, *place.rest)
    typed = {field: clean_text(request.form[field]) for field in fields if field in request.form}
    kept = operations.keep_typing(
        actor,
        visitor_key(make=not actor.signed_in),
        name,
        typed,
        words=any(typed.get(field, "").strip() for field in place.words),
        token=Form().token,
    )
    return "", 204 if kept else 410


@blueprint.post("/drafts/discard")
def discard_draft() -> ResponseReturnValue:
    """Throw one away and go on where its form stands, or back to `next`."""
    actor = current_actor()
    name = request.form.get("draft", "")
    operations.throw_away(actor, visitor_key(), name, Form().token)
    place = queries.place_of(actor, name)
    back = place.url if place else url_for("home.latest")
    return redirect(safe_next(request.form.get("next"), back), 303)


@blueprint.get("/me/drafts")
@signed_in_only
def drafts() -> ResponseReturnValue:
    return render_template("forum/drafts.html", rows=queries.drafts(current_actor(), visitor_key()))
