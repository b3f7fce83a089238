"""The index on Whoosh: written by one process, read by all.

Whoosh keeps, merges and reads the postings; `scoring` ranks. Whoosh's own matchers took 110 ms of CPU (median, p95 250)
for a question of ordinary length among 10,000 threads.
"""

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from whoosh.analysis import IDAnalyzer
from whoosh.fields import ID, KEYWORD, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import Or, Term
from whoosh.writing import SegmentWriter

from app.core.clock import now
from app.forum.documents import Document
from app.search.folder import Folder, State, sizes
from app.search.ports import Entry, Hit, Query, Ref, Unavailable
from app.search.scoring import Snapshot
from app.search.words import spellings, terms

_CONTENTS = re.compile(r"_MAIN_(\d+)\.toc")
_log = logging.getLogger(__name__)

# Raise it with every change of the schema, of `words` or of what a document is made of: older builds are made anew.
SCHEMA_VERSION = 1
# A passage is shown from no further on than this.
STORED_CHARACTERS = 4_000
WRITER_MEGABYTES = 64
WAIT_FOR_WRITER = 10.0

Result = TypeVar("Result")


def _schema() -> Schema:
    """Texts come as lists of terms, so the analyzers only name them."""
    return Schema(
        key=ID(unique=True, stored=True),
        kind=ID(stored=True),
        id=STORED(),
        state=ID(),
        tags=KEYWORD(commas=True),
        at=STORED(),
        version=STORED(),
        fingerprint=STORED(),
        texts=STORED(),
        title=TEXT(analyzer=IDAnalyzer(), phrase=True),
        body=TEXT(analyzer=IDAnalyzer(), phrase=True),
        answers=TEXT(analyzer=IDAnalyzer(), phrase=True),
        # Scored by nobody; but without lengths Whoosh asks the disk for them at every posting.
        spellings=TEXT(analyzer=IDAnalyzer(), phrase=False),
    )


def _fields(entry: Entry) -> dict[str, Any]:
    document: Document = entry.document
    return {
        "key": _key(entry.ref),
        "kind": document.kind,
        "id": document.id,
        "state": document.state,
        "tags": ",".join(document.tags),
        "at": document.at.isoformat(),
        "version": entry.version,
        "fingerprint": entry.fingerprint,
        "texts": (document.body[:STORED_CHARACTERS], document.answer[:STORED_CHARACTERS]),
        "title": terms(document.title),
        "body": terms(document.body),
        "answers": [*terms(document.answer), *terms(document.replies)],
        "spellings": sorted(spellings(document.title)),
    }


def _key(ref: Ref) -> str:
    return f"{ref.kind}:{ref.id}"


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


class WhooshIndex:
    """An `Index` in a folder. One object serves all threads of a process."""

    def __init__(self, path: Path) -> None:
        self._folder = Folder(path)
        # Whoosh's readers share file positions.
        self._reading = Lock()
        self._snapshot: Snapshot | None = None

    @contextmanager
    def writing(self, wait: float = 0) -> Iterator[None]:
        with self._folder.writing(wait):
            yield

    def replace(self, entries: Iterable[Entry], gone: Iterable[Ref], position: int) -> None:
        with self._folder.writing(WAIT_FOR_WRITER):
            state = self._sound_state()
            build = self._folder.build(state)
            by_key = {_key(entry.ref): entry for entry in entries}
            outdated = [*by_key, *map(_key, gone)]
            try:
                with closing(_Files(build)) as files, _writer(FileIndex(files)) as writer:
                    if outdated:
                        writer.delete_by_query(Or([Term("key", key) for key in outdated]))
                    for entry in by_key.values():
                        writer.add_document(**_fields(entry))
            except OSError:
                raise  # the disk's fault: the index is as it was
            except Exception as error:
                self._folder.suspect(state)
                raise Unavailable(f"{type(error).__name__}: {error}") from error
            self._publish(build, max(position, state.position), state.built_at)

    def rebuild(self, entries: Iterable[Entry], position: int) -> None:
        with self._folder.writing(WAIT_FOR_WRITER):
            build = self._folder.begin()
            with (
                closing(_Files(build)) as files,
                _writer(FileIndex.create(files, _schema(), "MAIN")) as writer,
            ):
                for entry in entries:
                    writer.add_document(**_fields(entry))
            self._publish(build, position, now().isoformat())

    def position(self) -> int:
        return self._sound_state().position

    def search(self, query: Query, limit: int) -> list[Hit]:
        return self._read(lambda snapshot: snapshot.search(query, limit))

    def complete(self, prefix: str, limit: int = 10) -> list[str]:
        return self._read(lambda snapshot: snapshot.complete(prefix, limit))

    def fingerprints(self) -> dict[Ref, str]:
        return self._read(lambda snapshot: dict(snapshot.entries()))

    def close(self) -> None:
        """Give back what reading took; the next search opens it again."""
        with self._reading:
            self._snapshot = None

    def _publish(self, build: Path, position: int, built_at: str) -> None:
        files = sizes(build)
        self._folder.publish(State(build.name, SCHEMA_VERSION, _generation(files), position, built_at, files))

    def _sound_state(self) -> State:
        """What is there, made sure of by names and sizes. Raises Unavailable."""
        state = self._folder.state()
        build = self._folder.build(state)
        if state.schema != SCHEMA_VERSION or self._folder.is_suspect(state) or not build.is_dir():
            raise Unavailable("made by another version, suspect, or gone")
        # A writer killed between its commit and saying so leaves a later generation, whole but not yet told of.
        files = sizes(build)
        generation = _generation(files)
        if generation < state.generation or (
            generation == state.generation and not files.items() >= state.files.items()
        ):
            raise Unavailable("files were lost or changed")
        return state

    def _read(self, read: Callable[[Snapshot], Result]) -> Result:
        """Ask the newest snapshot. What fails may have been replaced this moment, so it is asked twice."""
        with self._reading:
            for is_last in (False, True):
                stamp = (os.getpid(), *self._folder.stamp())
                try:
                    if self._snapshot is None or self._snapshot.stamp != stamp:
                        self._snapshot = self._take(stamp)
                    return read(self._snapshot)
                except Unavailable:
                    raise
                except Exception as error:  # a broken file fails in whatever way its bytes lead to
                    self._snapshot = None
                    if is_last:
                        _log.exception("the search index cannot be read")
                        self._folder.suspect(self._folder.state())
                        raise Unavailable(f"{type(error).__name__}: {error}") from error
        raise AssertionError

    def _take(self, stamp: tuple[int, ...]) -> Snapshot:
        state = self._folder.state()
        if state.schema != SCHEMA_VERSION:
            raise Unavailable("made by another version")
        files = _Files(self._folder.build(state))
        try:
            return Snapshot(stamp, FileIndex(files).reader(), files.close, self._snapshot)
        except BaseException:
            files.close()
            raise


@contextmanager
def _writer(index: FileIndex) -> Iterator[SegmentWriter]:
    """Commits at the end; a failure leaves the index as it was."""
    writer = index.writer(compound=False, limitmb=WRITER_MEGABYTES)
    try:
        yield writer
        writer.commit()
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def _generation(files: Mapping[str, int]) -> int:
    """How often this build was committed to, by the name of its table of contents."""
    return max((int(found[1]) for name in files if (found := _CONTENTS.fullmatch(name))), default=-1)
