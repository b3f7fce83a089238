"""Stopping mail to addresses that do not take it, or do not want it, and starting again."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, func, select

from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.transaction import transaction
from app.mail.models import MailBounce, MailStop, Why
from app.mail.naming import Name, address_key

ON_REQUEST = frozenset(
    {
        "confirm",
        "known_address",
        "move",
        "move_asked",
        "move_known",
        "moved_from",
        "moved_to",
        "password_changed",
        "prove",
        "reset",
    }
)
"""Letters that go out all the same: the person asked for them just now, or they guard the account."""

SOFT_BOUNCES = 3
SOFT_DAYS = timedelta(days=7)
"""So many letters of one week coming back for reasons that may pass stop the mail. Mailman's defaults are near: it
scores a soft bounce half a hard one and forgets after seven days without another."""


def is_stopped(address: str) -> bool:
    return stopped(address) is not None


def stopped(address: str) -> MailStop | None:
    """Why and since when no mail goes to this address; None while it does."""
    return db.session.get(MailStop, address_key(address))


def takes(kind: str, address: str) -> bool:
    """Whether a letter of this kind may go to this address."""
    return kind in ON_REQUEST or not is_stopped(address)


def bounced(names: Collection[Name], *, for_good: bool) -> int:
    """Note that these letters came back; how many addresses that stopped. The same report again changes nothing."""
    count = 0
    with transaction():
        for name in names:
            if for_good or _came_back_often(name):
                count += _stop(name.address_key, Why.BOUNCED)
    return count


def complained(names: Collection[Name]) -> int:
    """Note that people called these letters spam; how many addresses that stopped."""
    with transaction():
        return sum(_stop(name.address_key, Why.COMPLAINED) for name in names)


def start_again(address: str) -> None:
    """Send mail to this address again, once it has been proven; what came back before is forgotten."""
    key = address_key(address)
    with transaction() as session:
        session.execute(delete(MailStop).where(MailStop.address_key == key))
        session.execute(delete(MailBounce).where(MailBounce.address_key == key))


def sweep() -> None:
    """Forget letters that came back too long ago to count."""
    with transaction() as session:
        session.execute(delete(MailBounce).where(MailBounce.at < now() - SOFT_DAYS))


def _came_back_often(name: Name) -> bool:
    connection = db.session().connection()
    row = {"address_key": name.address_key, "letter_key": name.letter_key, "at": now()}
    connection.execute(insert_ignoring(MailBounce).values(row))
    lately = select(func.count()).where(
        MailBounce.address_key == name.address_key, MailBounce.at >= now() - SOFT_DAYS
    )
    return int(connection.execute(lately).scalar_one()) >= SOFT_BOUNCES


def _stop(key: str, why: Why) -> int:
    row = insert_ignoring(MailStop).values(address_key=key, why=why, since=now())
    return len(db.session().connection().execute(row.returning(MailStop.address_key)).all())
