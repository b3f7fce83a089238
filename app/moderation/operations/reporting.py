"""Reports of people without an account, and forgetting who they were."""

import secrets

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from app.accounts import addresses
from app.accounts.actor import Actor
from app.accounts.throttle import may_write_to
from app.core import once
from app.core.clock import now
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.text import clean_line
from app.core.transaction import transaction
from app.forum.masking import without_cards
from app.jobs.operations import enqueue
from app.moderation import addressing, policy, targets, throttle, weights
from app.moderation.events import Reported
from app.moderation.models import (
    LONGEST_REPORT,
    LONGEST_REPORTER,
    REPORT_REF_LENGTH,
    Appeal,
    Report,
)
from app.moderation.operations.reviewing import hold_target, reach_of, review_of, weigh
from app.moderation.targets import Target
from app.moderation.words import REPORT_REASONS, Reason

RECEIPT = "moderation.receipt"
SAY_WHAT = _("Say what is wrong.")
IN_GOOD_FAITH = _("Tick this if what you say is true as far as you know.")


def report(
    actor: Actor,
    *,
    target: Target,
    reason: Reason,
    source: str,
    name: str,
    email: str,
    good_faith: bool,
    token: str,
    connects_from: str,
) -> str:
    """Tell moderators that something is wrong, without an account; the report's ref. The same `token` again is the same one.

    A letter confirms it, unless that address got many of late. Raises Problem beside `about`, alike for what is not there
    and what others do not see, `reason`, `source`, `name`, `email` or `good_faith`; TooSoon after many from one connection.
    """
    stored = addresses.checked(email)
    if reason not in REPORT_REASONS:
        raise Problem(policy.UNKNOWN_REASON, field="reason")
    if not clean_line(source):
        raise Problem(SAY_WHAT, field="source")
    for said, most, field in ((source, LONGEST_REPORT, "source"), (name, LONGEST_REPORTER, "name")):
        if len(said) > most:
            raise Problem(_("At most %(most)s characters.", most=most), field=field)
    if not good_faith:
        raise Problem(IN_GOOD_FAITH, field="good_faith")
    with transaction() as session:
        if known := once.replayed(token, actor.using("report")):
            return session.get_one(Report, known).ref
        hold_target(target)
        try:
            subject = targets.subject(actor, target)
        except NotFound:
            raise Problem(addressing.NOT_HERE, field="about") from None
        if refused := policy.report(subject):
            raise Problem(refused, field="about")
        throttle.count_report(connects_from)
        review = review_of(subject)
        row = Report(
            ref=secrets.token_hex(REPORT_REF_LENGTH // 2),
            review_id=review.id,
            reason=reason,
            source=without_cards(source),
            name=name,
            email=stored,
            locale=actor.locale,
            post_version=subject.post.version if subject.post else None,
            weight=weights.REPORT_WEIGHT,
            created_at=now(),
        )
        session.add(row)
        weigh(review)
        review.reach = reach_of(subject)
        once.settle(token, actor.using("report"), row.id)
        if may_write_to(stored):
            enqueue(RECEIPT, {"report_id": row.id}, key=f"receipt:{row.id}")
        emit(Reported(row.id, review.id, urgent=weights.SEVERITY[reason] >= weights.SEVERE))
        return row.ref


def forget_reporters() -> int:
    """Forget who reported something when the time to ask for another look is over, and no appeal of theirs waits.

    How many that were. What they said stays with what was decided.
    """
    waits = select(Appeal.id).where(Appeal.report_id == Report.id, Appeal.decided_at.is_(None)).exists()
    over = (Report.appeal_until < now(), Report.email.is_not(None), ~waits)
    with transaction() as session:
        forgotten = session.connection().execute(update(Report).where(*over).values(email=None, name=""))
        return forgotten.rowcount
