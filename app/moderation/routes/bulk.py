"""Deciding about many targets at once: first what would change, then the change, then taking it back."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import NotFound, Problem
from app.core.web.forms import answered
from app.moderation import operations, queries
from app.moderation.acts import ACTS, Details, Verb
from app.moderation.forms import DecideForm
from app.moderation.operations import MOST_AT_ONCE, Seen
from app.moderation.routes.deciding import seen_of, verb_sent
from app.moderation.routes.queueing import back_to_queue, filters
from app.moderation.routes.room import blueprint
from app.moderation.words import Reason

VERBS = (Verb.KEEP, Verb.HIDE, Verb.REMOVE)


@blueprint.post("/mod/queue/preview")
@signed_in_only
@staff_only(Role.MODERATOR)
def preview() -> ResponseReturnValue:
    """Exactly what would change, and what would not and why."""
    return _preview(DecideForm())


@blueprint.post("/mod/queue/decide")
@signed_in_only
@staff_only(Role.MODERATOR)
def decide_many() -> ResponseReturnValue:
    form = DecideForm()
    verb = _verb()
    chosen = _chosen()
    if not chosen:
        flash(_("Choose something first."), "error")
        return back_to_queue()
    if not form.validate():
        return _preview(form)
    reason = Reason(form.reason.data) if form.reason.data else None
    if "reason" in ACTS[verb].needs and reason is None:
        form.refuse(Problem(operations.SAY_WHY, field="reason"))
        return _preview(form)
    _batch, left = operations.decide_many(
        current_actor(),
        verb=verb,
        details=Details(reason=reason, said=form.said.data),
        seen=chosen,
        token=form.token,
    )
    done = len(chosen) - len(left)
    if done:
        flash(ngettext("Decided about %(num)s.", "Decided about %(num)s at once.", done))
    for _review_id, why in left[:3]:
        flash(why, "error")
    if len(left) > 3:
        flash(ngettext("%(num)s more was left.", "%(num)s more were left.", len(left) - 3), "error")
    return back_to_queue()


@blueprint.post("/mod/batches/<batch>/undo")
@signed_in_only
@staff_only(Role.MODERATOR)
def undo_batch(batch: str) -> ResponseReturnValue:
    done = operations.undo_batch(current_actor(), batch=batch)
    flash(
        ngettext("Took %(num)s decision back.", "Took %(num)s decisions back.", done)
        if done
        else _("Nothing of it could be taken back any more.")
    )
    return back_to_queue()


def _preview(form: DecideForm) -> ResponseReturnValue:
    chosen = _chosen()
    if not chosen:
        flash(_("Choose something first."), "error")
        return back_to_queue()
    verb = _verb()
    page = render_template(
        "moderation/preview.html",
        form=form,
        verb=verb,
        act=ACTS[verb],
        rows=queries.previewed(current_actor(), verb, chosen),
        filters=filters(),
    )
    return answered(page, form if form.errors else None)


def _verb() -> Verb:
    """The button that was pressed. Raises NotFound for what is not done to many at once."""
    verb = verb_sent()
    if verb not in VERBS:
        raise NotFound
    return verb


def _chosen() -> dict[int, Seen]:
    """The targets that were ticked, with what their reader saw."""
    pairs = (seen_of(sent) for sent in request.form.getlist("chosen")[:MOST_AT_ONCE])
    return {review_id: seen for review_id, seen in pairs if review_id}
