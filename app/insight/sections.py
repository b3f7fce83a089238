"""The tables of the dashboard."""

from collections.abc import Callable
from datetime import date

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from app.accounts.actor import Actor
from app.forum.queries import threads_by_id
from app.insight.queries import moderating, questions, searches, sessions, trials
from app.insight.queries.moderating import Came, Stood
from app.insight.queries.questions import Times, Until
from app.insight.queries.sessions import Standing
from app.insight.tables import Cell, Table, count
from app.insight.words import AGES, ARMS, DEEDS, NOTHING, UNTIL, percent, spell
from app.moderation.queries import waiting_by_age
from app.moderation.rules import RULES
from app.questions.models import State
from app.search.models import What

HOUR = 3_600


def trial(_actor: Actor) -> Table:
    """The arms of the latest trial."""
    last = trials.latest()
    result = trials.result(last) if last else None
    rows = []
    for arm, counted in result.arms.items() if last and result else ():

        def behind(standing: Standing | None = None, what: What | None = None, arm: str = arm.value) -> str:
            return url_for(
                "insight.sessions", trial=last.id if last else None, arm=arm, standing=standing, what=what
            )

        share = counted.share
        rows.append(
            [
                Cell(str(ARMS[arm])),
                count(counted.drawn, behind()),
                count(counted.urgent, behind(Standing.URGENT)),
                count(counted.still_open, behind(Standing.STILL_OPEN)),
                count(counted.counted, behind(Standing.COUNTED)),
                count(counted.filed, behind(Standing.COUNTED, What.FILED)),
                Cell(NOTHING, value="") if share is None else Cell(percent(share), value=round(share, 4)),
            ]
        )
    head = [
        _("How the answers stood"),
        _("Drawn"),
        _("Urgent, left out"),
        _("Seven days not over"),
        _("Counted"),
        _("Filed within 7 days"),
        _("Share"),
    ]
    return Table("trial", _("Sessions of the trial"), head, rows)


def weeks(_actor: Actor) -> Table:
    """Help sessions by the week they began in."""
    rows = [
        [
            _day(week.begins_on),
            count(week.sessions, url_for("insight.sessions", week=week.begins_on.isoformat())),
            *(
                count(week.did[what], url_for("insight.sessions", week=week.begins_on.isoformat(), what=what))
                for what in What
            ),
        ]
        for week in sessions.weeks()
    ]
    head = [_("Week from"), _("Sessions"), *(str(words) for words in DEEDS.values())]
    return Table("weeks", _("Help sessions by the week they began"), head, rows)


def asking(_actor: Actor) -> Table:
    """What became of suggestions while people asked each other."""
    counted = sessions.asking()
    rows = [
        [Cell(words), count(counted[what], url_for("insight.asking", what=what))]
        for what, words in (
            (What.SOLVED, _("Said an answer that exists solves it")),
            (What.REFUSED, _("Asked although answers were shown")),
        )
    ]
    return Table("asking", _("The same on Ask, in 90 days"), [_("What they did"), _("How often")], rows)


def refused(actor: Actor) -> Table:
    """Suggestions that people went past."""
    found = sessions.refused()
    threads = threads_by_id(actor, [row.thread_id for row in found])
    rows = [
        [
            Cell(threads[row.thread_id].title, threads[row.thread_id].url),
            *(
                count(row.did[what], url_for("insight.sessions", thread=row.thread_id, what=what))
                for what in (What.SHOWN, What.OPENED, What.REFUSED, What.SOLVED, What.REGRETTED)
            ),
        ]
        for row in found
        if row.thread_id in threads
    ]
    head = [_("Suggestion"), *(str(DEEDS[what]) for what in DEEDS if what is not What.FILED)]
    return Table("refused", _("In how many sessions, in 90 days"), head, rows)


def misses(_actor: Actor) -> Table:
    """Searches that found nothing."""
    rows = [
        [Cell(miss.words), count(miss.times, url_for("insight.searches", words=miss.words)), _day(miss.last)]
        for miss in searches.misses()
    ]
    head = [_("Looked for"), _("How often"), _("Last")]
    return Table("searches", _("The commonest of 90 days"), head, rows)


def times(_actor: Actor) -> Table:
    """How long questions wait, all together and by topic."""
    everything = questions.asked()
    topics = questions.by_space(everything)
    rows = [
        _times_row(_("All topics"), None, questions.times(everything)),
        *(_times_row(space, space, found) for space, found in topics.items()),
    ]
    head = [_("Topic"), _("Asked")]
    for words in UNTIL.values():
        head += [str(words), _("Half within"), _("Nine of ten within")]
    return Table("times", _("Questions of the last 90 days"), head, rows)


def waiting(actor: Actor) -> Table:
    """Questions that need an answer, by tag."""
    rows = []
    for tag, states in questions.waiting_by_tag(actor):
        url = url_for("insight.questions", tag=tag)
        rows.append(
            [
                Cell(tag, url_for("forum.tag", name=tag)),
                count(states.total(), url),
                *(
                    count(states[state], url_for("insight.questions", tag=tag, state=state))
                    for state in (State.OPEN, State.ANSWERED)
                ),
            ]
        )
    head = [_("Tag"), _("Questions"), _("Without any answer"), _("Answered, not solved")]
    return Table("waiting", _("Questions that need an answer, by tag"), head, rows)


def queue(actor: Actor) -> Table:
    """What waits for moderators, by how long."""
    rows = [
        [Cell(str(AGES[age])), count(number, url_for("moderation.queue", age=age))]
        for age, number in waiting_by_age(actor).items()
    ]
    return Table("queue", _("What waits in the queue"), [_("Waits for"), _("How many")], rows)


def flow(_actor: Actor) -> Table:
    """What came to the queue and left it, and what was in hand and was not decided, by day."""
    rows = [
        [
            _day(day.on),
            count(day.arrived, url_for("insight.waits", day=day.on.isoformat(), came=Came.ARRIVED)),
            count(day.decided, url_for("insight.waits", day=day.on.isoformat(), came=Came.DECIDED)),
            count(day.let_go, url_for("insight.waits", day=day.on.isoformat(), came=Came.LET_GO)),
            count(day.ran_out, url_for("insight.waits", day=day.on.isoformat(), came=Came.RAN_OUT)),
        ]
        for day in reversed(moderating.days())
    ]
    head = [_("Day"), _("Came to wait"), _("Decided"), _("Let go"), _("Ran out")]
    return Table("flow", _("The queue of the last 30 days"), head, rows)


def rulings(_actor: Actor) -> Table:
    """Decisions on each rule, and how many were reversed."""
    titles = {rule.number: rule.title for rule in RULES}
    rows = []
    for record in moderating.by_rule():

        def behind(stood: Stood | None = None, rule: int = record.number) -> str:
            return url_for("insight.rulings", rule=rule, stood=stood)

        share = record.share
        rows.append(
            [
                Cell(f"{record.number}. {titles[record.number]}"),
                count(record.decided, behind()),
                count(record.automated, behind(Stood.AUTOMATED)),
                count(record.looked_again, behind(Stood.LOOKED_AGAIN)),
                count(record.reversed, behind(Stood.REVERSED)),
                Cell(NOTHING, value="") if share is None else Cell(percent(share), value=round(share, 4)),
            ]
        )
    head = [
        _("Rule"),
        _("Decisions"),
        _("By a rule itself"),
        _("Looked at again"),
        _("Reversed"),
        _("Share reversed"),
    ]
    return Table("rulings", _("Decisions of the last 90 days, by the rule they stand on"), head, rows)


SECTIONS: dict[str, Callable[[Actor], Table]] = {
    "trial": trial,
    "weeks": weeks,
    "asking": asking,
    "refused": refused,
    "searches": misses,
    "times": times,
    "waiting": waiting,
    "queue": queue,
    "flow": flow,
    "rulings": rulings,
}
"""By the name of their CSV, in their order on the page."""


def _times_row(label: str, space: str | None, found: Times) -> list[Cell]:
    cells = [Cell(label), count(found.asked, url_for("insight.questions", space=space))]
    for until in Until:
        behind = url_for("insight.questions", space=space, until=until)
        cells.append(count(found.over[until], behind))
        cells += [
            Cell(NOTHING, value="")
            if seconds is None
            else Cell(spell(seconds), behind, round(seconds / HOUR, 2))
            for seconds in (found.median[until], found.most[until])
        ]
    return cells


def _day(day: date) -> Cell:
    return Cell(str(format_date(day, "d MMM yyyy")), value=day.isoformat())
