"""What Whoosh does: it keeps documents and postings, and commits.

Nothing else knows it. Its own query language, matchers and scorers are never used.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from whoosh.analysis import IDAnalyzer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Existence, Positions
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from app.search.gathering import Texts, moment
from app.search.ports import Entry

NAME = "MAIN"
WRITER_MEGABYTES = 64


class _Places(Positions):  # type: ignore[misc]  # Whoosh has no types
    """Places as four bytes each; Whoosh's own pickles them, posting by posting."""

    def encode(self, places: Sequence[int]) -> bytes:
        return array("I", places).tobytes()

    def decode_positions(self, encoded: bytes) -> list[int]:
        return array("I", encoded).tolist()

    def decode_frequency(self, encoded: bytes) -> int:
        return len(encoded) // array("I").itemsize


class _Terms(TEXT):  # type: ignore[misc]  # Whoosh has no types
    """Texts that come as lists of terms. Nothing is kept of their lengths, by which Whoosh would score."""

    def __init__(self, *, places: bool) -> None:
        super().__init__(analyzer=IDAnalyzer(), phrase=places)
        self.scorable = False
        self.format = _Places() if places else Existence()

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
        super().__init__(compression=0)


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


def fields(entry: Entry, texts: Texts) -> dict[str, Any]:
    document = entry.document
    title, body, answers = texts.fields
    return {
        "key": f"{document.kind}:{document.id}",
        "kind": document.kind,
        "id": document.id,
        "version": entry.version,
        "fingerprint": entry.fingerprint,
        "texts": entry.texts,
        "lengths": tuple(map(len, texts.fields)),
        "at": moment(document.at),
        "weight": document.weight,
        "title": title,
        "body": body,
        "answers": answers,
        "words": texts.words,
        "facets": texts.facets,
    }


class Files(FileStorage):  # type: ignore[misc]  # Whoosh has no types
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


def create(build: Path) -> None:
    """An index without segments."""
    with closing(Files(build)) as files:
        FileIndex.create(files, _schema(), NAME)


@contextmanager
def writing(files: Files) -> Iterator[SegmentWriter]:
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


def contents(build: Path) -> list[Any]:
    """Whoosh's segments, as they were committed last."""
    with closing(Files(build)) as files:
        segments: list[Any] = TOC.read(files, NAME, schema=_schema()).segments
    return segments


def opened(files: Files, segment: Any) -> Any:
    """Whoosh's reader of a segment."""
    return SegmentReader(files, _schema(), segment)
