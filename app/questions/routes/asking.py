"""Asking: existing answers first, then the question."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Actor
from app.accounts.sessions import current_actor
from app.core.parts import part
from app.core.problems import Problem
from app.core.text import clean_line
from app.core.web.forms import answered, posted_id
from app.core.web.limits import SUGGEST, limiter
from app.core.web.urls import takes_files
from app.forum import albums, mentioning
from app.forum import queries as trunk
from app.forum.albums import AlbumPart
from app.forum.forms import tag_names
from app.forum.masking import public
from app.forum.models import LONGEST_TITLE
from app.forum.operations import Album, keep_draft
from app.forum.visitors import sign_in_first, visitor_key
from app.questions import operations
from app.questions.forms import AskForm
from app.questions.models import KIND
from app.questions.ports import Match, Suggest
from app.questions.routes.room import blueprint

ASKED = ("title", "looked", "source", "space_id", "tags", "guessed_space", "guessed_tags")
"""What a kept question consists of."""


@blueprint.get("/ask")
def ask() -> ResponseReturnValue:
    actor = current_actor()
    form = _ask_form(actor)
    matches = _matches(actor, form) if form.title.data else []
    _guess(actor, form, matches)
    return _ask_page(form, matches, kept=bool(trunk.draft(actor, visitor_key(), "ask")))


@blueprint.post("/ask")
@takes_files
def post() -> ResponseReturnValue:
    """Matches are shown once before anything is posted, unless they were while it was typed."""
    actor = current_actor()
    if solved_by := posted_id(request.form.get("solved")):
        return _solved(actor, solved_by, _ask_form(actor))
    form = _ask_form(actor)
    matches = [] if form.looked.data else _matches(actor, form)
    if thread_id := operations.asked(actor, form.token):
        return redirect(trunk.thread_url(KIND, thread_id, public(form.title.data)), 303)
    album = albums.taken(actor, Album(form="ask"))
    if album.answers or album.errors:
        return _ask_page(form, _matches(actor, form), looked=bool(form.looked.data), album=album)
    if "look" in request.form or (matches and form.title.validate(form)):
        form.looked.data = "1" if matches else "0"
        _guess(actor, form, matches)
        return _ask_page(form, matches, looked=True)
    if "preview" in request.form:
        shown = mentioning.rendered(form.source.data)[0].html if form.source.validate(form) else None
        return _ask_page(form, [], shown=shown)
    if not form.validate():
        return _ask_page(form, _matches(actor, form))
    return _post(actor, form) if actor.signed_in else _keep_question(form)


@blueprint.post("/ask/suggest")
@limiter.limit(SUGGEST)
def suggest() -> ResponseReturnValue:
    """What comes while somebody types the title: the matches under it, and the guessed topic and tags."""
    actor = current_actor()
    form = _form({})
    matches = _matches(actor, form)
    _guess(actor, form, matches)
    return render_template("questions/suggested.html", form=form, matches=matches)


def _ask_form(actor: Actor) -> AskForm:
    """What was kept, under what the address or the sent form says."""
    kept = trunk.draft(actor, visitor_key(), "ask")
    return _form({"title": clean_line(request.args.get("title", "")), **kept})


def _form(data: dict[str, Any]) -> AskForm:
    form = AskForm(data=data)
    form.space_id.choices = [(space.id, space.name) for space in trunk.spaces()]
    return form


def _post(actor: Actor, form: AskForm) -> ResponseReturnValue:
    try:
        thread_id = operations.ask(
            actor,
            title=form.title.data,
            source=form.source.data,
            space_id=int(form.space_id.data or 0),
            tags=tag_names(form.tags.data),
            token=form.token,
            visitor=visitor_key(),
            refused_matches=form.looked.data == "1",
            checked=form.seen,
        )
    except Problem as problem:
        form.refuse(problem)
        return _ask_page(form, [])
    return redirect(trunk.thread_url(KIND, thread_id, public(form.title.data)), 303)


def _keep_question(form: AskForm) -> ResponseReturnValue:
    """Anybody may write a question; posting it takes a person."""
    message = _("Your question is kept. Sign in or register, then post it.")
    return sign_in_first("ask", _typed(form), url_for("questions.ask"), message)


def _solved(actor: Actor, thread_id: int, form: AskForm) -> ResponseReturnValue:
    """Somebody found their answer. What they had written stays, should it turn out not to be one."""
    thread = trunk.thread(actor, thread_id)
    operations.solved_by(actor, thread_id=thread_id, form="ask", token=form.token, visitor=visitor_key())
    if form.source.data:
        keep_draft(actor, visitor_key(make=True), "ask", _typed(form))
        flash(_("Good. Nothing was posted; should this not be it, what you wrote is kept under Ask."))
    else:
        flash(_("Good. Nothing was posted."))
    return redirect(trunk.url_of(thread), 303)


def _typed(form: AskForm) -> dict[str, Any]:
    return {name: form[name].data for name in ASKED}


def _matches(actor: Actor, form: AskForm) -> list[Match]:
    return list(part(Suggest)(actor, title=form.title.data[:LONGEST_TITLE], body=form.source.data))


def _guess(actor: Actor, form: AskForm, matches: list[Match]) -> None:
    """Fill in topic and tags for whoever has begun to write and chose none yet."""
    if title := form.title.data[:LONGEST_TITLE]:
        form.fill_in(trunk.guess(actor, [match.thread_id for match in matches], tag_names(title)))


def _ask_page(
    form: AskForm,
    matches: list[Match],
    *,
    looked: bool = False,
    kept: bool = False,
    shown: str | None = None,
    album: AlbumPart | None = None,
) -> ResponseReturnValue:
    album = album or albums.shown(current_actor(), Album(form="ask"))
    page = render_template(
        "questions/ask.html",
        form=form,
        matches=matches,
        looked=looked,
        kept=kept,
        shown=shown,
        album=album,
        errors=bool(form.errors or album.errors),
    )
    return (page, 422) if album.errors else answered(page, form)
