"""The blueprint, and what more than one of its pages does."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor
from app.core.problems import NotFound, Problem
from app.core.text import render
from app.desk import operations, policy, refs
from app.desk.forms import ReplyForm
from app.forum import operations as forum
from app.forum.visitors import visitor_key

blueprint = Blueprint("desk", __name__)


def require_desk() -> None:
    """Raises NotFound where there is no desk."""
    if not policy.has_desk():
        raise NotFound


def send_reply(ref: str, endpoint: str, page: Callable[..., ResponseReturnValue]) -> ResponseReturnValue:
    """Take a public message and lead back to `endpoint`; `page` shows the form again, filled in."""
    actor = current_actor()
    form = ReplyForm()
    source = form.source.data
    if not actor.signed_in:
        return sign_in_first(draft_name(ref), {"source": source}, url_for(endpoint, ref=ref))
    if "preview" in request.form:
        shown = render(source).html if form.source.validate(form) else None
        return page(ref, reply_form=form, shown=shown)
    if not form.validate():
        return page(ref, reply_form=form)
    try:
        message_id = operations.reply(actor, ref=ref, source=source, token=form.token, visitor=visitor_key())
    except Problem as problem:
        form.refuse(problem)
        return page(ref, reply_form=form)
    return redirect(url_for(endpoint, ref=ref, _anchor=f"m-{message_id}"), 303)


def sign_in_first(name: str, typed: Mapping[str, Any], back: str) -> ResponseReturnValue:
    """Whoever is signed out, or was midway, finds what they wrote when they are back."""
    forum.keep_draft(current_actor(), visitor_key(make=True), name, typed)
    flash(_("What you wrote is kept. Sign in, then send it."), "info")
    return redirect(url_for("accounts.sign_in", next=back), 303)


def draft_name(ref: str, *, internal: bool = False) -> str:
    """Where an unsent message to a ticket waits. Raises NotFound for what cannot be a reference."""
    return operations.reply_draft(refs.canonical(ref), internal=internal)
