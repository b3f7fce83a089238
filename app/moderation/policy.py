"""Who may flag, and who decides."""

from datetime import datetime, timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import STAFF, Actor, Role
from app.accounts.models import Account, AccountState
from app.accounts.queries import Person
from app.core.clock import now
from app.core.web.times import absolute
from app.forum import policy as trunk
from app.forum.models import Visibility
from app.moderation.acts import ACTS, Act, Upholds, Verb
from app.moderation.addressing import NOT_HERE
from app.moderation.models import Appeal, Decision, Report, Review, Side, Told
from app.moderation.targets import Subject, TargetKind

# Flags by one person. Discourse allows 20 (`max_flags_per_day`).
FLAGS_A_DAY = 20
DAY = timedelta(days=1)
UNDO = timedelta(minutes=10)

FLAGGED_ENOUGH = _("That is enough flagging for one day. Please go on tomorrow.")
FLAGGED_BEFORE = _(
    "Moderators have looked at this since you flagged it, and nothing in it changed. If it breaks another rule, choose that one."
)
EDITED_MEANWHILE = _("Its author has edited this since you looked. Look again, then decide.")
MOVED_ON = _("Something happened to this since you looked. Look again, then decide.")
THE_SAME = _("That is the same person. Write the name of the other account.")
UNKNOWN_REASON = _("Choose a reason from the list.")
OWN = _("You wrote this yourself, so another moderator looks at it.")
OWN_ACCOUNT = _("This is about you, so another moderator looks at it.")
REPORTED = _("You flagged this yourself, so another moderator decides.")
GONE = _("It is not there any more.")
NOT_FOR_THIS = _("That cannot be done to this.")
TOO_LATE_TO_UNDO = _("More than ten minutes have passed. Decide anew instead.")
NOT_THE_LAST = _("Something was decided about this since. Take that back first.")
APPEALED_ALREADY = _("You have asked for another look already.")
APPEAL_DECIDED = _("Somebody has decided about this appeal meanwhile.")
PROPOSED = _("You proposed this, so somebody else has to agree.")
NOT_YOURS = _("Somebody else decided this. Decide anew instead.")


def flag(actor: Actor, subject: Subject) -> LazyString | None:
    """Why `actor` may not flag this, which they may see; None when they may."""
    if reason := trunk.report(actor):
        return reason
    if subject.author.id == actor.id:
        if subject.target.kind is TargetKind.PERSON:
            return _("This is you.")
        return _("You wrote this yourself. You can edit it instead.")
    if (
        subject.post
        and subject.thread
        and {subject.post.visibility, subject.thread.visibility} != {Visibility.PUBLIC}
    ):
        return _("Others do not see this at the moment.")
    return None


def report(subject: Subject) -> LazyString | None:
    """Why this may not be reported without an account; None when it may. What others do not see reads as if it were missing."""
    shown = {subject.post.visibility, subject.thread.visibility} if subject.post and subject.thread else set()
    return None if shown <= {Visibility.PUBLIC} else NOT_HERE


def decide(
    actor: Actor, subject: Subject, act: Act | None = None, *, has_flagged: bool = False
) -> LazyString | None:
    """Why `actor`, a moderator, may not decide about this, or not by this `act`; None when they may.

    A party never decides: neither whose words it is about nor whoever flagged it. What is done to somebody of the staff
    an admin does.
    """
    if subject.author.id == actor.id:
        return OWN_ACCOUNT if subject.target.kind is TargetKind.PERSON else OWN
    if has_flagged:
        return REPORTED
    if act is None:
        return None
    about_person = act.of_person or subject.target.kind is TargetKind.PERSON
    if about_person and (refused := act_on(actor, subject.author.id, subject.author.role)):
        return refused
    if subject.target.kind not in act.on:
        return NOT_FOR_THIS
    return act.unfit(subject)


def act_on(actor: Actor, account_id: int, role: Role) -> LazyString | None:
    """Why `actor`, a moderator, may do nothing about this person; None when they may. Staff are for admins."""
    if account_id == actor.id:
        return _("Nobody decides about themselves. Ask another moderator.")
    if role in STAFF and actor.role is not Role.ADMIN:
        return _("They are staff here, so an admin decides about them.")
    return None


def merge(actor: Actor, kept: Account | Person, gone: Account | Person) -> LazyString | None:
    """Why `actor`, a moderator, may not make one account of these two; None when they may."""
    if kept.state is not AccountState.ACTIVE:
        return _("Nobody signs in as the one that would stay. Merge the other way round.")
    return act_on(actor, kept.id, kept.role) or act_on(actor, gone.id, gone.role)


def confirmed(typed: str, name: str) -> LazyString | None:
    """Why what was `typed` does not confirm an act about the person of this name; None when it does."""
    if typed.strip().lower().removeprefix("@") != name:
        return _("Write the name exactly: %(name)s", name=name)
    return None


def claimed(actor: Actor, review: Review) -> bool:
    """Whether another moderator has it in hand at this moment."""
    return (
        review.claimed_by_id not in {None, actor.id}
        and review.claimed_until is not None
        and now() < review.claimed_until
    )


def in_hand(name: str, until: datetime) -> LazyString:
    return _("%(name)s has this in hand until %(time)s.", name=name, time=absolute(until))


def undo(actor: Actor, decision: Decision) -> LazyString | None:
    """Why `actor` may not take back this decision, the last on its target; None when they may."""
    if decision.by_id != actor.id:
        return NOT_YOURS
    return None if now() - decision.made_at <= UNDO else TOO_LATE_TO_UNDO


def appeal(actor: Actor, decision: Decision, told: Told) -> LazyString | None:
    """Why `actor`, who was told of it, may not ask for another look at a decision; None when they may.

    Whose words or standing it is about may, and who flagged something that was kept; those who agreed with it need not.
    """
    if told.account_id != actor.id:
        return NOT_FOR_THIS
    if told.side == Side.REPORTER and (refused := _not_against(decision)):
        return refused
    if not decision.stands:
        return _("This was taken back already.")
    if now() > told.appeal_until:
        return _("The time to ask for another look is over.")
    return None


def appeal_report(decision: Decision, report: Report) -> LazyString | None:
    """Why the sender of a report may not ask for another look at a decision; None when they may: it kept what they reported."""
    if not decision.stands or report.decision_id != decision.id:
        return _("This was taken back already.")
    if refused := _not_against(decision):
        return refused
    if report.appeal_until is None or now() > report.appeal_until:
        return _("The time to ask for another look is over.")
    return None


def _not_against(decision: Decision) -> LazyString | None:
    """Why whoever said that something is wrong has nothing to appeal; None where it was kept."""
    return {
        Upholds.YES: _("Moderators agreed with what you said."),
        Upholds.NEITHER: _("What was done says nothing against what you said."),
        Upholds.NO: None,
    }[ACTS[Verb(decision.act)].upholds]


def decide_appeal(
    actor: Actor, appeal: Appeal, decision: Decision, *, has_flagged: bool, alone: bool
) -> LazyString | None:
    """Why `actor`, a moderator, may not decide about an appeal; None when they may.

    Not a party, and not whoever made the decision, unless they are `alone`.
    """
    if has_flagged or actor.id in {appeal.account_id, decision.subject_id}:
        return _("You are part of this, so another moderator decides.")
    if actor.id in {decision.by_id, decision.second_id} and not alone:
        return _("You decided this, so somebody else looks at it: another moderator, or the admin.")
    return None


def decided_already(name: str, what: LazyString | str) -> LazyString:
    return _("%(name)s has decided this meanwhile: %(what)s Look again.", name=name, what=what)
