"""What somebody may not do for a while, and warnings."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.accounts.models import AccountState
from app.accounts.operations.sanctioning import Imposed, Sanction, end, impose, imposed, restore
from app.core.clock import now
from app.core.problems import Problem
from app.moderation.acts.act import Details, Facts
from app.moderation.targets import Subject
from app.moderation.words import FINDINGS, Reason

LONGEST = timedelta(days=365)
"""A sanction has an end within a year; then it is decided anew."""

LONG = timedelta(days=90)
"""A suspension beyond this needs a second moderator: it is as good as sending somebody away."""

WRONG_DAY = _("Choose a day after today and within a year.")

Do = Callable[[Actor, Subject, Details], Facts]


def warn(_actor: Actor, _subject: Subject, _details: Details) -> Facts:
    """Nothing changes but that they are told."""
    return {"warned": True}


def take_warning_back(_actor: Actor, _facts: Facts) -> None:
    """They are told that it counts no more."""


def imposing(kind: Sanction) -> Do:
    """Until the chosen day begins where they live. What is said to them is the reason they read, else the finding."""

    def do(_actor: Actor, subject: Subject, details: Details) -> Facts:
        account = subject.author
        until = _beginning(details.until or now().date(), account.tz)
        if not now() < until <= now() + LONGEST:
            raise Problem(WRONG_DAY, field="until")
        why = details.said or str(FINDINGS[details.reason or Reason.OTHER])
        return _said(impose(account.id, kind, until, why))

    return do


def as_before(_actor: Actor, facts: Facts) -> None:
    until = datetime.fromisoformat(facts["until"]) if facts["until"] else None
    restore(Imposed(facts["account"], Sanction(facts["kind"]), until, facts["because"]))


def is_long(details: Details) -> bool:
    return details.until is not None and (now() + LONG).date() < details.until < (now() + LONGEST).date()


def lift(_actor: Actor, subject: Subject, _details: Details) -> Facts:
    """Every sanction ends now."""
    return {"lifted": [_said(end(subject.author.id, kind)) for kind in _in_force(subject)]}


def all_as_before(actor: Actor, facts: Facts) -> None:
    for said in facts["lifted"]:
        as_before(actor, said)


def unfit_to_lift(subject: Subject) -> LazyString | None:
    return None if _in_force(subject) else _("Nothing holds them back at the moment.")


def unfit(subject: Subject) -> LazyString | None:
    if subject.author.state is not AccountState.ACTIVE:
        return _("Nobody signs in as them.")
    return None


def _in_force(subject: Subject) -> list[Sanction]:
    found = ((kind, imposed(subject.author, kind).until) for kind in Sanction)
    return [kind for kind, until in found if until is not None and now() < until]


def _said(before: Imposed) -> Facts:
    return {
        "account": before.account_id,
        "kind": before.kind.value,
        "until": before.until.isoformat() if before.until else None,
        "because": before.because,
    }


def _beginning(day: date, tz: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(tz))
