"""`/mod/trials`, for admins."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.clock import now
from app.core.problems import Problem
from app.core.web.forms import answered, posted_id
from app.insight import operations, policy
from app.insight.forms import TrialForm
from app.insight.queries import trials as tried
from app.insight.routes.room import blueprint

FOUR_WEEKS = timedelta(days=27)
"""From the first day of a trial to its last, unless its admin says else."""


@blueprint.get("/mod/trials")
@signed_in_only
@staff_only()
def trials() -> ResponseReturnValue:
    rate = posted_id(request.args.get("rate"))
    today = now().date()
    form = TrialForm(formdata=None, begins_on=today, ends_on=today + FOUR_WEEKS, share=100)
    return _trials_page(form, rate if rate and rate < 100 else None)


@blueprint.post("/mod/trials")
@signed_in_only
@staff_only()
def start() -> ResponseReturnValue:
    form = TrialForm()
    rate = posted_id(form.rate.data) or 0
    if not form.validate() or form.begins_on.data is None or form.ends_on.data is None:
        return _trials_page(form, rate)
    try:
        operations.start_trial(
            current_actor(),
            begins_on=form.begins_on.data,
            ends_on=form.ends_on.data,
            share=form.share.data or 0,
            rate=rate,
            seen=posted_id(form.seen.data) or 0,
        )
    except Problem as problem:
        form.refuse(problem)
        return _trials_page(form, rate)
    flash(_("The trial is set. Sessions that begin on its days are drawn for it."))
    return redirect(url_for("insight.trials"), 303)


@blueprint.post("/mod/trials/<int:trial_id>/stop")
@signed_in_only
@staff_only()
def stop(trial_id: int) -> ResponseReturnValue:
    operations.stop_trial(current_actor(), trial_id=trial_id)
    flash(_("The trial is over. Everybody sees the answers open again."))
    return redirect(url_for("insight.trials"), 303)


def _trials_page(form: TrialForm, rate: int | None) -> ResponseReturnValue:
    plan = tried.plan(rate if rate and rate < 100 else None)
    form.rate.data, form.seen.data = str(plan.rate), str(plan.needed)
    known = tried.all_trials()
    page = render_template(
        "insight/trials.html",
        form=form,
        plan=plan,
        weeks=plan.weeks(100),
        trials=known,
        is_over=tried.is_over,
        can_start=policy.can_count() and not (known and not tried.is_over(known[0])),
        elsewhere=None if policy.can_count() else operations.ELSEWHERE,
        today=now().date(),
    )
    return answered(page, form)
