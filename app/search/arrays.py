"""What a segment of the index says, as arrays: gathered by whoever writes the segment, kept in a file beside it.

The file is a copy made for speed. It is read piece by piece, never mapped into memory: a file cut short is an error to
catch. Every piece is checked by its sum, so a spoilt file is noticed and done without (`segment.Walked`).
"""

import json
import logging
import os
import weakref
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from zlib import crc32

import numpy as np

from app.search.gathering import FIELDS, PLACE_BITS, Array, Columns, Occurrences, code

SUFFIX = ".arrays"
# Raise it with every change of the file.
FORMAT = b"bartack arrays 1\n"
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

_log = logging.getLogger(__name__)


class Broken(Exception):
    """The file is not what was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name} is broken")
        self.path = path


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
        rows, there = self._rows([code(name) for name in names])
        told = np.zeros((len(names), len(FIELDS) + 1), np.int64)
        told[there, :-1] = self._frequencies[rows]
        told[there, -1] = self._starts[rows + 1] - self._starts[rows]
        return told

    def block(self, term: str) -> tuple[Array, Array]:
        """The documents that hold the term, and how often, by field."""
        row = self._row(code(term))
        return self._block(row) if row is not None else (_NO_DOCUMENTS, _NO_COUNTS)

    def blocks(self, terms: Sequence[str]) -> Iterator[tuple[int, Array, Array]]:
        """The same for each of these terms that it has, with the term's number among them."""
        rows, there = self._rows([code(term) for term in terms])
        for number, row in zip(there.tolist(), rows.tolist(), strict=True):
            yield number, *self._block(row)

    def titles(self, words: Sequence[str]) -> Array:
        """How many titles have each of these words, as they are written; of deleted documents too."""
        rows, there = self._rows([code(word, "word") for word in words])
        told = np.zeros(len(words), np.int64)
        told[there] = self._starts[rows + 1] - self._starts[rows]
        return told

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

    def _rows(self, codes: Sequence[int]) -> tuple[Array, Array]:
        """Where those of these codes stand that it has, and which these are."""
        wanted = np.array(codes, np.uint64)
        rows = np.searchsorted(self._codes, wanted)
        there = np.flatnonzero(rows < len(self._codes))
        there = there[self._codes[rows[there]] == wanted[there]]
        return rows[there], there

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


class Shelf:
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


def _version(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns
