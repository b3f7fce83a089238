"""What follows in search from events."""

from app.accounts.actor import Role
from app.accounts.events import AccountAnonymised, AccountMerged, RoleChanged, SessionBegun
from app.accounts.operations.merging import give
from app.forum.queries import threads_of
from app.search import helping, indexing
from app.search.models import Trial


def session_begun(event: SessionBegun) -> None:
    helping.adopt(event.account_id, event.visitor)


def account_merged(event: AccountMerged) -> None:
    helping.merge(event.gone_id, event.kept_id)
    give(event, Trial.started_by_id)


def account_anonymised(event: AccountAnonymised) -> None:
    helping.untie(event.account_id)


def role_changed(event: RoleChanged) -> None:
    """Answers by support are marked, so those of somebody who joins or leaves it are looked at anew."""
    if Role.AGENT in {event.before, event.after}:
        for thread_id in threads_of(event.account_id):
            indexing.enqueue(thread_id)
