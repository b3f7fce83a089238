"""Pages of questions."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Actor
from app.accounts.sessions import current_actor, signed_in_only
from app.core.parts import part
from app.core.problems import Problem
from app.core.text import clean_line, clean_text, render
from app.core.web.forms import answered, posted_id
from app.core.web.limits import SUGGEST, limiter
from app.core.web.pages import page_number
from app.forum import queries as trunk
from app.forum.forms import tag_names
from app.forum.models import LONGEST_TITLE, Thread
from app.forum.operations import keep_draft
from app.forum.visitors import sign_in_first, visitor_key
from app.questions import operations, policy, queries
from app.questions.forms import AnswerForm, AskForm, ReplyForm
from app.questions.ports import Match, Suggest, Support

blueprint = Blueprint("questions", __name__)


@blueprint.get("/questions")
def index() -> ResponseReturnValue:
    page = queries.latest(current_actor(), page_number())
    return render_template("questions/index.html", page=page, tags=trunk.popular_tags())


@blueprint.get("/unsolved")
def unsolved() -> ResponseReturnValue:
    return render_template("questions/unsolved.html", page=queries.unsolved(current_actor(), page_number()))


@blueprint.get("/ask")
def ask() -> ResponseReturnValue:
    actor = current_actor()
    form = _ask_form(actor)
    matches = _matches(actor, form) if form.title.data else []
    return _ask_page(form, matches, kept=bool(form.source.data))


@blueprint.post("/ask")
def post() -> ResponseReturnValue:
    """Matches are shown once before anything is posted, unless they were while it was typed."""
    actor = current_actor()
    if solved_by := posted_id(request.form.get("solved")):
        return _solved(actor, solved_by, _ask_form(actor))
    form = _ask_form(actor)
    matches = [] if form.looked.data else _matches(actor, form)
    if thread_id := operations.asked(actor, form.token):
        return redirect(trunk.thread_url("question", thread_id, form.title.data), 303)
    if "look" in request.form or (matches and form.title.validate(form)):
        form.looked.data = "1" if matches else "0"
        return _ask_page(form, matches, looked=True)
    if "preview" in request.form:
        shown = render(form.source.data).html if form.source.validate(form) else None
        return _ask_page(form, [], shown=shown)
    if not form.validate():
        return _ask_page(form, _matches(actor, form))
    return _post(actor, form) if actor.signed_in else _keep_question(form)


@blueprint.post("/ask/suggest")
@limiter.limit(SUGGEST)
def suggest() -> ResponseReturnValue:
    """The fragment under the title while somebody types."""
    title = clean_line(request.form.get("title", ""))[:LONGEST_TITLE]
    body = clean_text(request.form.get("source", ""))
    matches = part(Suggest)(current_actor(), title=title, body=body)
    return render_template("parts/suggestions.html", matches=matches, fragment=True)


@blueprint.get("/questions/<int:thread_id>", defaults={"slug": ""})
@blueprint.get("/questions/<int:thread_id>/<slug>")
def show(thread_id: int, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - it only decorates
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, "question")
    url = trunk.thread_url(thread.kind, thread.id, thread.title)
    if request.path != url:
        return redirect(url, 301)
    if not actor.signed_in:
        return _question_page(actor, thread_id)
    kept = trunk.draft(actor, visitor_key(), operations.answer_draft(thread_id))
    reply_to = posted_id(request.args.get("reply"))
    kept_reply = trunk.draft(actor, visitor_key(), operations.reply_draft(reply_to)) if reply_to else {}
    return _question_page(
        actor,
        thread_id,
        answer_form=AnswerForm(formdata=None, data=kept),
        reply_form=ReplyForm(formdata=None, data=kept_reply),
        reply_to=reply_to,
    )


@blueprint.post("/questions/<int:thread_id>/answers")
def answer(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, "question")
    form = AnswerForm()
    if "preview" in request.form:
        shown = render(form.source.data).html if form.source.validate(form) else None
        return _question_page(actor, thread_id, answer_form=form, shown=shown)
    if not actor.signed_in:
        return _keep_answer(thread, form)
    if not form.validate():
        return _question_page(actor, thread_id, answer_form=form)
    try:
        post_id = operations.answer(
            actor, thread_id=thread_id, source=form.source.data, token=form.token, visitor=visitor_key()
        )
    except Problem as problem:
        form.refuse(problem)
        return _question_page(actor, thread_id, answer_form=form)
    return redirect(_post_url(actor, post_id), 303)


@blueprint.post("/posts/<int:post_id>/replies")
def reply(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    _row, thread = trunk.post(actor, post_id)
    form = ReplyForm()
    if not actor.signed_in:
        return _keep_reply(post_id, thread, form)
    if not form.validate():
        return _question_page(actor, thread.id, reply_form=form, reply_to=post_id)
    try:
        reply_id = operations.reply(
            actor, post_id=post_id, source=form.source.data, token=form.token, visitor=visitor_key()
        )
    except Problem as problem:
        form.refuse(problem)
        return _question_page(actor, thread.id, reply_form=form, reply_to=post_id)
    return redirect(_post_url(actor, reply_id), 303)


@blueprint.post("/posts/<int:post_id>/accept")
@signed_in_only
def accept(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    try:
        operations.accept(actor, post_id=post_id, seen=posted_id(request.form.get("seen")))
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("Marked as the accepted answer. Thank you for closing the loop."))
    return redirect(_post_url(actor, post_id), 303)


@blueprint.post("/questions/<int:thread_id>/unaccept")
@signed_in_only
def unaccept(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, "question")
    try:
        operations.unaccept(actor, thread_id=thread_id, seen=posted_id(request.form.get("seen")) or 0)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("The mark is gone; the question is open again."), "info")
    return redirect(trunk.thread_url(thread.kind, thread.id, thread.title), 303)


def _ask_form(actor: Actor) -> AskForm:
    """What was kept, under what the address or the sent form says."""
    kept = trunk.draft(actor, visitor_key(), "ask")
    form = AskForm(data={"title": clean_line(request.args.get("title", "")), **kept})
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
        )
    except Problem as problem:
        form.refuse(problem)
        return _ask_page(form, [])
    return redirect(trunk.thread_url("question", thread_id, form.title.data), 303)


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
    return redirect(trunk.thread_url(thread.kind, thread.id, thread.title), 303)


def _typed(form: AskForm) -> dict[str, Any]:
    return {name: form[name].data for name in ("title", "looked", "source", "space_id", "tags")}


def _matches(actor: Actor, form: AskForm) -> list[Match]:
    return list(part(Suggest)(actor, title=form.title.data[:LONGEST_TITLE], body=form.source.data))


def _ask_page(
    form: AskForm,
    matches: list[Match],
    *,
    looked: bool = False,
    kept: bool = False,
    shown: str | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "questions/ask.html", form=form, matches=matches, looked=looked, kept=kept, shown=shown
    )
    return answered(page, form)


def _question_page(
    actor: Actor,
    thread_id: int,
    *,
    answer_form: AnswerForm | None = None,
    reply_form: ReplyForm | None = None,
    reply_to: int | None = None,
    shown: str | None = None,
) -> ResponseReturnValue:
    page = queries.page(actor, thread_id)
    context: dict[str, Any] = {
        "page": page,
        "url": trunk.thread_url("question", thread_id, page.thread.title),
    }
    if actor.signed_in:
        context |= {
            "answer_form": answer_form or AnswerForm(formdata=None),
            "reply_form": reply_form or ReplyForm(formdata=None),
            "reply_to": reply_to,
            "shown": shown,
            "may_choose": policy.choose(actor, page.thread) is None,
        }
    context |= {
        "may_answer": policy.answer(actor, page.thread) is None,
        "support_url": part(Support).offer(actor, thread_id),
        "errors": any(form and form.errors for form in (answer_form, reply_form)),
    }
    return answered(render_template("questions/show.html", **context), answer_form, reply_form)


def _keep_answer(thread: Thread, form: AnswerForm) -> ResponseReturnValue:
    """The person was signed out midway: what they wrote waits for them."""
    back = trunk.thread_url(thread.kind, thread.id, thread.title, _anchor="answer")
    message = _("Your answer is kept. Sign in, then post it.")
    return sign_in_first(operations.answer_draft(thread.id), {"source": form.source.data}, back, message)


def _keep_reply(post_id: int, thread: Thread, form: ReplyForm) -> ResponseReturnValue:
    back = trunk.thread_url(thread.kind, thread.id, thread.title, reply=post_id, _anchor=f"reply-{post_id}")
    message = _("Your reply is kept. Sign in, then post it.")
    return sign_in_first(operations.reply_draft(post_id), {"source": form.source.data}, back, message)


def _post_url(actor: Actor, post_id: int) -> str:
    post, thread = trunk.post(actor, post_id)
    return trunk.thread_url(thread.kind, thread.id, thread.title, _anchor=f"p-{post.id}")
