"""The blueprint, and the page that more than one of its views answers with."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.actor import Actor
from app.core.parts import part
from app.core.web.forms import answered
from app.forum import albums
from app.forum import queries as trunk
from app.forum.albums import AlbumPart
from app.forum.operations import Album
from app.forum.policy import follow, vote_in
from app.questions import keeping, policy, queries
from app.questions.forms import AnswerForm, ReplyForm
from app.questions.models import KIND
from app.questions.operations import answer_draft
from app.questions.ordering import Sort
from app.questions.ports import Support
from app.questions.queries import QuestionPage

blueprint = Blueprint("questions", __name__)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The pages of a question, as `parts/pages.html` draws them, and where on them a post stands."""

    base: str
    page: QuestionPage

    @property
    def number(self) -> int:
        return self.page.number

    @property
    def more(self) -> bool:
        return self.page.number < self.page.last

    def url(self, number: int) -> str:
        """The address of a page, in the order chosen."""
        asked = {"sort": str(self.page.sort)} if self.page.sort is not Sort.BEST else {}
        asked |= {"page": str(number)} if number > 1 else {}
        return f"{self.base}?{urlencode(asked)}" if asked else self.base

    def to(self, post_id: int) -> str:
        """The way to a post of this question: on this page only its anchor."""
        number = self.page.pages.get(post_id, 1)
        return f"{'' if number == self.page.number else self.url(number)}#p-{post_id}"


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
    album: AlbumPart | None = None,
    number: int = 1,
    around: int | None = None,
    sort: Sort = Sort.BEST,
    asked_at: str | None = None,
) -> ResponseReturnValue:
    """Page `number` of a question, or the one that holds the post `around` or what is replied to.

    Asked for at another path than its own, it is redirected there.
    """
    page = queries.page(actor, thread_id, number=number, around=around or reply_to, sort=sort)
    url = trunk.thread_url(KIND, thread_id, page.thread.title)
    if asked_at not in (None, url):
        return redirect(f"{url}?{request.query_string.decode()}".rstrip("?"), 301)
    context: dict[str, Any] = {
        "page": page,
        "url": url,
        "numbers": Numbers(url, page),
        "kept": keeping.kept(actor, page.thread, {row.author.id for row in (page.opening, *page.rows)}),
    }
    if actor.signed_in:
        context |= {
            "answer_form": answer_form or AnswerForm(formdata=None),
            "reply_form": reply_form or ReplyForm(formdata=None),
            "reply_to": reply_to,
            "shown": shown,
            "album": album or albums.shown(actor, Album(form=answer_draft(thread_id))),
            "shown_reply": shown_reply,
            "has_draft": kept,
            "may_choose": policy.choose(actor, page.thread) is None,
            "may_have": policy.have_too(actor, page.thread) is None,
            "may_vote": vote_in(actor, page.thread) is None,
            "may_follow": follow(actor) is None,
        }
    standing = part(Support).standing(actor, thread_id) if page.went_to_support else None
    context |= {
        "may_answer": policy.answer(actor, page.thread) is None,
        "support_url": None if standing and standing.there else part(Support).offer(actor, thread_id),
        "standing": standing,
        "photos": trunk.photos_of(actor, [row.id for row in (page.opening, *page.rows) if row.photo_count]),
        "errors": any(form and form.errors for form in (answer_form, reply_form))
        or bool(album and album.errors),
    }
    return answered(render_template("questions/show.html", **context), answer_form, reply_form)
