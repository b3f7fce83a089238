"""Feeding the index, and making it anew.

A live index follows each change in its own transaction. For any other every change is an outbox row, and one writer
carries them out in batches; a row is ended only after the index has committed what it asked for, so whoever dies in
between leaves work that is done again, to the same end.
"""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import islice
from typing import Protocol

from sqlalchemy import func, select

from app.core.db import db
from app.core.parts import part
from app.core.transaction import gather, savepoint, transaction
from app.forum.documents import KindsOfDocument
from app.forum.models import Thread
from app.jobs import operations as jobs
from app.jobs.models import Job, Lane
from app.jobs.ports import Loop
from app.search.ports import Busy, Entry, Index, LiveIndex, Ref, Unavailable

JOB = "search.index"
BATCH = 500
READ_AT_ONCE = 200
WAIT_SECONDS = 60.0
# What can wait rests so many times as long as it took, so that what is new seldom waits for it.
RESTS = 20

_log = logging.getLogger(__name__)

# Told how many of how many documents are done.
Progress = Callable[[int, int], None]


class _Leisure:
    """Has the index do what can wait, a piece at a time, and rests in between."""

    def __init__(self) -> None:
        self._rests_until = 0.0

    def __call__(self, index: Index) -> None:
        began = time.monotonic()
        if began >= self._rests_until and index.tidy():
            ended = time.monotonic()
            self._rests_until = ended + RESTS * (ended - began)


_leisure = _Leisure()


class OfThread(Protocol):
    """An event that names its thread."""

    @property
    def thread_id(self) -> int: ...


class Wrong(StrEnum):
    MISSING = "missing"
    SURPLUS = "surplus"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that index and database do not agree on."""

    ref: Ref
    wrong: Wrong


def reindex(event: OfThread) -> None:
    """Let the index look at the event's thread anew, as `refresh` does."""
    refresh(event.thread_id)


def reindex_later(event: OfThread) -> None:
    """Let even a live index look at the event's thread soon: no word of it changed, and nobody waits to find it."""
    gather(_changed, (event.thread_id, False))


def refresh(thread_id: int) -> None:
    """Let the index look at the thread anew: a live one when all else in the open transaction is done, any other soon."""
    gather(_changed, (thread_id, True))


def enqueue(thread_id: int) -> None:
    """Note, in the open transaction, that the index must look at the thread anew."""
    jobs.enqueue(JOB, {"thread_id": thread_id}, lane=Lane.INDEX)


def drain() -> int:
    """One round of the one indexer: carry out what waits, at most a batch; how many rows that was.

    An index that is missing, broken or behind is made anew first. While another process writes, nothing is done. What
    can wait, such as clearing from disk what was taken out, is done in pieces in between.
    """
    index = part(Index)
    try:
        with index.writing():
            db.session.rollback()
            if _is_lost(index):
                rebuild()
            done = _carry_out(index)
            if done < BATCH:
                _leisure(index)
            return done
    except Busy:
        return 0


INDEX_LOOP = Loop("index", timedelta(seconds=0.5), drain)


def rebuild(progress: Progress = lambda _done, _total: None) -> int:
    """Make the index anew from the database while the old one answers; how many documents there are.

    What changes meanwhile waits in the outbox and follows. Raises Busy when another process goes on writing.
    """
    index = part(Index)
    with index.writing(WAIT_SECONDS):
        # Before anything is read: what was ended by now is in the rows.
        position = db.session.scalar(
            select(func.max(Job.id)).where(Job.lane == Lane.INDEX, Job.done_at.is_not(None))
        )
        done = 0

        def entries() -> Iterator[Entry]:
            nonlocal done
            for _ref, entry in _read(_all(), progress):
                if entry:
                    done += 1
                    yield entry

        index.rebuild(entries(), position or 0)
    return done


def check(progress: Progress = lambda _done, _total: None) -> list[Difference]:
    """What differs between index and database, apart from what waits in the outbox. Raises Unavailable."""
    index = part(Index)
    found = _compare(_all(), index.fingerprints(), progress)
    if not found:
        return []
    # A second look, since much may have changed during the first.
    there = index.fingerprints()
    refs = [difference.ref for difference in found]
    waiting = {payload["thread_id"] for _id, payload in jobs.of_lane(Lane.INDEX, limit=1_000_000)}
    again = _compare(refs, {ref: there[ref] for ref in refs if ref in there})
    return [difference for difference in again if difference.ref.id not in waiting]


def mend(differences: Iterable[Difference]) -> None:
    """Have the index look anew at everything that differs."""
    with transaction():
        for thread_id in sorted({difference.ref.id for difference in differences}):
            enqueue(thread_id)


def _is_lost(index: Index) -> bool:
    """Whether there is no sound index, or one that knows less than what was once ended: a copy from earlier."""
    latest = (
        select(Job.id).where(Job.lane == Lane.INDEX, Job.done_at.is_not(None)).order_by(Job.done_at.desc())
    )
    try:
        position = index.position()
    except Unavailable as reason:
        _log.warning("the search index is made anew: %s", reason)
        return True
    ended = db.session.scalar(latest.limit(1)) or 0
    if position < ended:
        _log.warning("the search index is made anew: it ends at %s, the outbox at %s", position, ended)
    return position < ended


def _carry_out(index: Index) -> int:
    waiting = jobs.of_lane(Lane.INDEX, BATCH)
    if not waiting:
        return 0
    live = index if isinstance(index, LiveIndex) else None
    thread_ids = {job_id: int(payload["thread_id"]) for job_id, payload in waiting}
    kinds = _kinds(thread_ids.values())
    entries: list[Entry] = []
    gone: list[Ref] = []
    failed: dict[int, Exception] = {}
    for thread_id in dict.fromkeys(thread_ids.values()):
        refs = [Ref(kind, thread_id) for kind in kinds[thread_id]]
        try:
            if live:
                with transaction():
                    live.follow(refs, _look)
                continue
            for ref, entry in _read(refs):
                if entry:
                    entries.append(entry)
                else:
                    gone.append(ref)
        except Exception as error:  # noqa: BLE001 - one thread that cannot be read must not keep the others waiting
            _log.exception("thread %s cannot be indexed", thread_id)
            failed[thread_id] = error
    index.replace(entries, gone, position=waiting[-1][0])
    jobs.finish([job_id for job_id, thread_id in thread_ids.items() if thread_id not in failed])
    for thread_id, reason in failed.items():
        jobs.put_off([job_id for job_id, of in thread_ids.items() if of == thread_id], reason)
    return len(waiting)


def _changed(threads: list[tuple[int, bool]]) -> None:
    """What became of threads in the open transaction, each by its id and whether a live index follows at once."""
    is_live = isinstance(part(Index), LiveIndex)
    at_once = [thread_id for thread_id, wanted in threads if wanted and is_live]
    _later(dict.fromkeys(thread_id for thread_id, _wanted in threads if thread_id not in at_once))
    if at_once:
        _follow(at_once)


def _follow(thread_ids: list[int]) -> None:
    """Write these threads into the live index, in the open transaction.

    What fails here must not keep anybody from writing: the thread leaves the index, and the worker tries again.
    """
    index = part(Index)
    if not isinstance(index, LiveIndex):
        raise TypeError("only a live index follows")
    kinds = _kinds(thread_ids)
    refs = [Ref(kind, thread_id) for thread_id in thread_ids for kind in kinds[thread_id]]
    try:
        with savepoint():
            index.follow(refs, _look)
    except Unavailable:
        _later(thread_ids)
    except Exception:  # noqa: BLE001 - whatever it is, it is logged and done again
        _log.exception("threads %s cannot be indexed", thread_ids)
        _later(thread_ids)
        with suppress(Exception), savepoint():
            index.follow(refs, lambda refs: [(ref, None) for ref in refs])


def _later(thread_ids: Iterable[int]) -> None:
    jobs.enqueue_all(JOB, ({"thread_id": thread_id} for thread_id in thread_ids), lane=Lane.INDEX)


def _kinds(thread_ids: Iterable[int]) -> dict[int, list[str]]:
    """Of what kind each thread is; any, when it is no more."""
    known = select(Thread.id, Thread.kind).where(Thread.id.in_(set(thread_ids)))
    every = list(part(KindsOfDocument)())
    return dict.fromkeys(thread_ids, every) | {
        thread_id: [kind] for thread_id, kind in db.session.execute(known)
    }


def _all() -> list[Ref]:
    return [
        Ref(kind, thread_id)
        for kind, documents in part(KindsOfDocument)().items()
        for thread_id in documents.ids()
    ]


def _read(
    refs: Sequence[Ref], progress: Progress = lambda _done, _total: None
) -> Iterator[tuple[Ref, Entry | None]]:
    """Each with what the public may read of it now; None when that is nothing."""
    rest = iter(refs)
    done = 0
    while some := list(islice(rest, READ_AT_ONCE)):
        # A long read transaction would show an old world and keep the database's log from being cleared.
        db.session.rollback()
        yield from _look(some)
        done += len(some)
        progress(done, len(refs))


def _look(refs: Sequence[Ref]) -> Iterator[tuple[Ref, Entry | None]]:
    """Each with what the public may read of it, as the open transaction sees it."""
    # The version first: when words change between the two reads, the entry counts as older than it is.
    wanted = select(Thread.id, Thread.version).where(Thread.id.in_([ref.id for ref in refs]))
    versions = dict(db.session.execute(wanted).all())
    found = {
        kind: documents.documents([ref.id for ref in refs if ref.kind == kind])
        for kind, documents in part(KindsOfDocument)().items()
    }
    for ref in refs:
        document = found.get(ref.kind, {}).get(ref.id)
        yield ref, Entry(document, versions.get(ref.id, 0)) if document else None


def _compare(
    refs: Sequence[Ref],
    there: dict[Ref, str],
    progress: Progress = lambda _done, _total: None,
) -> list[Difference]:
    found = []
    left = dict(there)
    for ref, entry in _read(refs, progress):
        fingerprint = left.pop(ref, None)
        if entry and fingerprint is None:
            found.append(Difference(ref, Wrong.MISSING))
        elif entry and fingerprint != entry.fingerprint:
            found.append(Difference(ref, Wrong.STALE))
        elif not entry and fingerprint is not None:
            found.append(Difference(ref, Wrong.SURPLUS))
    return [*found, *(Difference(ref, Wrong.SURPLUS) for ref in left)]
