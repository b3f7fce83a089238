"""The blueprint, and the page that more than one of its views answers with."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.actor import Actor
from app.core.parts import part
from app.core.web.forms import answered
from app.forum import queries as trunk
from app.questions import policy, queries
from app.questions.forms import AnswerForm, ReplyForm
from app.questions.keeping import kept
from app.questions.ports import Support

blueprint = Blueprint("questions", __name__)


def question_page(
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
        "kept": kept(actor, page.thread, {row.author.id for row in (page.opening, *page.opening.below())}),
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


def post_url(actor: Actor, post_id: int) -> str:
    post, thread = trunk.post(actor, post_id)
    return trunk.thread_url(thread.kind, thread.id, thread.title, _anchor=f"p-{post.id}")
