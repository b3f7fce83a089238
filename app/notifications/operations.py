"""Reading what one was told, keeping it, muting its thread, and choosing what comes by mail."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Update, delete, select, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.problems import NotFound
from app.core.transaction import transaction
from app.forum import operations as forum
from app.jobs.operations import enqueue
from app.notifications import timing
from app.notifications.models import Cadence, Kind, Letter, MailChoice, MailHours, Notification
from app.notifications.timing import Hours

SWEPT_AT_ONCE = 500
PROVE = "notifications.prove"


def read(actor: Actor, *, notification_id: int, newest: int | None = None) -> None:
    """Mark one notification of `actor`'s as read; somebody else's stays as it is.

    With `newest` also what they were told of the same thread or ticket up to there: it stands on the same page.
    """
    with transaction() as session:
        this = _unread_of(actor).where(Notification.id == notification_id)
        session.execute(this.values(read_at=now()))
        place = session.execute(
            select(Notification.thread_id, Notification.ticket_id).where(
                Notification.id == notification_id, Notification.account_id == actor.id
            )
        ).one_or_none()
        if newest is None or place is None or place == (None, None):
            return
        same = (
            Notification.ticket_id == place.ticket_id
            if place.thread_id is None
            else Notification.thread_id == place.thread_id
        )
        session.execute(_unread_of(actor).where(same, Notification.id <= newest).values(read_at=now()))


def read_all(actor: Actor, *, newest: int) -> None:
    """Mark everything up to the notification `newest` as read: what came after it has not been looked at."""
    with transaction() as session:
        session.execute(_unread_of(actor).where(Notification.id <= newest).values(read_at=now()))


def save(actor: Actor, *, notification_id: int, saved: bool) -> None:
    """Keep a notification for later, or no longer. Raises NotFound for somebody else's."""
    with transaction() as session:
        kept = (
            update(Notification)
            .where(Notification.id == notification_id, Notification.account_id == actor.id)
            .values(saved_at=now() if saved else None)
        )
        if not session.connection().execute(kept).rowcount:
            raise NotFound


def mute(actor: Actor, *, notification_id: int, muted: bool) -> None:
    """Hear nothing more of the notification's thread but what `telling.EVEN_MUTED` has, or hear as before.

    Raises NotFound for somebody else's notification, and for one that is about no thread.
    """
    with transaction() as session:
        thread_id = session.scalar(
            select(Notification.thread_id).where(
                Notification.id == notification_id, Notification.account_id == actor.id
            )
        )
        if thread_id is None:
            raise NotFound
        if muted:
            forum.hush(actor, thread_id)
        else:
            forum.hear_again(actor, thread_id)


def choose(account_id: int, *, choices: Mapping[Kind, Cadence]) -> None:
    """Say for these kinds how soon the person wants them by mail; the others stay as they are.

    Whoever calls vouches for the person: the page with their session, the letter's link with its signature.
    """
    with transaction():
        connection = db.session().connection()
        for kind, cadence in choices.items():
            row = {"account_id": account_id, "kind": kind, "cadence": cadence}
            connection.execute(insert_ignoring(MailChoice).values(row))
            connection.execute(
                update(MailChoice)
                .where(MailChoice.account_id == account_id, MailChoice.kind == kind)
                .values(cadence=cadence)
            )
        _look_again(account_id)


def choose_hours(account_id: int, *, hours: Hours) -> None:
    """Say when the person's digests come and when letters wait."""
    values = {
        "digest_hour": hours.digest_hour,
        "digest_weekday": hours.digest_weekday,
        "quiet_from": hours.quiet_from,
        "quiet_until": hours.quiet_until,
    }
    with transaction():
        connection = db.session().connection()
        connection.execute(insert_ignoring(MailHours).values(account_id=account_id, **values))
        connection.execute(update(MailHours).where(MailHours.account_id == account_id).values(values))
        _look_again(account_id)


def ask_to_prove(account_id: int, *, nonce: str) -> None:
    """Ask for the letter that proves the person's address takes mail again; `nonce` tells one letter from the next."""
    with transaction():
        enqueue(PROVE, {"account_id": account_id, "nonce": nonce}, key=f"{PROVE}:{nonce}")


def sweep() -> int:
    """Forget what was read long ago and not saved, and letters that nothing refers to; how many notifications went."""
    before = now() - timing.KEPT
    old = select(Notification.id).where(
        Notification.read_at < before, Notification.saved_at.is_(None), Notification.mail_at.is_(None)
    )
    gone = 0
    while ids := db.session.scalars(old.limit(SWEPT_AT_ONCE)).all():
        with transaction() as session:
            session.execute(delete(Notification).where(Notification.id.in_(ids)))
        gone += len(ids)
    _sweep_letters(before - timedelta(days=1))
    return gone


def _sweep_letters(before: object) -> None:
    referred = select(Notification.id).where(Notification.letter_id == Letter.id).exists()
    old = select(Letter.id).where(Letter.created_at < before, ~referred)
    while ids := db.session.scalars(old.limit(SWEPT_AT_ONCE)).all():
        with transaction() as session:
            session.execute(delete(Letter).where(Letter.id.in_(ids)))


def _look_again(account_id: int) -> None:
    """What waits to be mailed is weighed anew by the worker, by the choices of now."""
    db.session().connection().execute(
        update(Notification)
        .where(Notification.account_id == account_id, Notification.mail_at > now())
        .values(mail_at=now())
    )


def _unread_of(actor: Actor) -> Update:
    return (
        update(Notification)
        .where(Notification.account_id == actor.id, Notification.read_at.is_(None))
        .execution_options(synchronize_session=False)
    )
