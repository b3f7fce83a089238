"""Help sessions: what somebody on `/help` was shown, opened, refused, said solved, filed and regretted.

Nothing that anybody typed is kept, only which threads stood under it.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, select, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.transaction import transaction
from app.search import trials
from app.search.models import HELP, Arm, HelpSession, SuggestionEvent, Trial, What

WINDOW = timedelta(days=7)
"""How long a session lasts: 'filed within 7 days' is filed within it."""

TIED = timedelta(days=90)
"""How long it is known whose a session was."""

_NOBODYS: dict[str, Any] = {"account_id": None, "visitor": None, "begun_at": None, "matches": []}


def show(actor: Actor, visitor: str | None, *, thread_ids: Sequence[int], urgent: bool) -> bool:
    """These matches stand under the line of `/help` now; whether they are to be folded away.

    The first matches begin a session, which may be drawn for the trial that runs. What is `urgent` never is, and takes
    a session out of the one it was drawn for. Writes only when something is new: people type fast.
    """
    shown = list(thread_ids)
    session = _live(actor, visitor)
    if session is None and not shown:
        return False
    if session is None or session.matches != shown or (urgent and not session.urgent):
        with transaction():
            # Before looking: of two that begin at once the second then wants the number that the first took.
            nth = _nth(actor, visitor)
            session = _live(actor, visitor) or _begin(actor, visitor, nth, urgent=urgent)
            session.matches = shown
            session.urgent = session.urgent or urgent
            if not _is_folded(session):
                _note(session, What.SHOWN, shown)
    return _is_folded(session)


def folded(actor: Actor, visitor: str | None, *, urgent: bool) -> bool:
    """Whether matches are to be folded away on a page that only reads; it begins no session."""
    if session := _live(actor, visitor):
        return _is_folded(session) and not urgent
    trial = trials.running()
    if urgent or trial is None or not (actor.signed_in or visitor):
        return False
    return trials.draw(trial, _who(actor, visitor), _nth(actor, visitor)) is Arm.CONTROL


def open_thread(actor: Actor, visitor: str | None, *, thread_id: int) -> None:
    """The thread of a match was opened; of any other thread nothing is noted."""
    with transaction():
        session = _live(actor, visitor)
        if session and thread_id in session.matches:
            _note(session, What.OPENED, [thread_id])


def solved(actor: Actor, visitor: str | None, thread_id: int) -> None:
    """They say that this thread solves it. In the open transaction."""
    _note(_live(actor, visitor), What.SOLVED, [thread_id])


def refuse(actor: Actor, visitor: str | None) -> None:
    """They went on past the matches that stood under the line. In the open transaction.

    Matches that were folded away are not refused: nobody knows whether they were seen.
    """
    session = _live(actor, visitor)
    if session is None or not session.matches:
        _note(session, What.REFUSED, [None])
        return
    seen = (SuggestionEvent.session_id == session.id, SuggestionEvent.what == What.SHOWN)
    shown = set(db.session.scalars(select(SuggestionEvent.thread_id).where(*seen)))
    _note(session, What.REFUSED, [thread_id for thread_id in session.matches if thread_id in shown])


def file(actor: Actor) -> None:
    """They filed a ticket, wherever they did. In the open transaction.

    Whoever had said in the same session that a thread solves it regrets that.
    """
    for session in db.session.scalars(select(HelpSession).where(_own(actor, None), _is_live())):
        said = (SuggestionEvent.session_id == session.id, SuggestionEvent.what == What.SOLVED)
        threads = db.session.scalars(select(SuggestionEvent.thread_id).where(*said)).all()
        _note(session, What.REGRETTED, threads)
        filed = (SuggestionEvent.session_id == session.id, SuggestionEvent.what == What.FILED)
        if db.session.scalar(select(SuggestionEvent.id).where(*filed).limit(1)) is None:
            _note(session, What.FILED, [None])


def adopt(account_id: int, visitor: str) -> None:
    """Make a visitor's sessions those of the person they turned out to be, in the open transaction."""
    _hand_over(HelpSession.visitor == visitor, account_id)


def merge(gone_id: int, kept_id: int) -> None:
    """Make one account's sessions those of another, in the open transaction."""
    _hand_over(HelpSession.account_id == gone_id, kept_id)


def untie(account_id: int) -> None:
    """Forget whose sessions these were, in the open transaction, as `sweep` does later of all."""
    db.session.execute(update(HelpSession).where(HelpSession.account_id == account_id).values(_NOBODYS))


def _hand_over(which: ColumnElement[bool], account_id: int) -> None:
    rows = select(HelpSession).where(which).order_by(HelpSession.nth).with_for_update()
    for session in db.session.scalars(rows).all():
        session.nth = _following(HelpSession.account_id == account_id)
        session.account_id, session.visitor = account_id, None
        db.session.flush()


def sweep() -> None:
    """Forget whose sessions were that began TIED ago, and at what time of the day."""
    old = (HelpSession.begun_on <= (now() - TIED).date(), HelpSession.begun_at.is_not(None))
    with transaction() as session:
        session.execute(update(HelpSession).where(*old).values(_NOBODYS))


def _live(actor: Actor, visitor: str | None) -> HelpSession | None:
    """The session that lasts; of several, the one that began last."""
    own = select(HelpSession).where(_own(actor, visitor), _is_live())
    return db.session.scalar(own.order_by(HelpSession.begun_at.desc(), HelpSession.id.desc()).limit(1))


def _is_live() -> ColumnElement[bool]:
    return HelpSession.begun_at > now() - WINDOW


def _begin(actor: Actor, visitor: str | None, nth: int, *, urgent: bool) -> HelpSession:
    """A new session. Of two that begin at once the second waits for the first and finds it."""
    moment = now()
    trial = None if urgent else trials.running()
    arm = trials.draw(trial, _who(actor, visitor), nth) if trial else None
    fresh = insert_ignoring(HelpSession).values(
        account_id=actor.id,
        visitor=None if actor.signed_in else visitor,
        nth=nth,
        begun_at=moment,
        begun_on=moment.date(),
        trial_id=trial.id if trial and arm else None,
        arm=arm,
        urgent=urgent,
        matches=[],
    )
    db.session().connection().execute(fresh)
    return db.session.scalars(select(HelpSession).where(_own(actor, visitor), HelpSession.nth == nth)).one()


def _own(actor: Actor, visitor: str | None) -> ColumnElement[bool]:
    if actor.signed_in:
        return HelpSession.account_id == actor.id
    return HelpSession.visitor == visitor if visitor else false()


def _who(actor: Actor, visitor: str | None) -> str:
    return f"account:{actor.id}" if actor.signed_in else f"visitor:{visitor}"


def _nth(actor: Actor, visitor: str | None) -> int:
    return _following(_own(actor, visitor))


def _following(own: ColumnElement[bool]) -> int:
    last = db.session.scalar(select(func.max(HelpSession.nth)).where(own))
    return 0 if last is None else last + 1


def _is_folded(session: HelpSession) -> bool:
    """A session keeps its arm to its end, but once a trial was stopped everybody sees everything."""
    if session.arm != Arm.CONTROL or session.urgent:
        return False
    return db.session.scalar(select(Trial.stopped_at).where(Trial.id == session.trial_id)) is None


def _note(session: HelpSession | None, what: What, thread_ids: Collection[int | None]) -> None:
    """Once a session, deed and thread."""
    if not thread_ids:
        return
    rows = [
        {
            "session_id": session.id if session else None,
            "form": HELP,
            "what": what,
            "thread_id": thread_id,
            "day": now().date(),
        }
        for thread_id in thread_ids
    ]
    db.session.flush()
    db.session().connection().execute(insert_ignoring(SuggestionEvent), rows)
