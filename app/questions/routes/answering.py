"""Answering and replying."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Actor
from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import NotFound, Problem
from app.core.web.urls import takes_files
from app.forum import albums, mentioning
from app.forum import queries as trunk
from app.forum.models import Thread
from app.forum.operations import Album
from app.forum.visitors import sign_in_first, visitor_key
from app.questions import operations
from app.questions.forms import AnswerForm, ReplyForm
from app.questions.models import KIND
from app.questions.routes.room import blueprint, question_page


@blueprint.post("/questions/<int:thread_id>/answers")
@takes_files
def answer(thread_id: int) -> ResponseReturnValue:
    try:
        return _answered(thread_id)
    except NotFound:
        # The page it was written on may be that of a question merged since.
        there = trunk.standing_in([thread_id])[thread_id]
        if there == thread_id:
            raise
        return _answered(there)


def _answered(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = AnswerForm()
    if "preview" in request.form:
        shown = mentioning.rendered(form.source.data)[0].html if form.source.validate(form) else None
        return question_page(actor, thread_id, answer_form=form, shown=shown)
    if not actor.signed_in:
        return _keep_answer(trunk.thread(actor, thread_id, KIND), form)
    if albums.sent():
        trunk.thread(actor, thread_id, KIND)
        album = albums.taken(actor, Album(form=operations.answer_draft(thread_id)))
        if album.answers or album.errors:
            return question_page(actor, thread_id, answer_form=form, album=album)
    if not form.validate():
        return question_page(actor, thread_id, answer_form=form)
    try:
        post_id = operations.answer(
            actor,
            thread_id=thread_id,
            source=form.source.data,
            token=form.token,
            visitor=visitor_key(),
            checked=form.seen,
        )
    except Problem as problem:
        form.refuse(problem)
        return question_page(actor, thread_id, answer_form=form)
    return redirect(trunk.post_url(actor, post_id), 303)


@blueprint.get("/posts/<int:post_id>/replies")
@signed_in_only
def replying(post_id: int) -> ResponseReturnValue:
    """The form to reply to a post: alone where script asks for it, else open on the post's page."""
    actor = current_actor()
    row, thread = trunk.post(actor, post_id)
    if "HX-Request" not in request.headers:
        return redirect(_replying_url(thread, post_id), 303)
    kept = trunk.draft(actor, visitor_key(), operations.reply_draft(post_id))
    form = ReplyForm(formdata=None, data=kept)
    return render_template("questions/replying.html", form=form, post=row, name=trunk.author_name(row))


@blueprint.post("/posts/<int:post_id>/replies")
def reply(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = ReplyForm()
    if "preview" in request.form:
        shown = mentioning.rendered(form.source.data)[0].html if form.source.validate(form) else None
        return _again(actor, post_id, form, shown)
    if not actor.signed_in:
        _row, thread = trunk.post(actor, post_id)
        return _keep_reply(post_id, thread, form)
    if not form.validate():
        return _again(actor, post_id, form)
    try:
        reply_id = operations.reply(
            actor,
            post_id=post_id,
            source=form.source.data,
            token=form.token,
            visitor=visitor_key(),
            checked=form.seen,
        )
    except Problem as problem:
        form.refuse(problem)
        return _again(actor, post_id, form)
    return redirect(trunk.post_url(actor, reply_id), 303)


def _again(actor: Actor, post_id: int, form: ReplyForm, shown: str | None = None) -> ResponseReturnValue:
    """The question's page with the form to reply on it."""
    _row, thread = trunk.post(actor, post_id)
    return question_page(actor, thread.id, reply_form=form, reply_to=post_id, shown_reply=shown)


def _keep_answer(thread: Thread, form: AnswerForm) -> ResponseReturnValue:
    """The person was signed out midway: what they wrote waits for them."""
    back = trunk.url_of(thread, _anchor="answer")
    message = _("Your answer is kept. Sign in, then post it.")
    return sign_in_first(operations.answer_draft(thread.id), {"source": form.source.data}, back, message)


def _replying_url(thread: Thread, post_id: int) -> str:
    return trunk.url_of(thread, reply=post_id, _anchor=f"reply-{post_id}")


def _keep_reply(post_id: int, thread: Thread, form: ReplyForm) -> ResponseReturnValue:
    back = _replying_url(thread, post_id)
    message = _("Your reply is kept. Sign in, then post it.")
    return sign_in_first(operations.reply_draft(post_id), {"source": form.source.data}, back, message)
