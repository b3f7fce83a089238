"""What the queue hears of the trunk and of people. Each handler runs in the event's transaction."""

from sqlalchemy import delete, func, select, update

from app.accounts.events import AccountAnonymised, AccountMerged
from app.accounts.operations.merging import give, give_once, twice
from app.core.clock import now
from app.core.db import db
from app.forum.events import PostHeld, PostVisibilityChanged
from app.forum.models import Visibility
from app.jobs.operations import enqueue
from app.moderation import targets
from app.moderation.events import AppealDecided, DecisionMade, DecisionTakenBack
from app.moderation.models import (
    Appeal,
    AppealFile,
    Decision,
    Flag,
    LeaseEnd,
    Proposal,
    ProposalState,
    QueueView,
    Report,
    Review,
    Shift,
    StaffNote,
    Told,
)
from app.moderation.operations.reviewing import hold_target, review_of, settle, weigh
from app.moderation.spam.models import PostTrace
from app.moderation.targets import SYSTEM, Target, TargetKind
from app.moderation.watching.models import WatchedWord

OUTCOME = "moderation.outcome"
REOPENED = "moderation.reopened"
APPEAL_OUTCOME = "moderation.appeal_outcome"


def post_held(event: PostHeld) -> None:
    """What waits for a look waits in the queue."""
    _wait(event.post_id)


def _wait(post_id: int) -> None:
    target = Target(TargetKind.POST, post_id)
    hold_target(target)
    review = review_of(targets.subject(SYSTEM, target))
    review.held = True
    review.version += 1
    weigh(review)


def visibility_changed(event: PostVisibilityChanged) -> None:
    """What is held again waits again; what its author took back, or a decision about its whole thread let out, waits no
    longer, unless somebody flagged it.
    """
    if event.after is Visibility.HELD:
        _wait(event.post_id)
    if event.before is not Visibility.HELD or event.after is Visibility.HELD:
        return
    review = db.session.scalar(select(Review).where(Review.post_id == event.post_id, Review.held))
    if review is None:
        return
    review.held = False
    review.version += 1
    weigh(review)


def decision_made(event: DecisionMade) -> None:
    """Who reported it without an account hears what became of it, once an address."""
    mine = select(func.max(Report.id)).where(
        Report.decision_id == event.decision_id, Report.email.is_not(None)
    )
    for report_id in db.session.scalars(mine.group_by(Report.email)):
        payload = {"report_id": report_id, "decision_id": event.decision_id}
        enqueue(OUTCOME, payload, key=f"outcome:{report_id}:{event.decision_id}")


def decision_taken_back(event: DecisionTakenBack) -> None:
    """Who was told of it hears that it is looked at again; whoever asked for that hears so in another letter."""
    asked = select(Appeal.report_id).where(
        Appeal.decision_id == event.decision_id, Appeal.report_id.is_not(None)
    )
    heard = select(Report.id).where(Report.heard_id == event.decision_id, Report.id.not_in(asked))
    for report_id in db.session.scalars(heard):
        payload = {"report_id": report_id, "decision_id": event.decision_id}
        enqueue(REOPENED, payload, key=f"report-reopened:{report_id}:{event.decision_id}")


def appeal_decided(event: AppealDecided) -> None:
    """Who asked for another look without an account hears what came of it."""
    if db.session.get_one(Appeal, event.appeal_id).report_id is not None:
        enqueue(APPEAL_OUTCOME, {"appeal_id": event.appeal_id}, key=f"report-appeal:{event.appeal_id}")


def account_merged(event: AccountMerged) -> None:
    """What was said and decided about one is about the other now; a flag on what has become one's own stays.

    Where both were looked at as people, the two reviews become one; where both said the same, one word stays.
    """
    _join_reviews(event)
    give(event, Review.author_id)
    give(event, Review.claimed_by_id)
    give(event, Decision.subject_id)
    give(event, Decision.by_id)
    give(event, Decision.second_id)
    give(event, Decision.undone_by_id)
    give(event, Proposal.by_id)
    give(event, Proposal.second_id)
    twice_open = select(Flag.review_id).where(Flag.account_id == event.kept_id, Flag.decision_id.is_(None))
    connection = db.session().connection()
    again = delete(Flag).where(
        Flag.account_id == event.gone_id, Flag.decision_id.is_(None), Flag.review_id.in_(twice_open)
    )
    fewer = connection.execute(again.returning(Flag.review_id)).scalars().all()
    give(event, Flag.account_id)
    give_once(event, Told.account_id, Told.decision_id)
    # Where both asked, one's files go with its appeal: they are swept.
    asked_twice = select(Appeal.id).where(twice(event, Appeal.account_id, Appeal.decision_id))
    connection.execute(update(AppealFile).where(AppealFile.appeal_id.in_(asked_twice)).values(appeal_id=None))
    give_once(event, Appeal.account_id, Appeal.decision_id)
    give(event, Appeal.decided_by_id)
    give(event, AppealFile.account_id)
    give(event, StaffNote.by_id)
    give(event, Shift.account_id)
    give_once(event, QueueView.account_id, QueueView.name)
    give(event, WatchedWord.by_id)
    give(event, PostTrace.account_id)
    for review in db.session.scalars(select(Review).where(Review.id.in_(fewer))):
        weigh(review)


def account_anonymised(event: AccountAnonymised) -> None:
    """About somebody who is nobody any more there is nothing left to decide; what they wrote is looked at as before."""
    review = db.session.scalar(select(Review).where(Review.account_id == event.account_id))
    if review is None:
        return
    connection = db.session().connection()
    connection.execute(delete(Flag).where(Flag.review_id == review.id, Flag.decision_id.is_(None)))
    left = (Report.review_id == review.id, Report.decision_id.is_(None))
    # What somebody was told an outcome of may have an appeal and its files: it stands answered as they were told.
    connection.execute(update(Report).where(*left).values(decision_id=Report.heard_id))
    connection.execute(delete(Report).where(*left))
    settle(review)


def _join_reviews(event: AccountMerged) -> None:
    found = {
        row.account_id: row
        for row in db.session.scalars(
            select(Review).where(Review.account_id.in_((event.kept_id, event.gone_id)))
        )
    }
    gone, kept = found.get(event.gone_id), found.get(event.kept_id)
    if gone is None:
        return
    if kept is None:
        gone.account_id = event.kept_id
        db.session.flush()
        return
    connection = db.session().connection()
    twice_open = select(Flag.account_id).where(Flag.review_id == kept.id, Flag.decision_id.is_(None))
    connection.execute(
        delete(Flag).where(
            Flag.review_id == gone.id, Flag.decision_id.is_(None), Flag.account_id.in_(twice_open)
        )
    )
    # What was proposed about one of two that are one now has lapsed.
    lapsed = update(Proposal).where(Proposal.review_id == gone.id, Proposal.answered_at.is_(None))
    connection.execute(lapsed.values(answered_at=now(), state=ProposalState.DECLINED))
    for table in (Flag, Report, Decision, StaffNote, Proposal, LeaseEnd):
        connection.execute(update(table).where(table.review_id == gone.id).values(review_id=kept.id))
    kept.opened_at = min((at for at in (kept.opened_at, gone.opened_at) if at), default=None)
    kept.version += 1
    db.session.delete(gone)
    db.session.flush()
    weigh(kept)
