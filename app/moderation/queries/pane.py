"""All that a moderator needs beside a target to decide about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import ColumnElement, case, func, select, true

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import PERSON_COLUMNS, Person
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound
from app.core.text import links
from app.forum import queries as forum
from app.forum.models import Post, Revision, Visibility
from app.moderation import policy, targets
from app.moderation.acts import ACTS, Act, Verb
from app.moderation.models import Decision, Flag, Review, StaffNote
from app.moderation.operations.deciding import Seen
from app.moderation.operations.reviewing import has_flagged, same, taken
from app.moderation.operations.ruling import is_involved
from app.moderation.queries.decisions import DecisionRow, decisions_of
from app.moderation.queries.flags import FlagRow, flags_of
from app.moderation.queries.proposals import ProposalPage, proposal_about
from app.moderation.queries.queue import QueueRow, rows_of
from app.moderation.queries.reports import ReportRow, reports_of
from app.moderation.spam.queries import Parts, scores
from app.moderation.targets import Subject
from app.moderation.watching.queries import met_in

MOST_SIMILAR = 5


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a target's author: what they wrote that everybody sees, and what moderators did about them."""

    days_here: int
    trust: int
    posts: int
    released: int
    hidden: int
    warned: int
    flags_upheld: int
    flags_declined: int


@dataclass(frozen=True, slots=True)
class Note:
    """A word of one moderator to the others."""

    by: Person
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Pane:
    """`refused` is why this moderator may not decide; `acts` are those that fit.

    `beside` is what waits beside it: of a thread its opening post, of that the thread.
    """

    row: QueueRow
    beside: QueueRow | None
    subject: Subject
    html: str
    above: str | None
    links: Sequence[str]
    photos: Sequence[forum.PhotoRow]
    taken: Sequence[forum.PhotoRow]
    revisions: int
    flags: Sequence[FlagRow]
    reports: Sequence[ReportRow]
    history: History
    watched: Sequence[str]
    spam: Parts
    decisions: Sequence[DecisionRow]
    similar: Sequence[DecisionRow]
    notes: Sequence[Note]
    involved: bool
    proposal: ProposalPage | None
    refused: LazyString | None
    acts: Mapping[Verb, Act]

    def may(self, *verbs: str) -> bool:
        """Whether any of these acts fits."""
        return any(verb in self.acts for verb in verbs)


def pane(actor: Actor, review_id: int) -> Pane:
    """In a bounded number of statements. Raises NotFound to all but moderators."""
    rows = rows_of(actor, Review.id == review_id)
    if not rows:
        raise NotFound
    return pane_of(actor, rows[0])


def pane_of(actor: Actor, row: QueueRow) -> Pane:
    """The same for a row that has been read already."""
    if not actor.is_moderator:
        raise NotFound
    review_id, subject = row.id, targets.subject(actor, row.target)
    # Nobody reads who flagged them, nor what others say of it.
    own = subject.author.id == actor.id
    flags: Sequence[FlagRow] = () if own else flags_of(review_id)
    reports: Sequence[ReportRow] = () if own else reports_of(review_id)
    post = subject.post
    html = (post.unmasked_html or post.html) if post else ""
    flagged = has_flagged(review_id, actor.id)
    beside = rows_of(
        actor, Review.id.in_(same(review_id)), Review.id != review_id, Review.opened_at.is_not(None)
    )
    return Pane(
        row=row,
        beside=beside[0] if beside else None,
        subject=subject,
        html=html,
        above=_above(post) if post else None,
        links=links(html) if post else (),
        photos=forum.photos_of(actor, [post.id]).get(post.id, []) if post and post.photo_count else (),
        taken=forum.taken_photos_of(post.id) if post else (),
        revisions=_edits_since(post, [*flags, *reports]) if post else 0,
        flags=flags,
        reports=reports,
        watched=met_in([post.id]).get(post.id, ()) if post else (),
        spam=scores([post.id]).get(post.id, ()) if post else (),
        history=_history(subject.author),
        decisions=decisions_of(actor, Decision.review_id.in_(same(review_id))),
        similar=_similar(actor, review_id, [*flags, *reports]),
        notes=() if own else _notes(review_id),
        proposal=None if own else proposal_about(actor, review_id),
        involved=is_involved(actor, subject),
        refused=policy.decide(actor, subject, has_flagged=flagged),
        acts={
            verb: act
            for verb, act in ACTS.items()
            if policy.decide(actor, subject, act, has_flagged=flagged) is None
        },
    )


def previewed(
    actor: Actor, verb: Verb, seen: Mapping[int, Seen]
) -> Sequence[tuple[QueueRow, LazyString | None]]:
    """The targets that were chosen, each with why it would be left as it is; None when it would be decided."""
    return [(row, _left(actor, verb, row, seen[row.id])) for row in rows_of(actor, Review.id.in_(seen))]


def _left(actor: Actor, verb: Verb, row: QueueRow, seen: Seen) -> LazyString | None:
    subject = targets.subject(actor, row.target)
    flagged = has_flagged(row.id, actor.id)
    if refused := policy.decide(actor, subject, ACTS[verb], has_flagged=flagged):
        return refused
    if row.version != seen.review:
        return policy.MOVED_ON
    if seen.post not in {None, row.post_version}:
        return policy.EDITED_MEANWHILE
    return taken(actor, db.session.get_one(Review, row.id))


def _above(post: Post) -> str | None:
    """What a reply answers."""
    above = select(func.coalesce(Post.unmasked_html, Post.html)).where(Post.id == (post.parent_id or 0))
    return db.session.scalar(above)


def _edits_since(post: Post, flags: Sequence[FlagRow | ReportRow]) -> int:
    """How often a post was edited since the version that was flagged first."""
    versions = [flag.post_version for flag in flags if flag.post_version is not None]
    if not versions:
        return 0
    since = select(func.count()).where(Revision.post_id == post.id, Revision.version >= min(versions))
    return db.session.scalar(since) or 0


def _history(author: Account) -> History:
    acts = {
        "released": Decision.act == Verb.KEEP,
        "hidden": Decision.act.in_((Verb.HIDE, Verb.REMOVE)),
        "warned": Decision.act == Verb.WARN,
    }
    answers = {"flags_upheld": Flag.upheld.is_(True), "flags_declined": Flag.upheld.is_(False)}
    decided = select(*_counts(acts)).where(
        Decision.subject_id == author.id,
        Decision.by_id.is_not(None),
        Decision.undone_at.is_(None),
        Decision.reversed_at.is_(None),
    )
    flags = select(*_counts(answers)).where(Flag.account_id == author.id)
    posts = select(func.count().label("posts")).where(
        Post.author_id == author.id, Post.visibility == Visibility.PUBLIC
    )
    # Each is one row, so they are asked for at once.
    first, second, third = (counts.subquery() for counts in (decided, flags, posts))
    together = first.join(second, true()).join(third, true())
    known = db.session.execute(select(first, second, third).select_from(together)).mappings().one()
    return History(days_here=(now() - author.created_at).days, trust=author.trust, **known)


def _counts(of: Mapping[str, ColumnElement[bool]]) -> Iterator[ColumnElement[int]]:
    """By name, how many rows this is so of."""
    return (func.count(case((this, 1))).label(name) for name, this in of.items())


def _similar(actor: Actor, review_id: int, flags: Sequence[FlagRow | ReportRow]) -> Sequence[DecisionRow]:
    """How the last targets were decided that were flagged for the same."""
    if not flags:
        return ()
    alike = (
        select(Flag.decision_id)
        .where(
            Flag.reason == flags[0].reason,
            Flag.decision_id.is_not(None),
            Flag.review_id.not_in(same(review_id)),
        )
        .distinct()
        .order_by(Flag.decision_id.desc())
        .limit(MOST_SIMILAR)
    )
    return decisions_of(actor, Decision.id.in_(db.session.scalars(alike).all()))


def _notes(review_id: int) -> Sequence[Note]:
    rows: Iterable[Any] = db.session.execute(
        select(StaffNote.source, StaffNote.created_at, *PERSON_COLUMNS)
        .join(Account, Account.id == StaffNote.by_id)
        .where(StaffNote.review_id == review_id)
        .order_by(StaffNote.id)
    )
    return [Note(Person(*row[2:]), row.source, row.created_at) for row in rows]
