"""Which news goes by mail now, and in which letter. Run every minute; finds what is due by an index, not by people."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update

from app.accounts.models import Account, AccountState
from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Follow
from app.jobs.operations import enqueue
from app.jobs.ports import Loop
from app.mail.stopping import is_stopped
from app.notifications import operations, queries, timing
from app.notifications.models import Cadence, Kind, Letter, Notification
from app.notifications.telling import EVEN_MUTED
from app.notifications.timing import Hours

LETTER = "notifications.letter"
DIGEST = ("digest",)
MOST_FOUND = 20_000
MOST_WEIGHED = 1_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Somebody for whom news waits, and what they chose."""

    account_id: int
    tz: str
    choices: Mapping[Kind, Cadence]
    hours: Hours
    muted: frozenset[int]
    last_digest: date | None


def send_due() -> int:
    """Put what is due into letters, each a job of its own; how many letters.

    Whoever is found has what waits weighed anew, in a transaction of their own: by the choices, the zone and the
    hours of now. One person's trouble is logged and keeps nobody else's letters.
    """
    letters = 0
    waiting = select(Notification.account_id).where(Notification.mail_at <= now())
    first = waiting.order_by(Notification.mail_at).limit(MOST_FOUND)
    for account_id in dict.fromkeys(db.session.scalars(first).all()):
        try:
            letters += _gather(account_id)
        except Exception:  # noqa: BLE001 - logged, and looked at again in a minute
            _log.exception("letters for account %s failed", account_id)
    return letters


def _gather(account_id: int) -> int:
    with transaction() as session:
        # Whoever else gathers for this person waits here, so that one digest stays one.
        account = session.scalar(
            select(Account).where(Account.id == account_id).with_for_update(key_share=True)
        )
        rows = session.scalars(
            select(Notification)
            .where(Notification.account_id == account_id, Notification.mail_at.is_not(None))
            .order_by(Notification.id)
            .limit(MOST_WEIGHED)
        ).all()
        unreachable = (
            account is None
            or account.state is not AccountState.ACTIVE
            or account.email is None
            or is_stopped(account.email)
        )
        if account is None or unreachable:
            _put(rows, None)
            return 0
        reader = _Reader(
            account_id,
            account.tz,
            queries.mail_choices(account_id),
            queries.mail_hours(account_id),
            frozenset(
                session.scalars(select(Follow.thread_id).where(Follow.account_id == account_id, Follow.muted))
            ),
            session.scalar(select(func.max(Letter.digest_day)).where(Letter.account_id == account_id)),
        )
        return _write_letters(reader, rows)


def _due(reader: _Reader, row: Notification) -> datetime | None:
    """When this goes by mail, as things are; None when it does not any more."""
    kind = Kind(row.kind)
    cadence = reader.choices[kind]
    at = timing.due(row.created_at, reader.tz, reader.hours, cadence)
    muted = row.thread_id in reader.muted and kind not in EVEN_MUTED
    known = row.read_at is not None or row.mailed_at is not None
    if at is None or muted or known or now() - row.created_at > timing.TOO_OLD[cadence]:
        return None
    if cadence is Cadence.NOW:
        return at if at > now() else timing.after_quiet(now(), reader.tz, reader.hours)
    if at > now():
        return at
    # A digest that is late goes now, but not at night, nor as the second of its day.
    had_one = reader.last_digest is not None and reader.last_digest >= timing.local_day(now(), reader.tz)
    if not had_one and timing.after_quiet(now(), reader.tz, reader.hours) <= now():
        return at
    return timing.next_digest(now(), reader.tz, reader.hours, Cadence.DAILY, beyond=reader.last_digest)


def _write_letters(reader: _Reader, rows: Sequence[Notification]) -> int:
    """A letter for each thread or ticket with something to tell at once, and a digest of the rest.

    What happened in the same place a moment ago goes along. The others wait until their time, or are given up.
    """
    together: defaultdict[tuple[object, ...], list[Notification]] = defaultdict(list)
    later = []
    for row in rows:
        at = _due(reader, row)
        place = _place(row) if reader.choices[Kind(row.kind)] is Cadence.NOW else DIGEST
        if at is not None and at <= now():
            together[place].append(row)
        else:
            later.append((row, at, place))
    for row, at, place in later:
        if place in together and place is not DIGEST and at is not None:
            together[place].append(row)
        elif at != row.mail_at:
            _put([row], at)
    for place, told in together.items():
        day = timing.local_day(now(), reader.tz) if place is DIGEST else None
        letter = Letter(account_id=reader.account_id, digest_day=day, created_at=now())
        db.session.add(letter)
        db.session.flush()
        _put(told, None, letter_id=letter.id, mailed_at=now())
        enqueue(LETTER, {"letter_id": letter.id}, key=f"letter:{letter.id}")
    return len(together)


def _place(row: Notification) -> tuple[object, ...]:
    """What a letter is about; all that is about neither thread nor ticket has a letter of its own."""
    if row.thread_id is None and row.ticket_id is None:
        return ("single", row.id)
    return row.thread_id, row.ticket_id


def _put(rows: Sequence[Notification], mail_at: datetime | None, **values: object) -> None:
    """Let these wait until `mail_at`, or no longer."""
    db.session().connection().execute(
        update(Notification)
        .where(Notification.id.in_([row.id for row in rows]))
        .values(mail_at=mail_at, **values)
    )


LETTERS_LOOP = Loop("letters", timedelta(minutes=1), send_due)
SWEEP_LOOP = Loop("forget notifications", timedelta(days=1), operations.sweep)
