"""Answering and replying."""

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor
from app.core.problems import Problem
from app.core.text import render
from app.forum import queries as trunk
from app.forum.models import Thread
from app.forum.visitors import sign_in_first, visitor_key
from app.questions import operations
from app.questions.forms import AnswerForm, ReplyForm
from app.questions.routes.room import blueprint, post_url, question_page


@blueprint.post("/questions/<int:thread_id>/answers")
def answer(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, "question")
    form = AnswerForm()
    if "preview" in request.form:
        shown = render(form.source.data).html if form.source.validate(form) else None
        return question_page(actor, thread_id, answer_form=form, shown=shown)
    if not actor.signed_in:
        return _keep_answer(thread, form)
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
    return redirect(post_url(actor, post_id), 303)


@blueprint.post("/posts/<int:post_id>/replies")
def reply(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    _row, thread = trunk.post(actor, post_id)
    form = ReplyForm()
    if not actor.signed_in:
        return _keep_reply(post_id, thread, form)
    if not form.validate():
        return question_page(actor, thread.id, reply_form=form, reply_to=post_id)
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
        return question_page(actor, thread.id, reply_form=form, reply_to=post_id)
    return redirect(post_url(actor, reply_id), 303)


def _keep_answer(thread: Thread, form: AnswerForm) -> ResponseReturnValue:
    """The person was signed out midway: what they wrote waits for them."""
    back = trunk.thread_url(thread.kind, thread.id, thread.title, _anchor="answer")
    message = _("Your answer is kept. Sign in, then post it.")
    return sign_in_first(operations.answer_draft(thread.id), {"source": form.source.data}, back, message)


def _keep_reply(post_id: int, thread: Thread, form: ReplyForm) -> ResponseReturnValue:
    back = trunk.thread_url(thread.kind, thread.id, thread.title, reply=post_id, _anchor=f"reply-{post_id}")
    message = _("Your reply is kept. Sign in, then post it.")
    return sign_in_first(operations.reply_draft(post_id), {"source": form.source.data}, back, message)
