"""What a segment of the index says, as arrays: gathered by whoever writes the segment, kept in a file beside it.

The file is a copy made for speed. It is read piece by piece, never mapped into memory: a file cut short is an error to
catch. Every piece is checked by its sum, so a spoilt file is noticed and done without (`segment.Walked`).
"""

import json
import os
import weakref
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import repeat, takewhile
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.search.ports import Entry, Ref
from app.search.words import spellings, terms

Array = NDArray[Any]

FIELDS = ("title", "body", "answers")
SUFFIX = ".arrays"
# Raise it with every change of the file.
FORMAT = b"bartack arrays 1\n"
# A place is a field's number and, in so many bits, the place in the field's text.
PLACE_BITS = 24
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_COUNTED = 65_535
_NO_DOCUMENTS = np.zeros(0, np.intp)
_NO_COUNTS = np.zeros((0, len(FIELDS)), np.float32)
_NO_PLACES = np.zeros(0, np.uint64)
# Read at once and kept, with their types; the others are read a term at a time.
_KEPT = {
    "codes": "<u8",
    "starts": "<u4",
    "place_starts": "<u4",
    "sums": "<u4",
    "place_sums": "<u4",
    "frequencies": "<u4",
    "lengths": "<u4",
    "at": "<i8",
    "weights": "<f4",
    "keys": "<u8",
    "words": "u1",
}
_BY_TERM = {"documents": "<u4", "counts": "<u2", "place_documents": "<u4", "places": "<u4"}


class Broken(Exception):
    """The file is not what was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} is broken")
        self.path = path


@dataclass(frozen=True, slots=True)
class Texts:
    """What is indexed of an entry: its terms by field, the words of its title as they are written, and its facets."""

    fields: tuple[list[str], ...]
    words: tuple[str, ...]
    facets: tuple[str, ...]

    @classmethod
    def of(cls, entry: Entry) -> "Texts":
        document = entry.document
        answers = [*terms(document.answer), *terms(document.replies)]
        return cls(
            (terms(document.title), terms(document.body), answers),
            tuple(sorted(spellings(document.title))),
            tuple(sorted(entry.facets)),
        )

    @property
    def codes(self) -> set[int]:
        """Those of its terms."""
        return {code(term) for field in self.fields for term in field}


@lru_cache(maxsize=100_000)
def code(name: str, what: str = "term") -> int:
    """What a term, a word of titles or a facet goes by: 64 bits, so that no two of a million ever meet."""
    return int.from_bytes(blake2b(f"{what}\0{name}".encode(), digest_size=8).digest(), "little")


def moment(at: datetime) -> int:
    """In microseconds since 1970."""
    return (at - _BEGINNING) // timedelta(microseconds=1)


def key(ref: Ref) -> int:
    return code(f"{ref.kind}:{ref.id}", "key")


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of each document, in the order of the segment."""

    lengths: Array
    at: Array
    weights: Array
    keys: Array

    def those(self, chosen: Array) -> "Columns":
        return Columns(self.lengths[chosen], self.at[chosen], self.weights[chosen], self.keys[chosen])

    @classmethod
    def joined(cls, parts: Sequence["Columns"]) -> "Columns":
        return cls(
            np.concatenate([part.lengths for part in parts]),
            np.concatenate([part.at for part in parts]),
            np.concatenate([part.weights for part in parts]),
            np.concatenate([part.keys for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every place of every term, and one for each facet and word of the title: in the order of documents by term.

    `words` are those words themselves.
    """

    codes: Array
    documents: Array
    places: Array
    words: frozenset[str]
    columns: Columns

    def those(self, live: Array) -> "Occurrences":
        """Without the documents that are not `live`; the others move up."""
        if live.all():
            return self
        moved = np.cumsum(live, dtype=np.uint32) - 1
        kept = live[self.documents]
        return Occurrences(
            self.codes[kept],
            moved[self.documents[kept]],
            self.places[kept],
            self.words,
            self.columns.those(live),
        )

    @classmethod
    def joined(cls, parts: Sequence["Occurrences"]) -> "Occurrences":
        """One after the other, as a segment that is made of several holds them."""
        bases = np.cumsum([0, *(len(part.columns.keys) for part in parts)])
        documents = [part.documents + np.uint32(base) for part, base in zip(parts, bases[:-1], strict=True)]
        return cls(
            np.concatenate([part.codes for part in parts]),
            np.concatenate(documents),
            np.concatenate([part.places for part in parts]),
            frozenset[str]().union(*(part.words for part in parts)),
            Columns.joined([part.columns for part in parts]),
        )


class Gathering:
    """The occurrences of documents that are added one by one."""

    def __init__(self) -> None:
        self._codes = array("Q")
        self._sizes = array("I")
        self._words: set[str] = set()
        self._at = array("q")
        self._weights = array("f")
        self._keys = array("Q")

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, entry: Entry, texts: Texts) -> None:
        for field in texts.fields:
            self._codes.extend(map(code, field))
            self._sizes.append(len(field))
        self._codes.extend(map(code, texts.words, repeat("word")))
        self._codes.extend(map(code, texts.facets, repeat("facet")))
        self._sizes.append(len(texts.words) + len(texts.facets))
        self._words.update(texts.words)
        self._at.append(moment(entry.document.at))
        self._weights.append(entry.document.weight)
        self._keys.append(key(entry.ref))

    def occurrences(self) -> Occurrences:
        sizes = np.array(self._sizes, np.int64)
        runs = len(FIELDS) + 1
        begins = np.cumsum(sizes) - sizes
        place = np.arange(len(self._codes)) - np.repeat(begins, sizes)
        field = np.repeat(np.arange(len(sizes)) % runs, sizes)
        columns = Columns(
            sizes.reshape(-1, runs)[:, :-1].astype(np.uint32),
            np.array(self._at, np.int64),
            np.array(self._weights, np.float32),
            np.array(self._keys, np.uint64),
        )
        return Occurrences(
            np.array(self._codes, np.uint64),
            np.repeat(np.arange(len(sizes)) // runs, sizes).astype(np.uint32),
            (field << PLACE_BITS | np.minimum(place, (1 << PLACE_BITS) - 1)).astype(np.uint32),
            frozenset(self._words),
            columns,
        )


def write(path: Path, said: Occurrences) -> None:
    """Write the file that `Arrays` reads; it is there whole or not at all."""
    sections = _sections(said)
    kept = b"".join(np.ascontiguousarray(sections[name], kind).tobytes() for name, kind in _KEPT.items())
    sizes = {name: int(sections[name].size) for name in (*_KEPT, *_BY_TERM)}
    head = json.dumps({"sizes": sizes, "sum": crc32(kept)}).encode()
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(FORMAT + len(head).to_bytes(4, "little") + crc32(head).to_bytes(4, "little") + head)
        file.write(kept)
        for name, kind in _BY_TERM.items():
            file.write(np.ascontiguousarray(sections[name], kind).tobytes())
    fresh.replace(path)


def _sections(said: Occurrences) -> dict[str, Array]:
    # Documents come in their order, so a stable sort by term keeps them so.
    order = np.argsort(said.codes, kind="stable")
    codes, documents, places = said.codes[order], said.documents[order], said.places[order]
    new_term = np.ones(len(codes), bool)
    new_term[1:] = codes[1:] != codes[:-1]
    new_posting = new_term.copy()
    new_posting[1:] |= documents[1:] != documents[:-1]
    place_starts = np.append(np.flatnonzero(new_term), len(codes))
    postings = np.flatnonzero(new_posting)
    starts = np.searchsorted(postings, place_starts)
    field = places >> PLACE_BITS
    counted = field < len(FIELDS)
    cells = (np.cumsum(new_posting) - 1) * len(FIELDS) + field
    counts = np.bincount(cells[counted], minlength=len(postings) * len(FIELDS))
    counts = np.minimum(counts, _MOST_COUNTED).astype("<u2").reshape(-1, len(FIELDS))
    sections = {
        "codes": codes[place_starts[:-1]],
        "starts": starts,
        "place_starts": place_starts,
        "frequencies": _frequencies(counts, starts),
        "documents": documents[postings].astype("<u4"),
        "counts": counts,
        "place_documents": documents.astype("<u4"),
        "places": places.astype("<u4"),
        "lengths": said.columns.lengths,
        "at": said.columns.at,
        "weights": said.columns.weights,
        "keys": said.columns.keys,
        "words": np.frombuffer("\n".join(_still(said, codes[place_starts[:-1]])).encode(), np.uint8),
    }
    sections["sums"] = _sums(starts, sections["documents"], sections["counts"])
    sections["place_sums"] = _sums(place_starts, sections["place_documents"], sections["places"])
    return sections


def _frequencies(counts: Array, starts: Array) -> Array:
    """In how many documents each term stands, by field."""
    if not len(counts):
        return np.zeros((0, len(FIELDS)), np.uint32)
    return np.add.reduceat((counts > 0).astype(np.uint32), starts[:-1])


def _still(said: Occurrences, codes: Array) -> list[str]:
    """The words that a title still has, sorted."""
    words = sorted(said.words)
    there = np.isin(np.array([code(word, "word") for word in words], np.uint64), codes)
    return [word for word, is_there in zip(words, there, strict=True) if is_there]


def _sums(starts: Array, *columns: Array) -> Array:
    views = [memoryview(column.tobytes()) for column in columns]
    widths = [len(view) // max(1, len(column)) for view, column in zip(views, columns, strict=True)]
    sums = np.zeros(len(starts) - 1, np.uint32)
    for place, (begin, end) in enumerate(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)):
        total = 0
        for view, width in zip(views, widths, strict=True):
            total = crc32(view[begin * width : end * width], total)
        sums[place] = total
    return sums


class Arrays:
    """A `segment.Segment` as the file tells it. Raises Broken from everything, whenever the file is not sound."""

    def __init__(self, path: Path) -> None:
        """Raises FileNotFoundError when there is none."""
        self._path = path
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        try:
            self._open()
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Broken(path) from error

    def _open(self) -> None:
        begin = len(FORMAT) + 8
        first = self._bytes(0, begin)
        size, head_sum = int.from_bytes(first[-8:-4], "little"), int.from_bytes(first[-4:], "little")
        head = self._bytes(begin, min(size, 10_000))
        if not first.startswith(FORMAT) or crc32(head) != head_sum:
            raise Broken(self._path)
        told = json.loads(head)
        offset = begin + size
        lengths = {name: told["sizes"][name] * np.dtype(kind).itemsize for name, kind in _KEPT.items()}
        kept = self._bytes(offset, sum(lengths.values()))
        if crc32(kept) != told["sum"]:
            raise Broken(self._path)
        found: dict[str, Array] = {}
        place = 0
        for name, kind in _KEPT.items():
            # Copied, since they begin anywhere.
            found[name] = np.frombuffer(kept[place : place + lengths[name]], kind)
            place += lengths[name]
        self._offsets = {}
        offset += place
        for name, kind in _BY_TERM.items():
            self._offsets[name] = offset
            offset += told["sizes"][name] * np.dtype(kind).itemsize
        if os.fstat(self._file).st_size != offset:
            raise Broken(self._path)
        self._codes, self._frequencies = found["codes"], found["frequencies"].reshape(-1, len(FIELDS))
        self._starts, self._place_starts = found["starts"], found["place_starts"]
        self._sums, self._place_sums = found["sums"], found["place_sums"]
        self.columns = Columns(
            found["lengths"].reshape(-1, len(FIELDS)), found["at"], found["weights"], found["keys"]
        )
        self.size = len(self.columns.keys)
        self.total = self.columns.lengths.sum(axis=0, dtype=np.int64)
        self.words = found["words"].tobytes().decode().split("\n") if len(found["words"]) else []

    def frequencies(self, names: Sequence[str]) -> Array:
        """For each term in how many documents it stands, by field, and at last in how many at all."""
        wanted = np.array([code(name) for name in names], np.uint64)
        rows = np.minimum(np.searchsorted(self._codes, wanted), max(len(self._codes) - 1, 0))
        told = np.zeros((len(names), len(FIELDS) + 1), np.int64)
        if len(self._codes):
            there = self._codes[rows] == wanted
            told[:, :-1] = self._frequencies[rows]
            told[:, -1] = self._starts[rows + 1] - self._starts[rows]
            told[~there] = 0
        return told

    def block(self, term: str) -> tuple[Array, Array]:
        """The documents that hold the term, and how often, by field."""
        row = self._row(code(term))
        return self._block(row) if row is not None else (_NO_DOCUMENTS, _NO_COUNTS)

    def with_facet(self, facet: str) -> Array:
        row = self._row(code(facet, "facet"))
        return self._block(row)[0] if row is not None else _NO_DOCUMENTS

    def with_word(self, word: str) -> Array:
        """Documents whose title has the word, as it is written."""
        row = self._row(code(word, "word"))
        return self._block(row)[0] if row is not None else _NO_DOCUMENTS

    def places(self, term: str) -> Array:
        """Where the term stands: documents and, in the lower half, places; sorted."""
        row = self._row(code(term))
        if row is None:
            return _NO_PLACES
        begin, end = int(self._place_starts[row]), int(self._place_starts[row + 1])
        documents, places = self._slice("place_documents", begin, end), self._slice("places", begin, end)
        if crc32(places, crc32(documents)) != self._place_sums[row]:
            raise Broken(self._path)
        found = np.frombuffer(documents, "<u4").astype(np.uint64) << np.uint64(32)
        found |= np.frombuffer(places, "<u4")
        return found

    def beginning(self, prefix: str) -> list[tuple[str, int]]:
        """Words of titles that begin with `prefix`, each with its number of titles, of deleted documents too."""
        rest = self.words[bisect_left(self.words, prefix) :]
        words = list(takewhile(lambda word: word.startswith(prefix), rest))
        rows = np.searchsorted(self._codes, np.array([code(word, "word") for word in words], np.uint64))
        return list(zip(words, (self._starts[rows + 1] - self._starts[rows]).tolist(), strict=True))

    def terms_of(self, documents: Array) -> list[set[int]]:
        """The codes of the terms in each of these documents."""
        held = self._all("documents", "<u4")
        chosen = np.flatnonzero(np.isin(held, documents))
        rows = np.searchsorted(self._starts, chosen, side="right") - 1
        in_texts = self._frequencies[rows].any(axis=1)
        rows, of = rows[in_texts], held[chosen[in_texts]]
        return [set(self._codes[rows[of == document]].tolist()) for document in documents]

    def occurrences(self) -> Occurrences:
        """Everything, to be written anew."""
        documents, places = self._all("place_documents", "<u4"), self._all("places", "<u4")
        if _sums(self._place_starts, documents, places).tobytes() != self._place_sums.tobytes():
            raise Broken(self._path)
        sizes: Array = self._place_starts[1:] - self._place_starts[:-1]
        codes = np.repeat(self._codes, sizes)
        return Occurrences(codes, documents, places, frozenset(self.words), self.columns)

    def _row(self, wanted: int) -> int | None:
        row = int(np.searchsorted(self._codes, np.uint64(wanted)))
        return row if row < len(self._codes) and self._codes[row] == wanted else None

    def _block(self, row: int) -> tuple[Array, Array]:
        begin, end = int(self._starts[row]), int(self._starts[row + 1])
        documents, counts = (
            self._slice("documents", begin, end),
            self._slice("counts", begin, end, len(FIELDS)),
        )
        if crc32(counts, crc32(documents)) != self._sums[row]:
            raise Broken(self._path)
        return (
            np.frombuffer(documents, "<u4").astype(np.intp),
            np.frombuffer(counts, "<u2").astype(np.float32).reshape(-1, len(FIELDS)),
        )

    def _slice(self, name: str, begin: int, end: int, across: int = 1) -> bytes:
        width = np.dtype(_BY_TERM[name]).itemsize * across
        return self._bytes(self._offsets[name] + begin * width, (end - begin) * width)

    def _all(self, name: str, kind: str) -> Array:
        starts = self._starts if name == "documents" else self._place_starts
        return np.frombuffer(self._slice(name, 0, int(starts[-1])), kind)

    def _bytes(self, offset: int, size: int) -> bytes:
        read = os.pread(self._file, size, offset)
        if len(read) != size:
            raise Broken(self._path)
        return read
