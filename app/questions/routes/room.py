"""The blueprint, and the page that more than one of its views answers with."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.actor import Actor
from app.core.parts import part
from app.core.web.forms import answered
from app.forum import queries as trunk
from app.forum.visitors import visitor_key
from app.questions import policy, queries
from app.questions.forms import AnswerForm, ReplyForm
from app.questions.operations import reply_draft
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
    shown_reply: str | None = None,
    kept: bool = False,
) -> ResponseReturnValue:
    page = queries.page(actor, thread_id)
    context: dict[str, Any] = {
        "page": page,
        "url": trunk.thread_url("question", thread_id, page.thread.title),
    }
    if actor.signed_in:
        context |= {
            "answer_form": answer_form or AnswerForm(formdata=None),
            "reply_form": reply_form,
            "blank_reply": ReplyForm(formdata=None),
            "reply_to": reply_to,
            "shown": shown,
            "shown_reply": shown_reply,
            "kept": kept,
            "kept_replies": _kept_replies(actor),
            "may_choose": policy.choose(actor, page.thread) is None,
        }
    context |= {
        "may_answer": policy.answer(actor, page.thread) is None,
        "support_url": part(Support).offer(actor, thread_id),
        "errors": any(form and form.errors for form in (answer_form, reply_form)),
    }
    return answered(render_template("questions/show.html", **context), answer_form, reply_form)


def _kept_replies(actor: Actor) -> dict[int, ReplyForm]:
    """The forms of replies begun earlier, by the post replied to."""
    kept = trunk.drafts_beginning(actor, visitor_key(), reply_draft(None))
    return {
        int(form.partition(":")[2]): ReplyForm(formdata=None, data=fields) for form, fields in kept.items()
    }


def post_url(actor: Actor, post_id: int) -> str:
    post, thread = trunk.post(actor, post_id)
    return trunk.thread_url(thread.kind, thread.id, thread.title, _anchor=f"p-{post.id}")
