"""Lists of questions, and the page of one."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import Actor
from app.accounts.sessions import current_actor
from app.core.parts import part
from app.core.problems import NotFound
from app.core.web.forms import posted_id
from app.core.web.limits import SUGGEST, limiter
from app.core.web.pages import page_number
from app.forum import queries as trunk
from app.forum.albums import AlbumPart
from app.forum.operations import Album
from app.forum.readings import Readings
from app.forum.visitors import visitor_key
from app.questions import operations, queries
from app.questions.forms import AnswerForm, ReplyForm
from app.questions.models import KIND
from app.questions.ordering import Sort
from app.questions.ports import Suggest
from app.questions.routes.room import blueprint, question_page

RELATED_SHOWN = 4


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
    place: dict[str, Any] = {"number": page_number(), "sort": _sort(), "asked_at": request.path}
    if "page" not in request.args:
        place["around"] = posted_id(request.args.get("post"))
    if actor.signed_in:
        place |= _typed(actor, thread_id)
    try:
        page = question_page(actor, thread_id, **place)
    except NotFound:
        return redirect(trunk.merged_url(actor, thread_id), 301)
    # Only now: what is not there, or not for them to see, nobody has read.
    part(Readings).note(actor, thread_id, address=request.remote_addr or "", agent=request.user_agent.string)
    return page


@blueprint.get("/questions/<int:thread_id>/related")
@limiter.limit(SUGGEST)
def related(thread_id: int) -> ResponseReturnValue:
    """The fragment of threads close to this one; without script the search for them."""
    actor = current_actor()
    thread = trunk.thread(actor, thread_id, KIND)
    if "HX-Request" not in request.headers:
        return redirect(url_for("search.index", q=thread.title))
    matches = part(Suggest)(actor, title=thread.title, limit=RELATED_SHOWN, exclude=thread_id)
    return render_template("questions/related.html", matches=matches)


def _typed(actor: Actor, thread_id: int) -> dict[str, Any]:
    """What somebody has begun to write in this question."""
    name = operations.answer_draft(thread_id)
    kept, with_photos = trunk.draft_and_photos(actor, visitor_key(), name)
    reply_to = posted_id(request.args.get("reply"))
    kept_reply = trunk.draft(actor, visitor_key(), operations.reply_draft(reply_to)) if reply_to else {}
    return {
        "answer_form": AnswerForm(formdata=None, data=kept),
        "reply_form": ReplyForm(formdata=None, data=kept_reply),
        "reply_to": reply_to,
        "kept": bool(kept),
        "album": None if with_photos else AlbumPart(Album(form=name), []),
    }


def _sort() -> Sort:
    asked = request.args.get("sort")
    return Sort(asked) if asked in set(Sort) else Sort.BEST
