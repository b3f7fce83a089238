"""The review of a target, held until the transaction ends."""

from collections.abc import Collection
from datetime import datetime

from flask_babel import LazyString
from sqlalchemy import Integer, Select, case, func, literal, null, or_, select, union_all, update
from sqlalchemy import cast as as_type
from sqlalchemy.orm import aliased

from app.accounts.actor import Actor, Role
from app.accounts.models import Account, AccountState
from app.accounts.queries import people
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.problems import NotFound
from app.forum import operations as forum
from app.forum.models import Post
from app.forum.readings import readers_since
from app.moderation import policy, targets, weights
from app.moderation.models import Flag, LeaseEnd, Report, Review
from app.moderation.targets import Subject, Target, TargetKind

HOLD = {"key_share": True}
"""Rows that come to point here (flags, decisions) take a share of it on PostgreSQL."""

_THIS = aliased(Review)
"""Made once: making an alias takes longer than asking with it."""


def held(actor: Actor, review_id: int) -> tuple[Review, Subject]:
    """A review and what it is about, as they are now; the thread is taken first, as everywhere. Raises NotFound."""
    review = db.session.get(Review, review_id)
    if review is None:
        raise NotFound
    hold_thread_of(review.post_id, review.thread_id)
    review = db.session.get_one(Review, review_id, with_for_update=HOLD, populate_existing=True)
    return review, targets.subject(actor, targets.of_review(review))


def review_of(subject: Subject) -> Review:
    """The review of a target, made when there is none yet. Its thread is held already."""
    target = subject.target
    column = getattr(Review, target.column)
    made = insert_ignoring(Review).values(
        **{target.column: target.id}, author_id=subject.author.id, severity=0, reach=1.0, **_NOTHING
    )
    db.session().connection().execute(made)
    found = select(Review).where(column == target.id)
    return db.session.scalars(
        found.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one()


def hold_target(target: Target) -> None:
    """Hold the thread that a target is or stands in; about a person, only who they are."""
    hold_thread_of(
        target.id if target.column == "post_id" else None, target.id if target.column == "thread_id" else None
    )


def hold_thread_of(post_id: int | None, thread_id: int | None) -> None:
    """No post goes elsewhere, and nobody becomes another, between looking where it stands and holding that."""
    forum.keep_names()
    if post_id is not None:
        thread_id = db.session.scalar(select(Post.thread_id).where(Post.id == post_id))
    if thread_id is not None:
        forum.hold_thread(thread_id)


def hold_threads_of(review_ids: Collection[int]) -> None:
    """Hold the threads of many reviews, in the one order that everybody takes them in."""
    forum.keep_names()
    forum.hold_thread(*sorted(threads_of(review_ids)))


def threads_of(review_ids: Collection[int]) -> set[int]:
    """In which threads these reviews' posts stand, with the threads that are looked at themselves."""
    of_posts = select(Post.thread_id).join(Review, Review.post_id == Post.id).where(Review.id.in_(review_ids))
    threads = select(Review.thread_id).where(Review.id.in_(review_ids), Review.thread_id.is_not(None))
    return {*db.session.scalars(of_posts), *db.session.scalars(threads)}


def hold_reviews_of(account_ids: Collection[int]) -> None:
    """Hold every review that names these people, in one order. Their threads are held already (`naming`)."""
    rows = select(Review.id).where(Review.id.in_(naming(account_ids))).order_by(Review.id)
    db.session.execute(rows.with_for_update(key_share=True))


def naming(account_ids: Collection[int]) -> Collection[int]:
    """The reviews that are about what these people wrote or about them, that they flagged or have in hand."""
    flagged = select(Flag.review_id).where(Flag.account_id.in_(account_ids))
    columns = (Review.author_id, Review.account_id, Review.claimed_by_id)
    named = or_(*(column.in_(account_ids) for column in columns), Review.id.in_(flagged))
    return db.session.scalars(select(Review.id).where(named)).all()


def beside(review: Review, *, hold: bool = False) -> Review | None:
    """Of a thread the review of its opening post, of that post the thread's, where there is one: their words are the same.

    With `hold` for who changes it, and holds their thread already.
    """
    if review.account_id is not None:
        return None
    rows = select(Review).where(Review.id.in_(same(review.id)), Review.id != review.id)
    if hold:
        rows = rows.with_for_update(key_share=True).execution_options(populate_existing=True)
    return db.session.scalar(rows)


def taken(actor: Actor, review: Review) -> LazyString | None:
    """Why `actor` leaves it to another moderator, who has it or what stands `beside` it in hand; None when nobody has."""
    for each in (review, beside(review)):
        if each and policy.claimed(actor, each) and each.claimed_by_id and each.claimed_until:
            name = people([each.claimed_by_id])[each.claimed_by_id].display_name
            return policy.in_hand(name, each.claimed_until)
    return None


def reach_of(subject: Subject) -> float:
    """How far a target is read."""
    if subject.thread is None:
        return 1.0
    return weights.reach(readers_since(subject.thread.id, (now() - weights.REACH_WINDOW).date()))


def settle(review: Review) -> None:
    """It waits no longer, and nobody has it in hand. Its flags and reports were answered before, every one."""
    free(review)
    review.opened_at = review.hidden_at = None
    review.held, review.noticed = False, 0
    review.flag_count, review.flag_weight, review.independent, review.severity = 0, 0.0, 0, 0
    review.version += 1


def free(review: Review, *, let_go: bool = False) -> None:
    """Nobody has it in hand any more. What ran out before, or is `let_go`, is counted."""
    until = review.claimed_until
    if until is not None and (let_go or until <= now()):
        db.session.add(LeaseEnd(review_id=review.id, at=min(until, now()), let_go=until > now()))
    review.claimed_by_id = review.claimed_until = None


def weigh(review: Review) -> None:
    """Count the open flags and reports anew; it waits while there are any, while it is held, or something in it was noticed."""
    db.session.flush()
    counted = as_type(Flag.counted, Integer).label("counted")
    flags = select(Flag.reason, Flag.weight, counted).where(
        Flag.review_id == review.id, Flag.decision_id.is_(None)
    )
    reports = select(Report.reason, Report.weight, literal(0)).where(
        Report.review_id == review.id, Report.decision_id.is_(None)
    )
    said = union_all(flags, reports).subquery()
    worst = case(
        {reason.value: severity for reason, severity in weights.SEVERITY.items()},
        value=said.c.reason,
        else_=1,
    )
    row = db.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(said.c.weight), 0.0),
            func.coalesce(func.sum(said.c.counted), 0),
            func.coalesce(func.max(worst), 0),
        ).select_from(said)
    ).one()
    review.flag_count, review.flag_weight, review.independent, review.severity = tuple(row)
    review.severity = max(review.severity, review.noticed, weights.HELD_SEVERITY if review.held else 0)
    waits = review.flag_count or review.noticed or review.held
    review.opened_at = (review.opened_at or now()) if waits else None


def notice(post_id: int, severity: int) -> None:
    """Let a post wait for a look because something that is looked for by itself is in it, in the open transaction.

    A post in which a hundred words are met is noticed once: where it waits for something as severe, nothing changes.
    """
    if (db.session.scalar(select(Review.noticed).where(Review.post_id == post_id)) or 0) >= severity:
        return
    target = Target(TargetKind.POST, post_id)
    hold_target(target)
    review = review_of(targets.subject(targets.SYSTEM, target))
    review.noticed = max(review.noticed, severity)
    weigh(review)


def answer_flags(review: Review, decision_id: int, upheld: bool | None, appeal_until: datetime) -> None:
    """Every flag and report that is open is answered by this decision."""
    connection = db.session().connection()
    answer = {"decision_id": decision_id, "upheld": upheld}
    flags = update(Flag).where(Flag.review_id == review.id, Flag.decision_id.is_(None))
    connection.execute(flags.values(**answer))
    reports = update(Report).where(Report.review_id == review.id, Report.decision_id.is_(None))
    connection.execute(reports.values(**answer, appeal_until=appeal_until))


def reopen_flags(review: Review, decision_id: int) -> None:
    """What a decision answered of a review waits again; of a person's flags only the latest, which says what is wrong now.

    How it was answered counts no more in either case.
    """
    open_ones = select(Flag.account_id).where(Flag.review_id == review.id, Flag.decision_id.is_(None))
    answered = (Flag.review_id == review.id, Flag.decision_id == decision_id)
    # Of two accounts that became one since, both may have flagged it.
    latest = (
        select(func.max(Flag.id))
        .where(*answered, Flag.account_id.not_in(open_ones))
        .group_by(Flag.account_id)
    )
    flags = update(Flag).where(*answered)
    connection = db.session().connection()
    connection.execute(
        flags.values(upheld=None, decision_id=case((Flag.id.in_(latest), null()), else_=Flag.decision_id))
    )
    reports = update(Report).where(Report.review_id == review.id, Report.decision_id == decision_id)
    connection.execute(reports.values(decision_id=None, upheld=None, appeal_until=None))


def has_flagged(review_id: int, account_id: int | None) -> bool:
    """Whether somebody ever flagged it: whoever did stays a party, also when their flag is answered."""
    flags = select(Flag.id).where(Flag.review_id.in_(same(review_id)), Flag.account_id == account_id)
    return db.session.scalar(flags.limit(1)) is not None


def flaggers(review_id: int) -> Select[int]:
    """Who ever flagged it, for a WHERE."""
    return select(Flag.account_id).where(Flag.review_id.in_(same(review_id)))


def others_who_could(review_id: int, but: Collection[int | None]) -> int:
    """How many moderators could decide about it beside these people: none who ever flagged it, is suspended or silenced."""
    free = [
        or_(until.is_(None), until <= now()) for until in (Account.suspended_until, Account.silenced_until)
    ]
    rows = select(func.count()).where(
        Account.role.in_((Role.MODERATOR, Role.ADMIN)),
        Account.state == AccountState.ACTIVE,
        Account.id.not_in({each for each in but if each is not None}),
        Account.id.not_in(flaggers(review_id)),
        *free,
    )
    return db.session.scalar(rows) or 0


def same(review_id: int) -> Select[int]:
    """The review, and of a thread or its opening post the other one: their words are the same."""
    of_post = select(Post.thread_id).join(_THIS, _THIS.post_id == Post.id)
    of_thread = select(Post.id).join(_THIS, _THIS.thread_id == Post.thread_id)
    opening = (_THIS.id == review_id, Post.parent_id.is_(None))
    return select(Review.id).where(
        or_(
            Review.id == review_id,
            Review.thread_id == of_post.where(*opening).scalar_subquery(),
            Review.post_id == of_thread.where(*opening).scalar_subquery(),
        )
    )


_NOTHING = {"flag_count": 0, "flag_weight": 0.0, "independent": 0, "version": 1}
