"""Reading what one was told, and choosing what comes by mail."""

from collections.abc import Mapping

from sqlalchemy import Update, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.transaction import transaction
from app.notifications.models import Kind, MailChoice, Notification


def read(actor: Actor, *, notification_id: int) -> None:
    """Mark one notification of `actor`'s as read; somebody else's stays as it is."""
    with transaction() as session:
        session.execute(_unread_of(actor).where(Notification.id == notification_id).values(read_at=now()))


def read_all(actor: Actor, *, newest: int) -> None:
    """Mark everything up to the notification `newest` as read: what came after it has not been looked at."""
    with transaction() as session:
        session.execute(_unread_of(actor).where(Notification.id <= newest).values(read_at=now()))


def choose(account_id: int, *, choices: Mapping[Kind, bool]) -> None:
    """Say for these kinds whether the person wants them by mail; the others stay as they are.

    Whoever calls vouches for the person: the page with their session, the letter's link with its signature.
    """
    with transaction():
        connection = db.session().connection()
        for kind, on in choices.items():
            connection.execute(insert_ignoring(MailChoice).values(account_id=account_id, kind=kind, on=on))
            connection.execute(
                update(MailChoice)
                .where(MailChoice.account_id == account_id, MailChoice.kind == kind)
                .values(on=on)
            )


def _unread_of(actor: Actor) -> Update:
    return (
        update(Notification)
        .where(Notification.account_id == actor.id, Notification.read_at.is_(None))
        .execution_options(synchronize_session=False)
    )
