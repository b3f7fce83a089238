"""What somebody wants by mail, and when."""

from collections.abc import Mapping

from sqlalchemy import select

from app.core.db import db
from app.notifications import timing
from app.notifications.models import Cadence, Kind, MailChoice, MailHours
from app.notifications.timing import Hours


def mail_choices(account_id: int) -> Mapping[Kind, Cadence]:
    """How soon the person wants each kind by mail."""
    rows = db.session.execute(
        select(MailChoice.kind, MailChoice.cadence).where(MailChoice.account_id == account_id)
    )
    return timing.DEFAULTS | {Kind(kind): Cadence(cadence) for kind, cadence in rows}


def mail_hours(account_id: int) -> Hours:
    """When the person's digests come and when letters wait."""
    row = db.session.execute(
        select(
            MailHours.digest_hour, MailHours.digest_weekday, MailHours.quiet_from, MailHours.quiet_until
        ).where(MailHours.account_id == account_id)
    ).one_or_none()
    return Hours(*row) if row else Hours()
