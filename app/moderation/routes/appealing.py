"""Asking for another look, and taking it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import Problem
from app.core.web.forms import answered
from app.core.web.urls import takes_files
from app.moderation import operations, queries
from app.moderation.forms import AppealForm, DecideAppealForm
from app.moderation.routes.evidence import taken
from app.moderation.routes.room import blueprint


@blueprint.route("/appeals/<ref>", methods=["GET", "POST"])
@takes_files
def appeal(ref: str) -> ResponseReturnValue:
    """With the link of a letter, for whoever reported it without an account; else for who was told on the site."""
    link = request.args.get("token")
    return _appeal_report(ref, link) if link else _appeal(ref)


@signed_in_only
def _appeal(ref: str) -> ResponseReturnValue:
    actor = current_actor()
    decided = queries.decided(actor, ref)
    form = AppealForm()
    valid = form.validate_on_submit()
    answers = form.is_submitted() and taken(actor, ref, form)
    if valid and not answers and not form.errors:
        try:
            operations.appeal(actor, ref=ref, source=form.source.data, token=form.token)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Thank you. Somebody looks at it again, and you hear what came of it."))
            return redirect(url_for("moderation.appeal", ref=ref), 303)
    made = queries.own_appeal(actor, ref)
    page = render_template(
        "moderation/appeal.html",
        decided=decided,
        form=form,
        made=made,
        files=queries.files_of(made.id) if made else queries.waiting_files(actor, ref),
        known=url_for("moderation.decision", ref=ref),
    )
    return answered(page, form)


def _appeal_report(ref: str, link: str) -> ResponseReturnValue:
    actor = current_actor()
    decided = queries.decided_on_report(ref, link)
    form = AppealForm()
    valid = form.validate_on_submit()
    answers = form.is_submitted() and taken(actor, ref, form, link)
    if valid and not answers and not form.errors:
        try:
            operations.appeal_report(actor, ref=ref, link=link, source=form.source.data, token=form.token)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Thank you. Somebody looks at it again, and you hear by mail what came of it."))
            return redirect(url_for("moderation.appeal", ref=ref, token=link), 303)
    made = queries.appeal_of_report(ref, link)
    page = render_template(
        "moderation/appeal.html",
        decided=decided,
        form=form,
        made=made,
        files=queries.files_of(made.id) if made else queries.waiting_files(actor, ref, link),
        link=link,
        known=url_for("moderation.receipt", ref=queries.ref_of_report(ref, link)),
    )
    return answered(page, form)


@blueprint.get("/mod/appeals")
@signed_in_only
@staff_only(Role.MODERATOR)
def appeals() -> ResponseReturnValue:
    return render_template("moderation/appeals.html", rows=queries.appeals(current_actor()))


@blueprint.route("/mod/appeals/<int:appeal_id>", methods=["GET", "POST"])
@signed_in_only
@staff_only(Role.MODERATOR)
def decide_appeal(appeal_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.appeal(actor, appeal_id)
    form = DecideAppealForm()
    if form.validate_on_submit():
        try:
            operations.decide_appeal(
                actor,
                appeal_id=appeal_id,
                reverse=form.outcome.data == "reverse",
                answer=form.answer.data,
                token=form.token,
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Decided. Who asked for it reads your answer."))
            return redirect(url_for("moderation.appeals"), 303)
    page = render_template(
        "moderation/appeal_decide.html", shown=shown, form=form, files=queries.files_of(appeal_id)
    )
    return answered(page, form)
