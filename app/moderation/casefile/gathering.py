"""A case as facts: plain values in a shape that stays, in a bounded number of statements."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import url_for
from sqlalchemy import or_, select

from app.accounts.actor import Actor
from app.config import Settings
from app.core.clock import now
from app.core.db import db
from app.core.parts import part
from app.core.problems import NotFound
from app.forum.models import Revision
from app.moderation import targets
from app.moderation.acts import ACTS, Verb
from app.moderation.casefile.names import Names
from app.moderation.casefile.proving import Facts, proof
from app.moderation.models import Appeal, Decision, Flag, Report, Review, Told
from app.moderation.rules import BROKEN
from app.moderation.targets import Subject
from app.moderation.words import Reason

SHAPE_VERSION = 1
"""Goes up when something in the shape goes or means something else; what is added leaves it as it is."""


def case_of(actor: Actor, review_id: int) -> Facts:
    """Everything about one target but what moderators note for each other. Raises NotFound to all but moderators.

    Times are datetimes; the rest is what JSON has. Personal data and everybody's name but its subject's are masked.
    """
    review = db.session.get(Review, review_id)
    if review is None or not actor.is_moderator:
        raise NotFound
    subject = targets.subject(actor, targets.of_review(review))
    flags = _all(select(Flag).where(Flag.review_id == review_id).order_by(Flag.id))
    reports = _all(select(Report).where(Report.review_id == review_id).order_by(Report.id))
    # What took a thread out of sight answered the flags on its opening post, too.
    answered = {row.decision_id for row in (*flags, *reports)} - {None}
    about = or_(Decision.review_id == review_id, Decision.id.in_(answered))
    decisions = _all(select(Decision).where(about).order_by(Decision.id))
    mine = [row.id for row in decisions]
    told = _all(select(Told).where(Told.decision_id.in_(mine)).order_by(Told.decision_id, Told.account_id))
    appeals = _all(select(Appeal).where(Appeal.decision_id.in_(mine)).order_by(Appeal.id))
    revisions = _revisions(subject)
    names = Names(
        subject.author,
        _texts(subject, revisions, flags, reports, decisions, appeals),
        _others(revisions, flags, told, appeals),
        _staff(decisions, appeals),
        reports,
        (row.outside for row in decisions),
    )
    reporters = {row.id: names.reporter(row) for row in reports}
    refs = {row.id: row.ref for row in decisions}
    settings = part(Settings)
    return {
        "document": "moderation case file",
        "version": SHAPE_VERSION,
        "site": {"name": settings.site_name, "address": settings.base_url},
        "made_at": now(),
        "review": {
            "number": review.id,
            "kind": subject.target.kind.value,
            "target": subject.target.id,
            "address": _address(review),
            "waiting_since": review.opened_at,
            "held": review.held,
            "hidden_by_itself_at": review.hidden_at,
        },
        "subject": {"name": subject.author.name, "display_name": subject.author.display_name},
        "words": _words(subject, names),
        "revisions": [_revision(row, names) for row in revisions],
        "flags": [_flag(row, names, refs) for row in flags],
        "reports": [_report(row, names, refs) for row in reports],
        "decisions": [_decision(row, names) for row in decisions],
        "clocks": _clocks(flags, reports, decisions, told, appeals),
        "notices": [
            {
                "decision": refs[row.decision_id],
                "to": names.person(row.account_id),
                "as": row.side,
                "told_at": row.told_at,
                "appeal_until": row.appeal_until,
            }
            for row in told
        ],
        "appeals": [_appeal(row, names, reporters, refs) for row in appeals],
        "log": proof(subject, list(refs.items())),
    }


def _all(rows: Any) -> Sequence[Any]:
    return db.session.scalars(rows).all()


def _revisions(subject: Subject) -> Sequence[Any]:
    if subject.post is None:
        return ()
    return _all(select(Revision).where(Revision.post_id == subject.post.id).order_by(Revision.version))


def _texts(
    subject: Subject,
    revisions: Iterable[Any],
    flags: Iterable[Any],
    reports: Iterable[Any],
    decisions: Iterable[Any],
    appeals: Iterable[Any],
) -> Iterable[str]:
    yield subject.thread.title if subject.thread else ""
    yield subject.post.source if subject.post else subject.author.bio or ""
    for revision in revisions:
        yield from (revision.source, revision.reason)
    for flag in flags:
        yield from (flag.note, flag.passage)
    for report in reports:
        yield report.source
    for decision in decisions:
        yield decision.said
    for appeal in appeals:
        yield from (appeal.source, appeal.answer)


def _others(
    revisions: Iterable[Any], flags: Iterable[Any], told: Iterable[Any], appeals: Iterable[Any]
) -> Iterable[int]:
    yield from (row.account_id for row in flags)
    yield from (row.account_id for row in appeals if row.account_id is not None)
    yield from (row.account_id for row in told)
    yield from (row.editor_id for row in revisions)


def _staff(decisions: Iterable[Any], appeals: Iterable[Any]) -> Iterable[int]:
    yield from (
        who for row in decisions for who in (row.by_id, row.second_id, row.undone_by_id) if who is not None
    )
    yield from (row.decided_by_id for row in appeals if row.decided_by_id is not None)


def _address(review: Review) -> str | None:
    """The path, which outside of a request comes with a host."""
    if review.account_id is not None:
        return None
    if review.post_id is not None:
        return urlsplit(url_for("forum.post", post_id=review.post_id)).path
    return urlsplit(url_for("forum.thread", thread_id=review.thread_id)).path


def _words(subject: Subject, names: Names) -> Facts:
    if subject.post is None or subject.thread is None:
        return {"about_themselves": names.hide(subject.author.bio or "")}
    return {
        "title": names.hide(subject.thread.title),
        "source": names.hide(subject.post.source),
        "version": subject.post.version,
        "visibility": str(subject.visibility),
        "written_at": subject.post.created_at,
        "edited_at": subject.post.edited_at,
    }


def _revision(row: Any, names: Names) -> Facts:
    return {
        "version": row.version,
        "title": None if row.title is None else names.hide(row.title),
        "source": names.hide(row.source),
        "replaced_at": row.replaced_at,
        "by": names.person(row.editor_id),
        "why": names.hide(row.reason),
    }


def _flag(row: Any, names: Names, refs: dict[int, str]) -> Facts:
    return {
        "at": row.created_at,
        "by": names.person(row.account_id),
        "reason": row.reason,
        "note": names.hide(row.note),
        "passage": names.hide(row.passage),
        "version": row.post_version,
        "weight": round(row.weight, 3),
        "counted_towards_hiding": row.counted,
        "answered_by": refs.get(row.decision_id),
        "upheld": row.upheld,
    }


def _report(row: Any, names: Names, refs: dict[int, str]) -> Facts:
    return {
        "at": row.created_at,
        "by": names.reporter(row),
        "reason": row.reason,
        "source": names.hide(row.source),
        "version": row.post_version,
        "weight": round(row.weight, 3),
        "answered_by": refs.get(row.decision_id),
        "upheld": row.upheld,
        "told_of": refs.get(row.heard_id),
        "appeal_until": row.appeal_until,
    }


def _decision(row: Any, names: Names) -> Facts:
    act = ACTS[Verb(row.act)]
    broken = BROKEN.get(Reason(row.reason)) if row.reason else None
    return {
        "ref": row.ref,
        "made_at": row.made_at,
        "by": names.moderator(row.by_id),
        "second": names.second(row.second_id, row.outside),
        "automated": row.automated,
        "act": row.act,
        "effect": str(act.effect),
        "reason": row.reason or None,
        "rule": broken.number if broken else None,
        "said": names.hide(row.said),
        "moderator_had_written_in_the_thread": row.involved,
        "waited_seconds": row.waited_seconds,
        "undone_at": row.undone_at,
        "reversed_at": row.reversed_at,
    }


def _appeal(row: Any, names: Names, reporters: dict[int, str], refs: dict[int, str]) -> Facts:
    return {
        "decision": refs[row.decision_id],
        "by": names.person(row.account_id) if row.report_id is None else reporters[row.report_id],
        "as": row.side,
        "at": row.created_at,
        "source": names.hide(row.source),
        "state": row.state,
        "decided_at": row.decided_at,
        "decided_by": names.moderator(row.decided_by_id),
        "same_moderator": row.same_moderator,
        "answer": names.hide(row.answer),
    }


def _clocks(
    flags: Iterable[Any],
    reports: Iterable[Any],
    decisions: Iterable[Any],
    told: Iterable[Any],
    appeals: Iterable[Any],
) -> dict[str, datetime | None]:
    """The first of each; of the time to appeal the last day that anybody told has."""
    return {
        "flagged_at": min((row.created_at for row in flags), default=None),
        "reported_at": min((row.created_at for row in reports), default=None),
        "first_decision_at": min((row.made_at for row in decisions), default=None),
        "first_decision_by_a_moderator_at": min(
            (row.made_at for row in decisions if row.by_id is not None), default=None
        ),
        "told_at": min((row.told_at for row in told), default=None),
        "appeal_until": max(
            (row.appeal_until for rows in (told, reports) for row in rows if row.appeal_until), default=None
        ),
        "appealed_at": min((row.created_at for row in appeals), default=None),
        "appeal_decided_at": max((row.decided_at for row in appeals if row.decided_at), default=None),
    }
