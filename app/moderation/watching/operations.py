"""Keeping watched words. Every change is in the log, and known to every process with the next text it looks at."""

from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core import once
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.moderation.watching import matching, policy
from app.moderation.watching.folding import Reading
from app.moderation.watching.models import Action, Kind, WatchedVersion, WatchedWord
from app.moderation.watching.trying import was_tried

_ONLY = 1


def add_word(
    actor: Actor, *, kind: Kind, pattern: str, action: Action, rule: int, note: str, seal: str, token: str
) -> int:
    """Watch for a word from now on; its id, also for the same `token` again.

    `seal` is what trying exactly this gave. Raises NotFound for who is no moderator, Problem beside `pattern` for what
    cannot be looked for or is already, and Problem when it was not tried.
    """
    _check(actor, kind, pattern, action, seal)
    with transaction() as session:
        if known := once.replayed(token, actor.using("watch")):
            return known
        _next_version()
        _fits(kind, pattern)
        moment = now()
        row = WatchedWord(
            kind=kind,
            pattern=pattern,
            action=action,
            rule=rule,
            note=note,
            active=True,
            by_id=actor.id,
            created_at=moment,
            changed_at=moment,
        )
        session.add(row)
        session.flush()
        once.settle(token, actor.using("watch"), row.id)
        _record("add_watched_word", actor, row)
        return row.id


def change_word(
    actor: Actor,
    *,
    word_id: int,
    kind: Kind,
    pattern: str,
    action: Action,
    rule: int,
    note: str,
    seal: str,
) -> None:
    """Watch for something else, or do something else about it. What was posted before stays as it is.

    What only its rule or note changes of is not tried again. Raises as `add_word` does.
    """
    row = word(actor, word_id)
    if (row.kind, row.pattern, row.action) != (kind, pattern, action):
        _check(actor, kind, pattern, action, seal)
    with transaction():
        _next_version()
        row = word(actor, word_id)
        _fits(kind, pattern, but=word_id)
        row.kind, row.pattern, row.action, row.rule, row.note = kind, pattern, action, rule, note
        row.changed_at = now()
        _record("change_watched_word", actor, row)


def switch_word(actor: Actor, *, word_id: int, on: bool) -> None:
    """Watch for a word or not. Twice changes nothing. Raises NotFound, and Problem when there are too many on."""
    with transaction():
        _next_version()
        row = word(actor, word_id)
        if row.active is on:
            return
        if on:
            _fits(Kind(row.kind), row.pattern, but=word_id)
        row.active, row.changed_at = on, now()
        _record("switch_watched_word", actor, row, switched="on" if on else "off")


def delete_word(actor: Actor, *, word_id: int) -> None:
    """Watch for it no more; where it was met stays known. Twice changes nothing. Raises NotFound."""
    if not policy.keep(actor):
        raise NotFound
    with transaction() as session:
        _next_version()
        row = session.get(WatchedWord, word_id)
        if row is None:
            raise NotFound
        if row.deleted_at is None:
            row.deleted_at = now()
            _record("delete_watched_word", actor, row)


def word(actor: Actor, word_id: int) -> WatchedWord:
    """As it is now. Raises NotFound when it is none or was deleted, and for who is no moderator."""
    row = db.session.get(WatchedWord, word_id, populate_existing=True) if policy.keep(actor) else None
    if row is None or row.deleted_at is not None:
        raise NotFound
    return row


def _check(actor: Actor, kind: Kind, pattern: str, action: Action, seal: str) -> None:
    if not policy.keep(actor):
        raise NotFound
    matching.check(kind, pattern)
    if not was_tried(actor, seal, kind=kind, pattern=pattern, action=action):
        raise Problem(policy.TRY_FIRST)


def _next_version() -> None:
    """Count one more change. Whoever changes a word waits here, so that no two are in one version."""
    session = db.session()
    session.connection().execute(insert_ignoring(WatchedVersion).values(id=_ONLY, version=0))
    row = session.get_one(WatchedVersion, _ONLY, with_for_update=True, populate_existing=True)
    row.version += 1
    session.flush()


def _fits(kind: Kind, pattern: str, *, but: int | None = None) -> None:
    """Raise Problem when it is watched for already, or there are too many."""
    others = (WatchedWord.kind == kind, WatchedWord.deleted_at.is_(None), WatchedWord.id != (but or 0))
    patterns = db.session.scalars(select(WatchedWord.pattern).where(*others))
    if _same(kind, pattern) in {_same(kind, other) for other in patterns}:
        raise Problem(policy.KNOWN_ALREADY, "pattern")
    on = db.session.scalar(select(func.count()).where(*others, WatchedWord.active)) or 0
    if on >= (policy.MOST_EXPRESSIONS if kind is Kind.EXPRESSION else policy.MOST_WORDS_KEPT):
        raise Problem(policy.TOO_MANY)


def _same(kind: Kind, pattern: str) -> object:
    if kind is Kind.EXPRESSION:
        return pattern
    return tuple(word.text for word in Reading(pattern).words)


def _record(verb: str, actor: Actor, row: WatchedWord, **more: str) -> None:
    facts = {"kind": row.kind, "pattern": row.pattern, "action": row.action, "rule": row.rule, **more}
    record(verb, actor_id=actor.id, target="watched_word", target_id=row.id, facts=facts)
