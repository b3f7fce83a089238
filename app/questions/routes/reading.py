"""Lists of questions, and the page of one."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor
from app.core.web.forms import posted_id
from app.core.web.pages import page_number
from app.forum import queries as trunk
from app.forum.visitors import visitor_key
from app.questions import operations, queries
from app.questions.forms import AnswerForm
from app.questions.routes.room import blueprint, question_page


@blueprint.get("/questions")
def index() -> ResponseReturnValue:
    page = queries.latest(current_actor(), page_number())
    return render_template("questions/index.html", page=page, tags=trunk.popular_tags())


@blueprint.get("/unsolved")
def unsolved() -> ResponseReturnValue:
    return render_template("questions/unsolved.html", page=queries.unsolved(current_actor(), page_number()))


@blueprint.get("/questions/<int:thread_id>", defaults={"slug": ""})
@blueprint.get("/questions/<int:thread_id>/<slug>")
def show(thread_id: int, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - it only decorates
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, "question")
    url = trunk.thread_url(thread.kind, thread.id, thread.title)
    if request.path != url:
        return redirect(url, 301)
    if not actor.signed_in:
        return question_page(actor, thread_id)
    kept = trunk.draft(actor, visitor_key(), operations.answer_draft(thread_id))
    return question_page(
        actor,
        thread_id,
        answer_form=AnswerForm(formdata=None, data=kept),
        reply_to=posted_id(request.args.get("reply")),
        kept=bool(kept),
    )
