"""`/transparency` as tables, and as one line a month of CSV."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from flask_babel import LazyString, format_date, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _lazy

from app.insight.queries.openness import Month
from app.insight.tables import Cell, Table
from app.insight.words import NOTHING, percent
from app.moderation.acts import ACTS, Verb
from app.moderation.words import Reason

REASONS: Mapping[str, LazyString] = {
    Reason.SCAM: _lazy("Scam"),
    Reason.DANGEROUS_LINK: _lazy("Dangerous link"),
    Reason.PERSONAL: _lazy("Personal details"),
    Reason.ABUSE: _lazy("Unkind or threatening"),
    Reason.IMPERSONATION: _lazy("Somebody else's name"),
    Reason.SPAM: _lazy("Advertising"),
    Reason.OFF_TOPIC: _lazy("Off the matter"),
    Reason.UNCLEAR: _lazy("Unclear"),
    Reason.OTHER: _lazy("Something else"),
    "": _lazy("No reason given"),
}
"""Short enough for the head of a column."""

ACT_WORDS: Mapping[str, LazyString] = {verb: ACTS[verb].label for verb in Verb}


def tables(months: Sequence[Month]) -> list[Table]:
    """In their order on the page. A column of reasons or acts is there when something is in it."""
    return [
        _decisions(months),
        _appeals(months),
        _by_kind("flags", _("Flags by reason"), months, REASONS, lambda month: month.flags),
        _by_kind("acts", _("Decisions by what was done"), months, ACT_WORDS, lambda month: month.acts),
        _by_kind("reasons", _("Decisions by reason"), months, REASONS, lambda month: month.reasons),
    ]


def lines(months: Sequence[Month]) -> Table:
    """The same numbers with one line a month and a column for everything, under names that stay as they are."""
    head = [
        *("month", "flags", "decisions", "automated", "automated_share", "waited", "median_hours", "undone"),
        *("appeals", "appeals_stood", "appeals_reversed", "appeals_same_moderator"),
        *(f"flags_{_key(reason)}" for reason in REASONS if reason),
        *(f"act_{_key(verb)}" for verb in Verb),
        *(f"reason_{_key(reason) or 'none'}" for reason in REASONS),
    ]
    rows = [
        [
            Cell("", value=f"{month.begins_on:%Y-%m}"),
            *map(_number, (month.flags.total(), month.decisions, month.automated)),
            _rounded(month.share_automated, 4),
            _number(month.waited),
            _rounded(month.hours, 2),
            *map(_number, (month.undone, month.appeals, month.stood, month.reversed, month.same_moderator)),
            *(_number(month.flags[reason]) for reason in REASONS if reason),
            *(_number(month.acts[verb]) for verb in Verb),
            *(_number(month.reasons[reason]) for reason in REASONS),
        ]
        for month in months
    ]
    return Table("transparency", "", head, rows)


def _decisions(months: Sequence[Month]) -> Table:
    head = [
        _("Month"),
        _("Flags"),
        _("Decisions"),
        _("By a rule itself"),
        _("Share of them"),
        _("After a wait"),
        _("Half within, hours"),
        _("Taken back"),
    ]
    rows = [
        [
            _name(month),
            *map(_number, (month.flags.total(), month.decisions, month.automated)),
            Cell(NOTHING if month.share_automated is None else percent(month.share_automated)),
            _number(month.waited),
            Cell(NOTHING if month.hours is None else str(format_decimal(month.hours, "0.0"))),
            _number(month.undone),
        ]
        for month in months
    ]
    return Table("decisions", _("Flags and decisions"), head, rows)


def _appeals(months: Sequence[Month]) -> Table:
    head = [_("Month"), _("Made"), _("Decision stood"), _("Reversed"), _("Decided by the same moderator")]
    rows = [
        [_name(month), *map(_number, (month.appeals, month.stood, month.reversed, month.same_moderator))]
        for month in months
    ]
    return Table("appeals", _("Appeals"), head, rows)


def _by_kind(
    name: str,
    title: str,
    months: Sequence[Month],
    words: Mapping[str, LazyString],
    counted: Callable[[Month], Counter[str]],
) -> Table:
    shown = [kind for kind in words if any(counted(month)[kind] for month in months)]
    rows = [[_name(month), *(_number(counted(month)[kind]) for kind in shown)] for month in months]
    return Table(name, title, [_("Month"), *(str(words[kind]) for kind in shown)], rows if shown else [])


def _name(month: Month) -> Cell:
    return Cell(str(format_date(month.begins_on, "MMM yyyy")))


def _number(number: int) -> Cell:
    return Cell(str(number), value=number)


def _rounded(value: float | None, digits: int) -> Cell:
    return Cell("", value="" if value is None else round(value, digits))


def _key(word: str) -> str:
    return word.replace("-", "_")
