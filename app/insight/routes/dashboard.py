"""`/mod/dashboard` and its tables as CSV."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import NotFound
from app.insight import charts, policy
from app.insight.queries import moderating
from app.insight.queries import questions as asked
from app.insight.queries import sessions as helped
from app.insight.queries import trials as tried
from app.insight.queries.questions import Until
from app.insight.routes.room import as_download, blueprint
from app.insight.sections import SECTIONS
from app.insight.words import UNTIL, points


@blueprint.get("/mod/dashboard")
@signed_in_only
@staff_only(Role.MODERATOR)
def dashboard() -> ResponseReturnValue:
    actor = current_actor()
    flow = moderating.days()
    trial = tried.latest()
    result = tried.result(trial) if trial else None
    estimate = result.estimate if result else None
    everything = asked.asked()
    topics = {_("All topics"): asked.times(everything), **asked.by_space(everything)}
    return render_template(
        "insight/dashboard.html",
        tables={name: make(actor) for name, make in SECTIONS.items()},
        trial=trial,
        is_over=bool(trial and tried.is_over(trial)),
        result=result,
        estimate=estimate,
        interval=charts.interval(estimate) if estimate else None,
        columns=charts.columns(helped.weeks()),
        height=charts.HEIGHT,
        flow=charts.pairs(flow)
        if any(day.arrived or day.decided or day.let_go or day.ran_out for day in flow)
        else [],
        spans={until: charts.spans(topics, until) for until in Until},
        ticks=[(charts.on_scale(seconds), unit) for seconds, unit in charts.TICKS.items()],
        until_words=UNTIL,
        points=points,
        enough=policy.ENOUGH,
        may_run=policy.run(actor),
    )


@blueprint.get("/mod/dashboard/<name>.csv")
@signed_in_only
@staff_only(Role.MODERATOR)
def download(name: str) -> ResponseReturnValue:
    if name not in SECTIONS:
        raise NotFound
    return as_download(SECTIONS[name](current_actor()))
