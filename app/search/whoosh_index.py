"""The index on Whoosh: written by one process, read by all.

Whoosh keeps documents and postings, and says what is committed; beside each of its segments lies a file of arrays
(`arrays`), over which `scoring` ranks. Whoosh's own matchers took 110 ms of CPU (median, p95 250) for a question of
ordinary length among 10,000 threads.
"""

import logging
import os
import re
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np

from app.core.clock import now
from app.search import merging
from app.search.arrays import SUFFIX, Arrays, Broken, Shelf, write
from app.search.folder import Folder, State, sizes
from app.search.gathering import Array, Gathering, Occurrences, Texts, key
from app.search.ports import Entry, Hit, Query, Ref, Unavailable
from app.search.scoring import Snapshot
from app.search.segment import Part, Segment, Walked
from app.search.whoosh_files import Files, contents, create, fields, opened, writing

_CONTENTS = re.compile(r"_MAIN_(\d+)\.toc")
_log = logging.getLogger(__name__)

# Raise it with every change of the schema, of `words` or of what a document is made of: older builds are made anew.
SCHEMA_VERSION = 3
WAIT_FOR_WRITER = 10.0
# Of reading, while the index may be replaced meanwhile.
ATTEMPTS = 3

Result = TypeVar("Result")


class _Opened:
    """One of Whoosh's segments, opened when it is first asked; what was read of it is good while it lasts."""

    def __init__(self, build: Path, segment: Any) -> None:
        self._build = build
        self._segment = segment
        self._reader: Any = None
        self._walked: Walked | None = None

    def part(self, segment: Any, arrays: Arrays | None) -> Part:
        """As it is now that `segment` says what is deleted."""
        if arrays is None and self._walked is None:
            self._walked = Walked(self._open())
        said: Segment = arrays or cast(Walked, self._walked)
        return Part(said, _live(segment), self._stored, self._stems)

    def _open(self) -> Any:
        if self._reader is None:
            files = Files(self._build)
            weakref.finalize(self, files.close)
            self._reader = opened(files, self._segment)
        return self._reader

    def _stored(self, document: int) -> Mapping[str, Any]:
        stored: Mapping[str, Any] = self._open().stored_fields(document)
        return stored

    def _stems(self, prefix: str) -> Iterator[str]:
        return (stem.decode() for stem in self._open().expand_prefix("answers", prefix))


class WhooshIndex:
    """An `Index` in a folder. One object serves all threads of a process."""

    def __init__(self, path: Path) -> None:
        self._folder = Folder(path)
        self._shelf = Shelf()
        # Whoosh's readers share file positions.
        self._reading = Lock()
        self._snapshot: Snapshot | None = None
        self._opened: dict[Path, _Opened] = {}
        self._pid = os.getpid()

    @contextmanager
    def writing(self, wait: float = 0) -> Iterator[None]:
        with self._folder.writing(wait):
            yield

    def replace(self, entries: Iterable[Entry], gone: Iterable[Ref], position: int) -> None:
        with self._folder.writing(WAIT_FOR_WRITER):
            state = self._sound_state()
            new = {entry.ref: (entry, Texts.of(entry)) for entry in entries}
            self._change(replace(state, position=max(position, state.position)), new, set(gone))

    def rebuild(self, entries: Iterable[Entry], position: int) -> None:
        with self._folder.writing(WAIT_FOR_WRITER):
            build = self._folder.fresh()
            rest = iter(entries)
            create(build)
            with closing(Files(build)) as files:
                while some := list(islice(rest, merging.LARGEST)):
                    with writing(files) as writer:
                        _finish(build, writer, [_add(writer, [(entry, Texts.of(entry)) for entry in some])])
            self._publish(State(build.name, SCHEMA_VERSION, 0, position, now().isoformat(), {}, ()))

    def tidy(self) -> bool:
        with self._folder.writing(WAIT_FOR_WRITER):
            state = self._sound_state()
            build = self._folder.build(state)
            segments = {segment.segment_id(): segment for segment in contents(build)}
            for segment in segments.values():
                path = _beside(build, segment)
                if not path.exists() or self._shelf.get(path) is None:
                    with closing(Files(build)) as files:
                        said = Walked(opened(files, segment)).occurrences()
                        write(path, said)
                    self._publish(state)
                    return True
            worn = [
                name
                for name, segment in segments.items()
                if merging.worn(segment.doc_count_all(), segment.deleted_count())
            ]
            for name in [*(name for name in state.owed if name in segments), *worn]:
                self._change(state, {}, (), [name])
                return True
            return False

    def position(self) -> int:
        return self._sound_state().position

    def search(self, query: Query, limit: int) -> list[Hit]:
        return self._read(lambda snapshot: snapshot.search(query, limit))

    def complete(self, prefix: str, limit: int = 10) -> list[str]:
        return self._read(lambda snapshot: snapshot.complete(prefix, limit))

    def correct(self, word: str) -> str | None:
        return self._read(lambda snapshot: snapshot.correct(word))

    def fingerprints(self) -> dict[Ref, str]:
        return self._read(lambda snapshot: dict(snapshot.entries()))

    def close(self) -> None:
        """Give back what reading took; the next search opens it again."""
        with self._reading:
            self._snapshot = None
            self._opened.clear()
            self._shelf.forget_all_but(())

    def _change(
        self,
        state: State,
        new: Mapping[Ref, tuple[Entry, Texts]],
        gone: Collection[Ref],
        rewritten: Sequence[str] = (),
    ) -> None:
        """Put `new` in and take the older ones and `gone` out; make one of segments that are due, or of `rewritten`."""
        try:
            owed = self._commit(state, new, gone, rewritten)
        except Broken as broken:
            self._shelf.distrust(broken.path)
            self._change(state, new, gone, rewritten)
        except OSError:
            raise  # the disk's fault: the index is as it was
        except Exception as error:
            self._folder.suspect(state)
            raise Unavailable(f"{type(error).__name__}: {error}") from error
        else:
            self._publish(replace(state, owed=owed))

    def _commit(
        self,
        state: State,
        new: Mapping[Ref, tuple[Entry, Texts]],
        gone: Collection[Ref],
        rewritten: Sequence[str],
    ) -> tuple[str, ...]:
        """All of it or nothing; the segments that hold words now which nobody may read any more."""
        build = self._folder.build(state)
        left = {key(ref): set[int]() for ref in gone} | {
            key(ref): texts.codes for ref, (_, texts) in new.items()
        }
        with closing(Files(build)) as files, writing(files) as writer:
            segments = {segment.segment_id(): segment for segment in writer.segments}
            said: dict[str, Segment] = {
                name: self._shelf.get(_beside(build, segment)) or Walked(opened(files, segment))
                for name, segment in segments.items()
            }
            owed = {name for name in segments if _delete(segments[name], said[name], left)}
            parts = [_add(writer, new.values())] if new else []
            for name in rewritten or merging.due({name: _left(each) for name, each in segments.items()}):
                if _left(segments[name]):
                    parts.append(said[name].occurrences().those(_live(segments[name])))
                    writer.add_reader(opened(files, segments[name]))
                writer.segments.remove(segments[name])
            _finish(build, writer, parts)
            lasting = {segment.segment_id() for segment in writer.segments}
            return tuple(sorted((owed | set(state.owed)) & lasting))

    def _publish(self, state: State) -> None:
        """Tell readers of what was committed."""
        build = self._folder.build(state)
        files = _lasting(build)
        self._folder.publish(replace(state, generation=_generation(files), files=files))

    def _sound_state(self) -> State:
        """What is there, made sure of by names and sizes. Raises Unavailable."""
        state = self._folder.state()
        build = self._folder.build(state)
        if state.schema != SCHEMA_VERSION or self._folder.is_suspect(state) or not build.is_dir():
            raise Unavailable("made by another version, suspect, or gone")
        # A writer killed between its commit and saying so leaves a later generation, whole but not yet told of.
        files = _lasting(build)
        generation = _generation(files)
        if generation < state.generation or (
            generation == state.generation and not files.items() >= state.files.items()
        ):
            raise Unavailable("files were lost or changed")
        return state

    def _read(self, read: Callable[[Snapshot], Result]) -> Result:
        """Ask the newest snapshot. What fails may have been replaced this moment, so it is asked again."""
        failed = 0
        with self._reading:
            while True:
                stamp = (os.getpid(), *self._folder.stamp())
                try:
                    if self._snapshot is None or self._snapshot.stamp != stamp:
                        self._snapshot = self._take(stamp)
                    return read(self._snapshot)
                except Unavailable:
                    raise
                except Broken as broken:
                    self._shelf.distrust(broken.path)
                    self._snapshot = None
                except Exception as error:  # a broken file fails in whatever way its bytes lead to
                    self._snapshot = None
                    self._opened.clear()
                    failed += 1
                    if failed == ATTEMPTS:
                        _log.exception("the search index cannot be read")
                        self._folder.suspect(self._folder.state())
                        raise Unavailable(f"{type(error).__name__}: {error}") from error

    def _take(self, stamp: tuple[int, ...]) -> Snapshot:
        state = self._folder.state()
        if state.schema != SCHEMA_VERSION:
            raise Unavailable("made by another version")
        build = self._folder.build(state)
        # A forked process must not share file positions with its parent.
        known = self._opened if self._pid == os.getpid() else {}
        self._pid = os.getpid()
        segments = {_beside(build, segment): segment for segment in contents(build)}
        self._opened = {
            path: known.get(path) or _Opened(build, segment) for path, segment in segments.items()
        }
        self._shelf.forget_all_but(segments.keys())
        parts = [
            self._opened[path].part(segment, self._shelf.get(path)) for path, segment in segments.items()
        ]
        return Snapshot(stamp, parts)


def _add(writer: Any, new: Iterable[tuple[Entry, Texts]]) -> Occurrences:
    gathering = Gathering()
    for entry, texts in new:
        writer.add_document(**fields(entry, texts))
        gathering.add(entry, texts)
    return gathering.occurrences()


def _delete(segment: Any, said: Segment, left: Mapping[int, set[int]]) -> bool:
    """Delete documents by their keys; whether the segment still has words of them that are not among those `left`."""
    keys = said.columns.keys
    found = np.flatnonzero(np.isin(keys, np.array(list(left), np.uint64)))
    for document in found.tolist():
        if not segment.is_deleted(document):
            segment.delete_document(document)
    # Older copies too: what they said was in a later one until now.
    terms = said.terms_of(found) if len(found) else []
    return any(held - left[of] for held, of in zip(terms, keys[found].tolist(), strict=True))


def _finish(build: Path, writer: Any, parts: Sequence[Occurrences]) -> None:
    """Write the arrays of the segment that is being written, before anybody hears of it."""
    if parts:
        write(_beside(build, writer.newsegment), Occurrences.joined(parts))


def _beside(build: Path, segment: Any) -> Path:
    """Where a segment's arrays are; by its name Whoosh deletes them together with the segment."""
    return build / f"{segment.segment_id()}{SUFFIX}"


def _live(segment: Any) -> Array:
    live = np.ones(segment.doc_count_all(), bool)
    live[list(segment.deleted_docs())] = False
    return live


def _left(segment: Any) -> int:
    return int(segment.doc_count_all() - segment.deleted_count())


def _lasting(build: Path) -> dict[str, int]:
    """The files without which there is no index."""
    return {name: size for name, size in sizes(build).items() if SUFFIX not in name}


def _generation(files: Mapping[str, int]) -> int:
    """How often this build was committed to, by the name of its table of contents."""
    return max((int(found[1]) for name in files if (found := _CONTENTS.fullmatch(name))), default=-1)
