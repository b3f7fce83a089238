"""The index on Whoosh: written by one process, read by all.

Whoosh keeps documents and postings, and says what is committed; beside each of its segments lies a file of arrays
(`arrays`), over which `scoring` ranks. Whoosh's own matchers took 110 ms of CPU (median, p95 250) for a question of
ordinary length among 10,000 threads.
"""

import logging
import os
import re
import weakref
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np
from whoosh.analysis import IDAnalyzer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Existence
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from app.core.clock import now
from app.search import merging
from app.search.arrays import SUFFIX, Array, Arrays, Broken, Gathering, Occurrences, Texts, key, moment, write
from app.search.folder import Folder, State, sizes
from app.search.ports import Entry, Hit, Query, Ref, Unavailable
from app.search.scoring import Snapshot
from app.search.segment import Part, Segment, Walked

_CONTENTS = re.compile(r"_MAIN_(\d+)\.toc")
_log = logging.getLogger(__name__)

# Raise it with every change of the schema, of `words` or of what a document is made of: older builds are made anew.
SCHEMA_VERSION = 2
NAME = "MAIN"
# A passage is shown from no further on than this.
STORED_CHARACTERS = 4_000
WRITER_MEGABYTES = 64
WAIT_FOR_WRITER = 10.0
# Of reading, while the index may be replaced meanwhile.
ATTEMPTS = 3

Result = TypeVar("Result")


class _Terms(TEXT):  # type: ignore[misc]  # Whoosh has no types
    """Texts that come as lists of terms. Nothing is kept of their lengths, by which Whoosh would score."""

    def __init__(self, *, places: bool) -> None:
        super().__init__(analyzer=IDAnalyzer(), phrase=places)
        self.scorable = False
        if not places:
            self.format = Existence()

    def index(self, value: Sequence[str], **_options: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, term in enumerate(value):
            found[term].append(place)
        for term, places in found.items():
            yield term.encode(), len(places), float(len(places)), self.format.encode(places)


class _Codec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Whoosh's own, but that it asks no lengths of every posting, and presses less."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(compression=1)


def _schema() -> Schema:
    return Schema(
        key=ID(stored=True),
        kind=STORED(),
        id=STORED(),
        version=STORED(),
        fingerprint=STORED(),
        texts=STORED(),
        lengths=STORED(),
        at=STORED(),
        weight=STORED(),
        title=_Terms(places=True),
        body=_Terms(places=True),
        answers=_Terms(places=True),
        words=_Terms(places=False),
        facets=_Terms(places=False),
    )


def _fields(entry: Entry, texts: Texts) -> dict[str, Any]:
    document = entry.document
    title, body, answers = texts.fields
    return {
        "key": f"{document.kind}:{document.id}",
        "kind": document.kind,
        "id": document.id,
        "version": entry.version,
        "fingerprint": entry.fingerprint,
        "texts": (document.body[:STORED_CHARACTERS], document.answer[:STORED_CHARACTERS]),
        "lengths": tuple(map(len, texts.fields)),
        "at": moment(document.at),
        "weight": document.weight,
        "title": title,
        "body": body,
        "answers": answers,
        "words": texts.words,
        "facets": texts.facets,
    }


class _Files(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """The files of a build, closed together: Whoosh leaves some open, all the more when it fails.

    They are never mapped into memory: a truncated one is an error to catch, not a signal that kills the process.
    """

    def __init__(self, build: Path) -> None:
        super().__init__(str(build), supports_mmap=False)
        self._opened: list[Any] = []

    def open_file(self, name: str, **options: Any) -> Any:
        self._opened.append(super().open_file(name, **options))
        return self._opened[-1]

    def close(self) -> None:
        while self._opened:
            self._opened.pop().file.close()


class _Shelf:
    """The arrays beside a build's segments, opened once; threads may share them."""

    def __init__(self) -> None:
        self._kept: dict[Path, Arrays] = {}
        self._broken: dict[Path, tuple[int, int]] = {}

    def get(self, path: Path) -> Arrays | None:
        """None when there is none, or it was found broken and is still the same."""
        found = self._kept.get(path)
        if found is None:
            try:
                if _version(path) == self._broken.get(path):
                    return None
                found = self._kept[path] = Arrays(path)
            except FileNotFoundError:
                return None
            except Broken:
                self.distrust(path)
        return found

    def distrust(self, path: Path) -> None:
        """Do without it until it is another one; the writer makes one that is missing."""
        _log.warning("%s is broken and done without", path.name)
        self._kept.pop(path, None)
        with suppress(OSError):
            self._broken[path] = _version(path)
            path.unlink()

    def forget_all_but(self, paths: Collection[Path]) -> None:
        for path in [path for path in {**self._kept, **self._broken} if path not in paths]:
            self._kept.pop(path, None)
            self._broken.pop(path, None)


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
            files = _Files(self._build)
            weakref.finalize(self, files.close)
            self._reader = SegmentReader(files, _schema(), self._segment)
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
        self._shelf = _Shelf()
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
            build = self._folder.begin()
            rest = iter(entries)
            with closing(_Files(build)) as files:
                FileIndex.create(files, _schema(), NAME)
                while some := list(islice(rest, merging.LARGEST)):
                    with _writer(files) as writer:
                        _finish(build, writer, [_add(writer, [(entry, Texts.of(entry)) for entry in some])])
            self._publish(State(build.name, SCHEMA_VERSION, 0, position, now().isoformat(), {}, ()))

    def tidy(self) -> bool:
        with self._folder.writing(WAIT_FOR_WRITER):
            state = self._sound_state()
            build = self._folder.build(state)
            segments = {segment.segment_id(): segment for segment in _contents(build)}
            for segment in segments.values():
                path = _beside(build, segment)
                if not path.exists() or self._shelf.get(path) is None:
                    with closing(_Files(build)) as files:
                        said = Walked(SegmentReader(files, _schema(), segment)).occurrences()
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
        with closing(_Files(build)) as files, _writer(files) as writer:
            segments = {segment.segment_id(): segment for segment in writer.segments}
            said: dict[str, Segment] = {
                name: self._shelf.get(_beside(build, segment))
                or Walked(SegmentReader(files, _schema(), segment))
                for name, segment in segments.items()
            }
            owed = {name for name in segments if _delete(segments[name], said[name], left)}
            parts = [_add(writer, new.values())] if new else []
            for name in rewritten or merging.due({name: _left(each) for name, each in segments.items()}):
                if _left(segments[name]):
                    parts.append(said[name].occurrences().those(_live(segments[name])))
                    writer.add_reader(SegmentReader(files, _schema(), segments[name]))
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
        segments = {_beside(build, segment): segment for segment in _contents(build)}
        self._opened = {
            path: known.get(path) or _Opened(build, segment) for path, segment in segments.items()
        }
        self._shelf.forget_all_but(segments.keys())
        parts = [
            self._opened[path].part(segment, self._shelf.get(path)) for path, segment in segments.items()
        ]
        return Snapshot(stamp, parts)


@contextmanager
def _writer(files: _Files) -> Iterator[SegmentWriter]:
    """Commits at the end; a failure leaves the index as it was."""
    writer = FileIndex(files, schema=_schema(), indexname=NAME).writer(
        compound=False, limitmb=WRITER_MEGABYTES, codec=_Codec()
    )
    try:
        yield writer
        writer.commit(merge=False)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _add(writer: SegmentWriter, new: Iterable[tuple[Entry, Texts]]) -> Occurrences:
    gathering = Gathering()
    for entry, texts in new:
        writer.add_document(**_fields(entry, texts))
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


def _finish(build: Path, writer: SegmentWriter, parts: Sequence[Occurrences]) -> None:
    """Write the arrays of the segment that is being written, before anybody hears of it."""
    if parts:
        write(_beside(build, writer.newsegment), Occurrences.joined(parts))


def _contents(build: Path) -> list[Any]:
    """Whoosh's segments, as they were committed last."""
    with closing(_Files(build)) as files:
        segments: list[Any] = TOC.read(files, NAME, schema=_schema()).segments
    return segments


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


def _version(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns


def _generation(files: Mapping[str, int]) -> int:
    """How often this build was committed to, by the name of its table of contents."""
    return max((int(found[1]) for name in files if (found := _CONTENTS.fullmatch(name))), default=-1)
