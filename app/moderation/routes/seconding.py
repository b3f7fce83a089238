"""Agreeing with another moderator; with a signed link also from outside."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import NotFound, Problem
from app.core.web.forms import answered
from app.moderation import operations, queries
from app.moderation.forms import OutsideForm, SecondForm
from app.moderation.routes.queueing import form_of, review_page
from app.moderation.routes.room import blueprint


@blueprint.post("/mod/proposals/<int:proposal_id>")
@signed_in_only
@staff_only(Role.MODERATOR)
def second(proposal_id: int) -> ResponseReturnValue:
    """Agree or decline, from the target's page."""
    actor, form = current_actor(), SecondForm()
    review_id = queries.proposal(proposal_id).proposal.review_id
    agree = _agrees()
    if form.validate():
        try:
            operations.answer(
                actor, proposal_id=proposal_id, agree=agree, why=form.why.data, token=form.token
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Done. The other moderator sees it, and so does the log."))
            return redirect(url_for("moderation.review", review_id=review_id), 303)
    opened = queries.pane(actor, review_id)
    return answered(review_page(opened, form_of(opened), second_form=form), form)


@blueprint.post("/mod/proposals/<int:proposal_id>/invite")
@signed_in_only
@staff_only(Role.ADMIN)
def invite(proposal_id: int) -> ResponseReturnValue:
    """A link for somebody from outside, shown once."""
    shown = queries.proposal(proposal_id)
    try:
        link = operations.invite(current_actor(), proposal_id=proposal_id)
    except Problem as problem:
        flash(problem.message, "error")
        return redirect(url_for("moderation.review", review_id=shown.proposal.review_id), 303)
    url = url_for("moderation.outside", link=link, _external=True)
    return render_template("moderation/invited.html", shown=shown, link=url)


@blueprint.route("/second/<link>", methods=["GET", "POST"])
def outside(link: str) -> ResponseReturnValue:
    """For whoever was invited: the link is what lets them."""
    shown, form = queries.proposal(operations.invited(link)), OutsideForm()
    if form.validate_on_submit():
        try:
            operations.answer_from_outside(link=link, name=form.name.data, agree=_agrees(), why=form.why.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Thank you. Your answer is kept."))
            return redirect(url_for("moderation.outside", link=link), 303)
    return answered(render_template("moderation/second.html", shown=shown, form=form), form)


def _agrees() -> bool:
    """The button that was pressed. Raises NotFound for none of ours."""
    answer = request.form.get("answer")
    if answer not in {"agree", "decline"}:
        raise NotFound
    return answer == "agree"
