"""The rows behind what the dashboard counts of help sessions, questions and searches."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import NotFound
from app.core.web.forms import posted_id
from app.core.web.pages import page_number
from app.forum.queries import threads_by_id
from app.insight.queries import questions as asked
from app.insight.queries import searches as looked
from app.insight.queries import sessions as helped
from app.insight.queries.questions import Until
from app.insight.queries.sessions import Chosen, Standing
from app.insight.routes.room import blueprint, date_of, day_cell, line, one_of, rows_page
from app.insight.tables import Cell, Table
from app.insight.words import ARMS, DEEDS, UNTIL, spell
from app.questions.models import State
from app.search.models import Arm, What


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
    if tag := line("tag"):
        waiting = asked.waiting(actor, tag, one_of(State, "state"), page_number())
        rows = [
            [Cell(row.title, row.url), Cell(row.space), day_cell(row.created_at.date())]
            for row in waiting.rows
        ]
        table = Table(
            "waiting", _("Need an answer: %(tag)s", tag=tag), [_("Question"), _("Topic"), _("Asked")], rows
        )
        return rows_page(table, waiting)
    measured = asked.asked_rows(line("space") or None, one_of(Until, "until"), page_number())
    threads = threads_by_id(actor, [row.id for row in measured.rows])
    rows = [
        [
            Cell(threads[row.id].title, threads[row.id].url),
            Cell(row.space),
            day_cell(row.asked_at.date()),
            *(Cell(spell(row.wait(until)[0]) if row.wait(until)[1] else _("not yet")) for until in Until),
        ]
        for row in measured.rows
        if row.id in threads
    ]
    head = [_("Question"), _("Topic"), _("Asked"), *(str(words) for words in UNTIL.values())]
    return rows_page(Table("times", _("Questions of the last 90 days"), head, rows), measured)


@blueprint.get("/mod/dashboard/searches")
@signed_in_only
@staff_only(Role.MODERATOR)
def searches() -> ResponseReturnValue:
    words = line("words")
    days = looked.days_of(words)
    if not days:
        raise NotFound
    rows = [[day_cell(day), Cell(str(times))] for day, times in days]
    table = Table("searches", _("Looked for: %(words)s", words=words), [_("Day"), _("How often")], rows)
    return rows_page(table, None, search=words)


@blueprint.get("/mod/dashboard/asking")
@signed_in_only
@staff_only(Role.MODERATOR)
def asking() -> ResponseReturnValue:
    page = helped.asking_rows(one_of(What, "what"), page_number())
    threads = threads_by_id(current_actor(), [thread for _day, _what, thread in page.rows if thread])
    rows = [
        [
            day_cell(day),
            Cell(str(DEEDS[what])),
            Cell(threads[thread].title, threads[thread].url) if thread in threads else Cell(""),
        ]
        for day, what, thread in page.rows
    ]
    return rows_page(
        Table("asking", _("Suggestions while asking"), [_("Day"), _("What they did"), _("Suggestion")], rows),
        page,
    )


def _chosen() -> Chosen:
    """What the address says; a word that means nothing narrows nothing."""
    return Chosen(
        trial=posted_id(request.args.get("trial")),
        arm=one_of(Arm, "arm"),
        standing=one_of(Standing, "standing"),
        week=date_of(request.args.get("week", "")),
        what=one_of(What, "what"),
        thread=posted_id(request.args.get("thread")),
    )
