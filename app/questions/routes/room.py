"""The blueprint, and the page that more than one of its views answers with."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.actor import Actor
from app.core.parts import part
from app.core.web.forms import answered
from app.forum import albums
from app.forum import queries as trunk
from app.forum.albums import AlbumPart
from app.forum.operations import Album
from app.questions import policy, queries
from app.questions.forms import AnswerForm, ReplyForm
from app.questions.operations import answer_draft
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
    album: AlbumPart | None = None,
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
            "album": album or albums.shown(actor, Album(form=answer_draft(thread_id))),
            "may_choose": policy.choose(actor, page.thread) is None,
        }
    context |= {
        "may_answer": policy.answer(actor, page.thread) is None,
        "support_url": part(Support).offer(actor, thread_id),
        "standing": part(Support).standing(actor, thread_id) if page.went_to_support else None,
        "photos": trunk.photos_of(
            [row.id for row in (page.opening, *page.opening.below()) if row.photo_count]
        ),
        "errors": any(form and form.errors for form in (answer_form, reply_form))
        or bool(album and album.errors),
    }
    return answered(render_template("questions/show.html", **context), answer_form, reply_form)


def post_url(actor: Actor, post_id: int) -> str:
    post, thread = trunk.post(actor, post_id)
    return trunk.thread_url(thread.kind, thread.id, thread.title, _anchor=f"p-{post.id}")
