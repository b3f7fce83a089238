"""What the log holds about a target, and whether its chain holds from there to the newest entry."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.audit import heads
from app.audit.models import AuditEntry, AuditPayload
from app.audit.operations import verify
from app.core.db import db
from app.moderation.acts import ACTS, Verb
from app.moderation.operations.ruling import TARGETS
from app.moderation.targets import Subject, TargetKind

Facts = dict[str, Any]

ABOUT_PEOPLE = frozenset({*Verb, "undo", "reverse", "propose", "agree", "decline"})
"""Of a person's entries those of moderators: their changes of name and address are no part of a case."""

MOST_WALKED = 100_000
"""Entries of the log that one file may have checked: some seconds. Of an older case only the operator's command tells."""


def proof(subject: Subject, decisions: Sequence[tuple[int, str]]) -> Facts:
    """The entries about a target and about decisions on it (id and ref), and the result of checking the chain."""
    entries = _entries(subject, decisions)
    newest = heads.head()
    since = int(entries[0]["number"]) if entries else None
    walked = since is not None and newest is not None and newest.number - since < MOST_WALKED
    broken = verify(since=since) if since is not None and walked else None
    return {
        "entries": entries,
        "checked_from": since if walked else None,
        "checked_to": newest.number if newest and walked else None,
        "holds": broken is None if walked else None,
        "first_broken": broken,
        "head": newest.hash if newest else None,
    }


def _entries(subject: Subject, decisions: Sequence[tuple[int, str]]) -> list[Facts]:
    target = subject.target
    here = _of(TARGETS[target.kind], target.id)
    if target.kind is TargetKind.PERSON:
        here &= AuditEntry.verb.in_(ABOUT_PEOPLE)
    about_decisions = (AuditEntry.target == "decision") & AuditEntry.target_id.in_(
        [decision_id for decision_id, _ref in decisions]
    )
    columns = (
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.verb,
        AuditEntry.digest,
        AuditEntry.previous,
        AuditEntry.hash,
    )
    rows = list(db.session.execute(select(*columns).where(or_(here, about_decisions))))
    if target.kind is not TargetKind.PERSON:
        rows += _elsewhere(subject, columns, {ref for _id, ref in decisions})
    return [
        {
            "number": row.id,
            "at": row.at,
            "verb": row.verb,
            "digest": row.digest,
            "previous": row.previous,
            "hash": row.hash,
        }
        for row in sorted(rows, key=lambda row: int(row.id))
    ]


def _elsewhere(subject: Subject, columns: Sequence[Any], refs: Collection[str]) -> list[Any]:
    """What a decision here did to the author stands in the log under their account, and what was decided about the
    thread or the opening post beside this one, under that; each with the decision's ref.
    """
    verbs = [verb for verb in Verb if ACTS[verb].of_person]
    there = _of("account", subject.author.id) & AuditEntry.verb.in_(verbs)
    if subject.is_opening and subject.thread and subject.post:
        of_post = subject.target.kind is TargetKind.POST
        there |= _of("thread", subject.thread.id) if of_post else _of("post", subject.post.id)
    rows = db.session.execute(
        select(*columns, AuditPayload.facts)
        .join(AuditPayload, AuditPayload.entry_id == AuditEntry.id)
        .where(there)
    )
    return [row for row in rows if row.facts.get("decision") in refs]


def _of(target: str, target_id: int) -> ColumnElement[bool]:
    return (AuditEntry.target == target) & (AuditEntry.target_id == target_id)
