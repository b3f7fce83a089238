"""`/mod/dashboard` for moderators, `/mod/trials` for admins, `/transparency` for everybody."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.clock import now
from app.core.problems import NotFound, Problem
from app.core.text import clean_line
from app.core.web.forms import answered, posted_id
from app.core.web.pages import Page, page_number
from app.forum.queries import threads_by_id
from app.insight import charts, openness, operations, policy
from app.insight.forms import TrialForm
from app.insight.queries import openness as moderated
from app.insight.queries import questions as asked
from app.insight.queries import searches as looked
from app.insight.queries import sessions as helped
from app.insight.queries import trials as tried
from app.insight.queries.questions import Until
from app.insight.queries.sessions import Chosen, Standing
from app.insight.sections import SECTIONS
from app.insight.tables import Cell, Table, as_csv
from app.insight.words import ARMS, DEEDS, UNTIL, points, spell
from app.questions.models import State
from app.search.models import Arm, What

FOUR_WEEKS = timedelta(days=27)
"""From the first day of a trial to its last, unless its admin says else."""

blueprint = Blueprint("insight", __name__)
Choice = TypeVar("Choice", bound=StrEnum)


@blueprint.get("/transparency")
def transparency() -> ResponseReturnValue:
    page = moderated.months(page_number())
    return render_template(
        "insight/transparency.html", page=page, tables=openness.tables(page.rows), enough=policy.ENOUGH
    )


@blueprint.get("/transparency.csv")
def transparency_csv() -> ResponseReturnValue:
    return _csv(openness.lines(moderated.every_month()))


@blueprint.get("/mod/dashboard")
@signed_in_only
@staff_only(Role.MODERATOR)
def dashboard() -> ResponseReturnValue:
    actor = current_actor()
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
    return _csv(SECTIONS[name](current_actor()))


@blueprint.get("/mod/dashboard/sessions")
@signed_in_only
@staff_only(Role.MODERATOR)
def sessions() -> ResponseReturnValue:
    page = helped.sessions(_chosen(), page_number())
    ids = [thread_id for row in page.rows for _what, thread_id in row.happened if thread_id]
    threads = threads_by_id(current_actor(), list(dict.fromkeys(ids)))
    return render_template("insight/sessions.html", page=page, threads=threads, deeds=DEEDS, arms=ARMS)


@blueprint.get("/mod/dashboard/questions")
@signed_in_only
@staff_only(Role.MODERATOR)
def questions() -> ResponseReturnValue:
    """By `tag`, those that need an answer; else those whose times were measured."""
    actor = current_actor()
    if tag := _line("tag"):
        waiting = asked.waiting(actor, tag, _one_of(State, "state"), page_number())
        rows = [
            [Cell(row.title, row.url), Cell(row.space), _day(row.created_at.date())] for row in waiting.rows
        ]
        table = Table(
            "waiting", _("Need an answer: %(tag)s", tag=tag), [_("Question"), _("Topic"), _("Asked")], rows
        )
        return _rows_page(table, waiting)
    measured = asked.asked_rows(_line("space") or None, _one_of(Until, "until"), page_number())
    threads = threads_by_id(actor, [row.id for row in measured.rows])
    rows = [
        [
            Cell(threads[row.id].title, threads[row.id].url),
            Cell(row.space),
            _day(row.asked_at.date()),
            *(Cell(spell(row.wait(until)[0]) if row.wait(until)[1] else _("not yet")) for until in Until),
        ]
        for row in measured.rows
        if row.id in threads
    ]
    head = [_("Question"), _("Topic"), _("Asked"), *(str(words) for words in UNTIL.values())]
    return _rows_page(Table("times", _("Questions of the last 90 days"), head, rows), measured)


@blueprint.get("/mod/dashboard/searches")
@signed_in_only
@staff_only(Role.MODERATOR)
def searches() -> ResponseReturnValue:
    words = _line("words")
    days = looked.days_of(words)
    if not days:
        raise NotFound
    rows = [[_day(day), Cell(str(times))] for day, times in days]
    table = Table("searches", _("Looked for: %(words)s", words=words), [_("Day"), _("How often")], rows)
    return _rows_page(table, None, search=words)


@blueprint.get("/mod/dashboard/asking")
@signed_in_only
@staff_only(Role.MODERATOR)
def asking() -> ResponseReturnValue:
    page = helped.asking_rows(_one_of(What, "what"), page_number())
    threads = threads_by_id(current_actor(), [thread for _day, _what, thread in page.rows if thread])
    rows = [
        [
            _day(day),
            Cell(str(DEEDS[what])),
            Cell(threads[thread].title, threads[thread].url) if thread in threads else Cell(""),
        ]
        for day, what, thread in page.rows
    ]
    return _rows_page(
        Table("asking", _("Suggestions while asking"), [_("Day"), _("What they did"), _("Suggestion")], rows),
        page,
    )


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


def _csv(table: Table) -> ResponseReturnValue:
    answer = make_response(as_csv(table))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{table.name}-{now().date().isoformat()}.csv"'
    )
    return answer


def _rows_page(table: Table, page: Page[Any] | None, search: str | None = None) -> ResponseReturnValue:
    return render_template("insight/rows.html", table=table, page=page, search=search)


def _chosen() -> Chosen:
    """What the address says; a word that means nothing narrows nothing."""
    return Chosen(
        trial=posted_id(request.args.get("trial")),
        arm=_one_of(Arm, "arm"),
        standing=_one_of(Standing, "standing"),
        week=_date(request.args.get("week", "")),
        what=_one_of(What, "what"),
        thread=posted_id(request.args.get("thread")),
    )


def _line(name: str) -> str:
    return clean_line(request.args.get(name, ""))[:100]


def _one_of(choices: type[Choice], name: str) -> Choice | None:
    sent = request.args.get(name)
    return choices(sent) if sent in list(choices) else None


def _date(sent: str) -> date | None:
    """A day of our time."""
    try:
        found = date.fromisoformat(sent)
    except ValueError:
        return None
    return found if 2000 <= found.year < 3000 else None


def _day(day: date) -> Cell:
    return Cell(str(format_date(day, "d MMM yyyy")))
