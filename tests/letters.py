"""Letters without waiting for company, or for the morning."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.core.clock import frozen, now
from app.core.db import db
from app.jobs import operations as jobs
from app.jobs.models import Job
from app.notifications import mailing, timing
from app.notifications.models import Notification
from app.notifications.timing import Hours

ZONE = "Europe/London"


def morning() -> datetime:
    """A moment at which what happened by now goes to somebody in London who chose nothing."""
    return timing.after_quiet(now() + timing.GATHERING + timedelta(seconds=1), ZONE, Hours())


def waiting() -> bool:
    """Whether letters wait for that moment."""
    return db.session.scalar(select(Notification.id).where(Notification.mail_at <= morning())) is not None


def deliver() -> None:
    """Send what waits for it, at that moment."""
    if not waiting():
        return
    with frozen(morning()):
        mailing.send_due()
        letters = select(Job.id).where(Job.name == mailing.LETTER, Job.done_at.is_(None))
        for job_id in db.session.scalars(letters).all():
            jobs.carry_out(job_id)
