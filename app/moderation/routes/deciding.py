"""Deciding about one target, and taking that back."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import NotFound, Problem
from app.core.web.forms import answered, posted_id
from app.forum.forms import tag_names
from app.forum.operations import prepared
from app.moderation import operations, queries
from app.moderation.acts import ACTS, Details, Upholds, Verb
from app.moderation.forms import DecideForm
from app.moderation.operations import Seen
from app.moderation.routes.queueing import back_to_queue, form_of, review_page
from app.moderation.routes.room import blueprint
from app.moderation.words import Reason
from app.questions.routes.pointing import named_thread

NEEDS_SECOND = _l("This needs two. The other moderators have been told, and nothing has happened yet.")


@blueprint.post("/mod/reviews/<int:review_id>/decide")
@signed_in_only
@staff_only(Role.MODERATOR)
def decide(review_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = DecideForm()
    verb = verb_sent()
    if form.validate():
        try:
            ref = operations.decide(
                actor,
                review_id=review_id,
                verb=verb,
                details=details_of(form, verb),
                seen=seen_of(form.seen.data or "")[1],
                token=form.token,
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(str(ACTS[verb].done if ref else NEEDS_SECOND))
            if request.form.get("from") == "review":
                return redirect(url_for("moderation.review", review_id=review_id), 303)
            return back_to_queue(posted_id(request.form.get("open")))
    opened = queries.pane(actor, review_id)
    if not form.source.data:
        form.source.data = form_of(opened).source.data
    return answered(review_page(opened, form), form)


@blueprint.post("/mod/decisions/<ref>/undo")
@signed_in_only
@staff_only(Role.MODERATOR)
def undo(ref: str) -> ResponseReturnValue:
    opened = None
    try:
        opened = operations.undo(current_actor(), ref=ref)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("Taken back. It waits again as it did before."))
    return back_to_queue(opened)


def verb_sent() -> Verb:
    """The button that was pressed. Raises NotFound for none of ours."""
    sent = request.form.get("verb", "")
    if sent not in set(Verb):
        raise NotFound
    return Verb(sent)


def details_of(form: DecideForm, verb: Verb) -> Details:
    """What the form says, as far as the act asks for it. Raises Problem for words the text pipeline refuses."""
    needs = ACTS[verb].needs
    # What is about no rule is not told as the breach of one, also where the form has a reason filled in.
    by_rule = ACTS[verb].upholds is not Upholds.NEITHER
    words = prepared(form.source.data, mentions=True) if "words" in needs and form.source.data else None
    return Details(
        reason=Reason(form.reason.data) if form.reason.data and by_rule else None,
        said=form.said.data,
        until=form.until.data,
        space_id=posted_id(form.space_id.data) if "space_id" in needs else None,
        tags=tuple(tag_names(form.tags.data)) if "tags" in needs else (),
        of=named_thread(current_actor(), form.of.data) if "of" in needs and form.of.data else None,
        title=form.title.data,
        words=words,
        photos=tuple(filter(None, map(posted_id, form.photos.data or ()))) if "photos" in needs else (),
    )


def seen_of(sent: str) -> tuple[int, Seen]:
    """`review:version:post version`, as rows say it; zeros for what is none."""
    review_id, version, post = ([posted_id(part) for part in sent.split(":")] + [None] * 3)[:3]
    return review_id or 0, Seen(version or 0, post)
