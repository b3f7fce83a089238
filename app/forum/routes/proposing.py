"""Suggesting a change to what others wrote, and deciding on it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import Problem
from app.core.web.forms import answered, posted_id
from app.core.web.pages import page_number
from app.forum import mentioning, operations, policy, queries
from app.forum.forms import ProposeForm, ProposeThreadForm, ReviewForm, tag_names
from app.forum.models import ProposalState
from app.forum.routes.room import blueprint
from app.forum.visitors import sign_in_first, visitor_key


@blueprint.route("/p/<int:post_id>/propose", methods=["GET", "POST"])
def propose(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    if not actor.signed_in:
        return _keep_proposal(post_id)
    row, thread_row = queries.post(actor, post_id)
    if policy.propose(actor, row, thread_row):
        abort(404)
    opening = row.parent_id is None
    tags = ", ".join(queries.tags_of([thread_row.id])[thread_row.id]) if opening else ""
    written = {"source": row.source, "version": row.version, "title": thread_row.title, "tags": tags}
    kept = (
        queries.draft(actor, visitor_key(), operations.propose_draft(post_id))
        if "kept" in request.args
        else {}
    )
    form = (ProposeThreadForm if opening else ProposeForm)(data={**written, **kept})
    if opening:
        # A topic is the author's and the moderators' to choose.
        del form.space_id
    url = queries.url_of(thread_row, _anchor=f"p-{row.id}")
    shown = None
    if "preview" in request.form:
        shown = mentioning.rendered(form.source.data)[0].html if form.source.validate(form) else None
    elif form.validate_on_submit():
        try:
            operations.propose(
                actor,
                post_id=post_id,
                version=posted_id(form.version.data) or 0,
                source=form.source.data,
                title=form.title.data if isinstance(form, ProposeThreadForm) else None,
                tags=tag_names(form.tags.data) if isinstance(form, ProposeThreadForm) else None,
                reason=form.reason.data,
                token=form.token,
                visitor=visitor_key(),
            )
        except Problem as problem:
            form.refuse(problem)
            # Whoever has now been told that it changed may suggest it for the newest version.
            form.version.data = str(queries.post(actor, post_id)[0].version)
        else:
            flash(_("Thank you. Your suggestion waits for a second pair of eyes."), "info")
            return redirect(url, 303)
    page = render_template("forum/propose.html", form=form, url=url, shown=shown, opening=opening)
    return answered(page, form)


@blueprint.get("/review/edits")
@signed_in_only
def proposals() -> ResponseReturnValue:
    return render_template("forum/proposals.html", page=queries.proposals(current_actor(), page_number()))


@blueprint.route("/review/edits/<int:proposal_id>", methods=["GET", "POST"])
@signed_in_only
def review(proposal_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.proposal(actor, proposal_id)
    form = ReviewForm()
    if form.validate_on_submit():
        try:
            if request.form.get("decision") == "approve":
                operations.approve(actor, proposal_id=proposal_id, word=form.word.data)
                flash(_("Changed, in the name of whoever suggested it."))
            else:
                operations.decline(actor, proposal_id=proposal_id, word=form.word.data)
                flash(_("Left as it was. Whoever suggested it reads your word."), "info")
        except Problem as problem:
            form.refuse(problem)
            found = queries.proposal(actor, proposal_id)
        else:
            return redirect(found.url, 303)
    may_review = (
        found.proposal.state == ProposalState.PENDING
        and policy.review(actor, found.proposal, found.post, found.thread) is None
    )
    page = render_template("forum/proposal.html", form=form, found=found, may_review=may_review)
    return answered(page, form)


def _keep_proposal(post_id: int) -> ResponseReturnValue:
    """Visitors sign in first; whoever was signed out midway finds what they wrote afterwards."""
    if request.method != "POST":
        return redirect(url_for("accounts.sign_in", next=url_for("forum.propose", post_id=post_id)), 303)
    queries.post(current_actor(), post_id)
    form = ProposeThreadForm()
    names = ("source", "version", "title", "tags", "reason")
    typed = {name: form[name].data for name in names if name in request.form}
    back = url_for("forum.propose", post_id=post_id, kept=1)
    message = _("What you changed is kept. Sign in, then suggest it.")
    return sign_in_first(operations.propose_draft(post_id), typed, back, message)
