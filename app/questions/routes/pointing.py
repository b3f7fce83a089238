"""Saying that a question was asked before, and that it was not."""

import re
from urllib.parse import urlsplit

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Actor
from app.accounts.sessions import current_actor, signed_in_only
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.web.forms import answered, posted_id
from app.forum import queries as trunk
from app.forum.models import LONGEST_TITLE, Thread
from app.questions import operations, policy
from app.questions.forms import DiffersForm, DuplicateForm
from app.questions.models import KIND, State
from app.questions.ports import Suggest
from app.questions.routes.room import blueprint

_THREAD = re.compile(r"/(?:questions|t)/(\d+)(?:/|$)")
_POST = re.compile(r"/p/(\d+)(?:/|$)")


@blueprint.route("/questions/<int:thread_id>/duplicate", methods=["GET", "POST"])
@signed_in_only
def duplicate(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, KIND)
    if thread.state != State.DUPLICATE and policy.mark_duplicate(actor, thread):
        abort(404)
    form = DuplicateForm()
    if form.validate_on_submit():
        try:
            of_id = named_thread(actor, form.of.data)
            operations.mark_duplicate(actor, thread_id=thread_id, of_id=of_id)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("It points to the earlier question now."))
            return redirect(_url(thread), 303)
    matches = part(Suggest)(actor, title=thread.title[:LONGEST_TITLE], exclude=thread_id)
    page = render_template(
        "questions/duplicate.html", form=form, thread=thread, url=_url(thread), matches=matches
    )
    return answered(page, form)


@blueprint.post("/questions/<int:thread_id>/unmark")
@signed_in_only
def unmark(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, KIND)
    try:
        operations.unmark_duplicate(actor, thread_id=thread_id)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("It stands on its own again."))
    return redirect(_url(thread), 303)


@blueprint.route("/questions/<int:thread_id>/differs", methods=["GET", "POST"])
@signed_in_only
def differs(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, KIND)
    if policy.say_differs(actor, thread):
        abort(404)
    form = DiffersForm()
    if form.validate_on_submit():
        try:
            operations.say_differs(actor, thread_id=thread_id, differs=form.differs.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Your question stands on its own again, with what differs above it."))
            return redirect(_url(thread), 303)
    page = render_template("questions/differs.html", form=form, thread=thread, url=_url(thread))
    return answered(page, form)


def named_thread(actor: Actor, typed: str) -> int:
    """The thread that a pasted address or a number names. Raises Problem when it names none of this site's."""
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        raise Problem(policy.NO_SUCH_QUESTION, field="of") from None
    if (parts.scheme or parts.netloc) and parts.netloc != request.host:
        raise Problem(_("That address leads elsewhere. Paste one of this site."), field="of")
    if number := posted_id(typed.strip().removeprefix("#")):
        return number
    if (named := _THREAD.search(parts.path)) and (number := posted_id(named[1])):
        return number
    if (named := _POST.search(parts.path)) and (number := posted_id(named[1])):
        try:
            return trunk.post(actor, number)[1].id
        except NotFound:
            pass
    raise Problem(policy.NO_SUCH_QUESTION, field="of")


def _url(thread: Thread) -> str:
    return trunk.url_of(thread)
