"""Whose an account is: making one of two, and letting one be nobody's. Neither can be taken back."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import operations as accounts
from app.accounts.actor import Actor
from app.accounts.models import LONGEST_BECAUSE, Account, AccountState
from app.accounts.operations.sanctioning import reason
from app.audit.operations import record
from app.core import once
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.owning import hold_threads_of
from app.moderation import policy
from app.moderation.operations.reviewing import hold_reviews_of, naming, threads_of
from app.moderation.people import Known

HERE = (AccountState.ACTIVE, AccountState.UNCLAIMED)


def merged(actor: Actor, token: str) -> bool:
    """Whether this form has merged two accounts already."""
    return once.result(token, actor.using("merge")) is not None


def unfit(actor: Actor, kept: Known, gone: Known) -> LazyString | None:
    """Why these two cannot be made one, for a page that asks which; None when they can."""
    if kept.person.id == gone.person.id:
        return policy.THE_SAME
    return policy.merge(actor, kept.person, gone.person)


def merge(actor: Actor, *, kept_id: int, gone_id: int, typed: str, because: str, token: str) -> None:
    """Make all that is `gone_id`'s the other's, for ever. `typed` is the gone one's name, to be sure.

    One transaction of the same statements however much they wrote: everybody else waits with writing meanwhile, about a
    second where one wrote in 2,000 threads. The same `token` again changes nothing. Raises NotFound for who is no
    moderator and when one of them is not here (any more); Problem beside `typed`, `because` or, when `actor` may not
    decide about one of them, `other`.
    """
    because = reason(because)
    if not because:
        raise Problem(_("Say why: it is kept in the log."), "because")
    if len(because) > LONGEST_BECAUSE:
        raise Problem(_("Say it in at most %(max)d characters.", max=LONGEST_BECAUSE), "because")
    if kept_id == gone_id:
        raise Problem(policy.THE_SAME, "other")
    with transaction() as session:
        if once.replayed(token, actor.using("merge")):
            return
        found = _held(session, actor, kept_id, gone_id)
        kept, gone = found[kept_id], found[gone_id]
        if refused := policy.merge(actor, kept, gone):
            raise Problem(refused, "other")
        if wrong := policy.confirmed(typed, gone.name):
            raise Problem(wrong, "typed")
        once.settle(token, actor.using("merge"), kept_id)
        accounts.merge(kept, gone)
        facts = {"number": gone_id, "because": because}
        record("merge accounts", actor_id=actor.id, target="account", target_id=kept_id, facts=facts)


def anonymise(actor: Actor, *, account_id: int, typed: str) -> None:
    """Forget who somebody was, for ever; what they posted stays. `typed` is their name, to be sure, and is not kept.

    Raises NotFound for who is no moderator and for people who are not here (any more); Problem, beside `typed` for
    another name.
    """
    with transaction() as session:
        account = _held(session, actor, account_id)[account_id]
        if refused := policy.act_on(actor, account.id, account.role):
            raise Problem(refused)
        if wrong := policy.confirmed(typed, account.name):
            raise Problem(wrong, "typed")
        accounts.anonymise(account)
        record("anonymise", actor_id=actor.id, target="account", target_id=account_id)


def _held(session: Session, actor: Actor, *account_ids: int) -> dict[int, Account]:
    """The rows, locked: alone among those who write or judge, then their threads, then what waits in the queue of
    theirs, then the lower number.

    Whoever is about to point at one of them waits until this is over, and holds nothing meanwhile that this needs.
    """
    if not actor.is_moderator:
        raise NotFound
    forum.keep_names(alone=True)
    hold_threads_of(account_ids, besides=threads_of(naming(account_ids)))
    hold_reviews_of(account_ids)
    rows = select(Account).where(Account.id.in_(account_ids), Account.state.in_(HERE)).order_by(Account.id)
    found = session.scalars(rows.with_for_update().execution_options(populate_existing=True)).all()
    if len(found) != len(set(account_ids)):
        raise NotFound
    return {account.id: account for account in found}
