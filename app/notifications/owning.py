"""What becomes of what somebody was told, when their account becomes another's, or nobody's."""

from sqlalchemy import delete, update

from app.accounts.events import AccountAnonymised, AccountMerged
from app.accounts.operations.merging import give, give_once
from app.core.db import db
from app.notifications.models import Letter, MailChoice, MailHours, Notification


def account_merged(event: AccountMerged) -> None:
    """What they told each other by what they did is news no more. How the kept account wants its mail stays."""
    connection = db.session().connection()
    both = [event.kept_id, event.gone_id]
    connection.execute(
        delete(Notification).where(Notification.account_id.in_(both), Notification.actor_id.in_(both))
    )
    give_once(event, Notification.account_id, Notification.key)
    give(event, Notification.actor_id)
    # Two digests of one day would be one too many.
    connection.execute(update(Letter).where(Letter.account_id == event.gone_id).values(digest_day=None))
    give(event, Letter.account_id)
    give_once(event, MailChoice.account_id, MailChoice.kind)
    give_once(event, MailHours.account_id)


def account_anonymised(event: AccountAnonymised) -> None:
    connection = db.session().connection()
    for table in (Notification, MailChoice, MailHours):
        connection.execute(delete(table).where(table.account_id == event.account_id))
