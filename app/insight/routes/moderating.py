"""The rows behind what the dashboard counts of moderation."""

from datetime import date

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import signed_in_only, staff_only
from app.core.problems import NotFound
from app.core.web.forms import posted_id
from app.core.web.pages import page_number
from app.core.web.times import absolute, date_only
from app.insight.queries import moderating
from app.insight.queries.moderating import Came, Stood
from app.insight.routes.room import blueprint, date_of, one_of, rows_page
from app.insight.tables import Cell, Table
from app.moderation.acts import ACTS, Verb
from app.moderation.rules import RULES


@blueprint.get("/mod/dashboard/waits")
@signed_in_only
@staff_only(Role.MODERATOR)
def waits() -> ResponseReturnValue:
    day = date_of(request.args.get("day", ""))
    came = one_of(Came, "came") or Came.ARRIVED
    if day is None:
        raise NotFound
    if came in {Came.LET_GO, Came.RAN_OUT}:
        return _leases(day, let_go=came is Came.LET_GO)
    page = moderating.waits(came, day, page_number())
    rows = [
        [
            Cell(absolute(row.since), url_for("moderation.review", review_id=row.review_id)),
            Cell(absolute(row.decided_at) if row.decided_at else _("waits")),
            Cell(str(ACTS[Verb(row.act)].label), url_for("moderation.decision", ref=row.ref))
            if row.act
            else Cell(""),
        ]
        for row in page.rows
    ]
    said = {Came.ARRIVED: _("Came to wait on %(day)s"), Came.DECIDED: _("Decided on %(day)s")}
    title = said[came] % {"day": date_only(day)}
    head = [_("Waited since"), _("Decided"), _("What was done")]
    return rows_page(Table("flow", title, head, rows, words=frozenset(range(3))), page)


def _leases(day: date, *, let_go: bool) -> ResponseReturnValue:
    page = moderating.leases(day, page_number(), let_go=let_go)
    rows = [
        [Cell(absolute(row.at), url_for("moderation.review", review_id=row.review_id))] for row in page.rows
    ]
    said = _("Let go on %(day)s") if let_go else _("Ran out on %(day)s")
    title = said % {"day": date_only(day)}
    return rows_page(Table("flow", title, [_("In hand until")], rows, words=frozenset({0})), page)


@blueprint.get("/mod/dashboard/rulings")
@signed_in_only
@staff_only(Role.MODERATOR)
def rulings() -> ResponseReturnValue:
    titles = {rule.number: rule.title for rule in RULES}
    rule = posted_id(request.args.get("rule"))
    if rule not in titles:
        raise NotFound
    page = moderating.decisions(rule, one_of(Stood, "stood"), page_number())
    rows = [
        [
            Cell(absolute(row.made_at), url_for("moderation.decision", ref=row.ref)),
            Cell(str(ACTS[Verb(row.act)].label)),
            Cell(_("A rule itself") if row.automated else _("A moderator")),
            Cell("" if row.stands else _("reversed") if row.reversed_at else _("taken back")),
        ]
        for row in page.rows
    ]
    title = _("Decisions on rule %(number)s: %(title)s", number=rule, title=titles[rule])
    head = [_("Decided"), _("What was done"), _("By"), _("Since then")]
    return rows_page(Table("rulings", title, head, rows, words=frozenset(range(4))), page)
