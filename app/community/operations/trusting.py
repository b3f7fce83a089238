"""Trust, computed from what people did: what each level asks for stands in one table."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select, update

from app.accounts.actor import LEVELS as LEAST
from app.accounts.actor import Role
from app.accounts.models import Account, AccountState
from app.audit.operations import record
from app.community.events import TrustChanged
from app.community.models import Reason, Reputation
from app.community.ports import Days, Presence
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.parts import part
from app.core.transaction import transaction
from app.forum.models import Post, Thread, Visibility
from app.forum.readings import sweep_days


@dataclass(frozen=True, slots=True)
class Level:
    """What a level asks for, at the least; within `window`, or ever. `most_hidden` counts the last WINDOW always."""

    role: Role
    days_present: int = 0
    threads_read: int = 0
    posts: int = 0
    helpful: int = 0
    accepted: int = 0
    most_hidden: int = 10**9
    window: timedelta | None = None
    never_suspended_for: timedelta = timedelta()


WINDOW = timedelta(days=100)
LEVELS = (
    Level(Role.NEW),
    Level(Role.MEMBER, days_present=2, threads_read=5, posts=1, most_hidden=2),
    Level(Role.MEMBER, days_present=15, threads_read=20, posts=5, helpful=1, most_hidden=2),
    Level(
        Role.TRUSTED,
        days_present=30,
        threads_read=60,
        posts=10,
        helpful=20,
        accepted=5,
        most_hidden=1,
        window=WINDOW,
        never_suspended_for=timedelta(days=182),
    ),
)
"""Source: Discourse's defaults (meta.discourse.org/t/90752). Level 1 there: 5 topics entered, 30 posts read, 10 minutes;
level 2: 15 days, 20 topics, 100 posts, 3 answered, 1 like given and received; level 3, within 100 days: 50 days, a
quarter of the new topics (at most 500), 10 answered, 20 likes received, at most 5 flags upheld, not suspended for six
months. Adapted: whose links are looked at first shows up a second day and has written once, since a scammer works in one
sitting; minutes and single posts are not watched here; a seller comes with a question, not daily, so level 3 asks for
30 days in place of 50 and for 5 accepted answers instead, for it may change what others wrote. Hidden posts stand in for
upheld flags.
"""

KEPT_WITH = 0.9
"""A level once reached is kept with this much of what it asks for (Discourse: 'low water mark' of level 3)."""

GRACE = timedelta(days=14)
"""So long trust stays although it is not earned any more (Discourse: 'tl3 promotion min duration')."""

DAYS_KEPT = max(max(level.days_present, level.threads_read) for level in LEVELS if level.window is None)
"""Of the days before WINDOW as many of each person's as any level asks for: on each a thread at least was read."""

_BATCH = 200
_EARNED = [Role.NEW, Role.MEMBER, Role.TRUSTED]


@dataclass(frozen=True, slots=True)
class Deeds:
    """What a person did, in one window or ever."""

    days: Days
    posts: int = 0
    helpful: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What trust is computed from: deeds ever and in WINDOW, posts hidden in WINDOW, the end of a suspension."""

    ever: Deeds
    lately: Deeds
    hidden: int
    suspended_until: datetime | None

    def earns(self, level: Level) -> bool:
        """Whether this is as much as the level asks for."""
        return self._enough(level, 1) and self._clean(level)

    def keeps(self, level: Level) -> bool:
        """Whether who reached the level keeps it: what was done once is not undone by staying away."""
        return self._clean(level) and (level.window is None or self._enough(level, KEPT_WITH))

    def _enough(self, level: Level, share: float) -> bool:
        done = self.lately if level.window else self.ever
        wanted = (
            (done.days.present, level.days_present),
            (done.days.threads_read, level.threads_read),
            (done.posts, level.posts),
            (done.helpful, level.helpful),
            (done.accepted, level.accepted),
        )
        return all(had >= share * least for had, least in wanted)

    def _clean(self, level: Level) -> bool:
        over = self.suspended_until is None or self.suspended_until + level.never_suspended_for <= now()
        return self.hidden <= level.most_hidden and (over or not level.posts)


@dataclass(frozen=True, slots=True)
class Held:
    """The trust an account has, as its row says."""

    id: int
    role: Role
    trust: int
    floor: int
    below_since: datetime | None
    suspended_until: datetime | None

    @property
    def level(self) -> int:
        return max(self.trust, LEAST[self.role])


def review() -> int:
    """Let everybody's trust follow what they did; how many rose or fell. Staff are never touched, sessions stay.

    Done twice, or by two workers at once, each change happens once. Six statements for every 200 people, and a
    transaction for each whose trust changes.
    """
    changed = 0
    for accounts in _batches():
        for account, standing in zip(accounts, _standings(accounts), strict=True):
            level, below_since = due(account, standing)
            as_it_is = (account.trust, account.role, account.below_since)
            if (level, LEVELS[level].role, below_since) != as_it_is:
                changed += _follow(account, level, below_since)
    return changed


def forget_days() -> None:
    """Forget the days on which people were here that no level can ask for any more."""
    sweep_days((now() - WINDOW).date(), but=DAYS_KEPT)


def due(account: Held, standing: Standing) -> tuple[int, datetime | None]:
    """The level as high as is earned; below the one held only after GRACE, and never below what an operator gave.

    With it, since when less than the level is earned, None when it is.
    """
    held = account.level
    earned = max(level for level, asks in enumerate(LEVELS) if standing.earns(asks))
    if earned > held:
        return earned, None
    kept = max(level for level in range(held + 1) if standing.keeps(LEVELS[level]))
    least = max(kept, account.floor)
    if least >= held:
        return held, None
    since = account.below_since or now()
    return (least, None) if now() - since >= GRACE else (held, since)


def _follow(account: Held, level: int, below_since: datetime | None) -> bool:
    """Write it, unless the row has changed meanwhile; whether the level did."""
    as_it_was = (Account.id == account.id, Account.role == account.role, Account.trust == account.trust)
    values = {"trust": level, "role": LEVELS[level].role, "trust_below_since": below_since}
    with transaction() as session:
        moved = session.connection().execute(update(Account).where(*as_it_was).values(values)).rowcount
        if not moved or level == account.level:
            return False
        facts = {"from": account.level, "to": level}
        record("change trust", actor_id=None, target="account", target_id=account.id, facts=facts)
        emit(TrustChanged(account.id, account.level, level))
        return True


def _batches() -> Iterator[list[Held]]:
    """Those whose trust may change, some at a time."""
    last = 0
    while True:
        rows = db.session.execute(
            select(
                Account.id,
                Account.role,
                Account.trust,
                Account.trust_floor,
                Account.trust_below_since,
                Account.suspended_until,
            )
            .where(
                Account.id > last,
                Account.state == AccountState.ACTIVE,
                Account.email_confirmed_at.is_not(None),
                Account.role.in_(_EARNED),
            )
            .order_by(Account.id)
            .limit(_BATCH)
        ).all()
        if not rows:
            return
        last = rows[-1].id
        yield [Held(*row) for row in rows]


def _standings(accounts: list[Held]) -> list[Standing]:
    since = now() - WINDOW
    ids = [account.id for account in accounts]
    ever, lately, hidden = _deeds(ids, None), _deeds(ids, since), _hidden(ids, since)
    return [
        Standing(ever[account.id], lately[account.id], hidden.get(account.id, 0), account.suspended_until)
        for account in accounts
    ]


def _deeds(ids: Collection[int], since: datetime | None) -> dict[int, Deeds]:
    """By account, from `since` on or ever: what is public and stands. An accepted answer is somebody else's word."""
    days = part(Presence)(ids, since.date() if since else None)
    public = (Post.visibility == Visibility.PUBLIC, Thread.visibility == Visibility.PUBLIC)
    posts = select(Post.author_id, func.count()).join(Thread).where(Post.author_id.in_(ids), *public)
    ledger = select(Reputation.account_id, func.count()).where(
        Reputation.account_id.in_(ids), Reputation.points > 0
    )
    if since:
        posts = posts.where(Post.created_at >= since)
        ledger = ledger.where(Reputation.created_at >= since)
    written = _counts(posts.group_by(Post.author_id))
    by_account = ledger.group_by(Reputation.account_id)
    helpful = _counts(by_account.where(Reputation.reason == Reason.HELPFUL))
    accepted = _counts(by_account.where(Reputation.reason == Reason.ACCEPTED))
    return {
        account_id: Deeds(
            days.get(account_id, Days()),
            written.get(account_id, 0),
            helpful.get(account_id, 0),
            accepted.get(account_id, 0),
        )
        for account_id in ids
    }


def _hidden(ids: Collection[int], since: datetime) -> dict[int, int]:
    """How many posts of theirs since then were hidden by others, with the threads they opened."""
    rows = (
        select(Post.author_id, func.count())
        .join(Thread)
        .where(
            Post.author_id.in_(ids),
            Post.created_at >= since,
            (Post.visibility == Visibility.HIDDEN)
            | (Post.parent_id.is_(None) & (Thread.visibility == Visibility.HIDDEN)),
        )
    )
    return _counts(rows.group_by(Post.author_id))


def _counts(rows: Select[int, int]) -> dict[int, int]:
    return dict(db.session.execute(rows).all())
