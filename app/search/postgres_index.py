"""The index in the site's own database, on PostgreSQL's full text.

A thread's row is written in the transaction that changes the thread (`follow`), so it is found once that has committed.
What is locked, after all else and before the log: the row of `search_index`, shared, then threads by number.

A build made anew stands beside the one that answers; whatever changes meanwhile is written into both.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from threading import local
from typing import Any

from sqlalchemy import Row, text

from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from app.search.bm25 import COMPLETIONS, STEMS_LOOKED_AT
from app.search.lexemes import LENGTHS, Vector, counted, filters, lexeme, together
from app.search.ports import Busy, Entry, Hit, Query, Read, Ref, Unavailable
from app.search.proposing import SPARE, Candidate, Counts, Proposal, Ranked, Wanted, parameters
from app.search.spelling import most_edits, nearest
from app.search.words import becoming

# Raise it with every change of the tables, of `words` or of what a document is made of: older builds are made anew.
SCHEMA_VERSION = 1
WRITTEN_AT_ONCE = 200
# Counts are kept in memory so far while a build is made, some hundred bytes each.
MOST_COUNTED = 500_000
# Counts are summed up after so many changes.
MOST_UNSUMMED = 500
WAIT_FOR_WRITER = 10.0
_WRITER_LOCK = 0x62617274_7365
_THREAD_LOCK = 0x62617274
_BEYOND = "\U0010ffff"

# Compiling a statement would take longer than carrying it out, and what PostgreSQL believes such a statement to cost
# makes it compile.
_STATE = """
    SELECT schema_version, build, next_build, position, set_config('jit', 'off', true) FROM search_index
"""
_HELD = """
    SELECT schema_version, build, next_build, position,
      (SELECT count(pg_advisory_xact_lock(:lock, id))
       FROM (SELECT unnest(CAST(:ids AS int[])) AS id ORDER BY id) AS in_order)
    FROM search_index FOR SHARE
"""
_KNOWN = """
    SELECT kind, id, tsvector_to_array(terms) AS lexemes, title_length, body_length, answers_length
    FROM search_document
    WHERE build = :build AND fingerprint <> ''
      AND (kind, id) IN (SELECT * FROM unnest(CAST(:kind AS text[]), CAST(:id AS int[])))
"""
_COLUMNS = {
    "kind": "text",
    "id": "int",
    "version": "int",
    "fingerprint": "text",
    "weight": "float8",
    "at": "timestamptz",
    "title_length": "int",
    "body_length": "int",
    "answers_length": "int",
    "terms": "text",
    "body": "text",
    "answer": "text",
}
_INSERT = f"""
    INSERT INTO search_document (build, {", ".join(_COLUMNS)})
    SELECT :build, {", ".join("CAST(terms AS tsvector)" if name == "terms" else name for name in _COLUMNS)}
    FROM unnest({", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _COLUMNS.items())})
      AS written ({", ".join(_COLUMNS)})
    ON CONFLICT (build, kind, id)
"""  # noqa: S608 - nothing but names of columns
_REPLACE = f"""
    {_INSERT} DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in ("kind", "id"))}
"""
_DELETE = """
    DELETE FROM search_document
    WHERE build = :build AND (kind, id) IN (SELECT * FROM unnest(CAST(:kind AS text[]), CAST(:id AS int[])))
"""
_COUNT = """
    INSERT INTO search_term (build, term, count)
    SELECT :build, * FROM unnest(CAST(:terms AS text[]), CAST(:counts AS bigint[]))
"""
_SUM_UP = """
    WITH many AS MATERIALIZED (
      SELECT term FROM search_term WHERE build = :build GROUP BY term HAVING count(*) > 1
    ), taken AS (
      DELETE FROM search_term USING many
      WHERE search_term.build = :build AND search_term.term = many.term
      RETURNING search_term.term, search_term.count
    )
    INSERT INTO search_term (build, term, count)
    SELECT :build, term, sum(count) FROM taken GROUP BY term HAVING sum(count) <> 0
"""
_COUNTS = """
    SELECT term, sum(count)::bigint FROM search_term
    WHERE build = :build AND term = ANY(CAST(:terms AS text[])) GROUP BY term
"""
_BETWEEN = """
    SELECT term, sum(count)::bigint AS together FROM search_term
    WHERE build = :build AND term >= :first AND term < :last
      AND char_length(term) BETWEEN :shortest AND :longest
    GROUP BY term HAVING sum(count) > 0 ORDER BY together DESC, term LIMIT :limit
"""
_BEGINNING = """
    SELECT term, sum(count)::bigint FROM search_term
    WHERE build = :build AND term >= :first AND term < :last GROUP BY term HAVING sum(count) > 0
    ORDER BY term LIMIT :limit
"""
_FOUND = """
    SELECT d.kind, d.id, d.version, d.weight, d.at, d.title_length, d.body_length, d.answers_length,
      CAST(d.terms AS text) AS vector
    FROM found JOIN search_document d ON d.build = :build AND d.kind = found.kind AND d.id = found.id
"""
_PROPOSE = """
    WITH wanted AS MATERIALIZED (
      SELECT CAST(tsquery AS tsquery) AS tsquery, worth, title_cost, body_cost, answers_cost
      FROM unnest(
        CAST(:tsqueries AS text[]), CAST(:worths AS float8[]),
        CAST(:title_costs AS float8[]), CAST(:body_costs AS float8[]), CAST(:answers_costs AS float8[])
      ) AS w (tsquery, worth, title_cost, body_cost, answers_cost)
    ), found AS MATERIALIZED (
      SELECT d.kind, d.id FROM wanted w JOIN search_document d ON d.terms @@ w.tsquery
      WHERE d.build = :build{conditions}
      GROUP BY d.build, d.kind, d.id
      ORDER BY d.weight * sum(
        w.worth / (
          CAST(:once AS float8) + w.title_cost * d.title_length + w.body_cost * d.body_length
          + w.answers_cost * d.answers_length
        )
      ) DESC, d.at, d.id LIMIT :most
    )
"""
_NEWEST = """
    SELECT d.kind, d.id, d.version, d.body, d.answer FROM search_document d
    WHERE d.build = :build AND d.fingerprint <> ''{conditions}
    ORDER BY d.at DESC, d.id LIMIT :most
"""
_TEXTS = """
    SELECT kind, id, body, answer FROM search_document
    WHERE build = :build AND (kind, id) IN (SELECT * FROM unnest(CAST(:kind AS text[]), CAST(:id AS int[])))
"""


@dataclass(frozen=True, slots=True)
class State:
    """Which build answers, and which is being made."""

    schema: int
    build: int
    next_build: int | None
    position: int

    @property
    def is_sound(self) -> bool:
        return self.build > 0 and self.schema == SCHEMA_VERSION


class PostgresIndex:
    """An `Index` of the application's database, for every thread and every machine that serves it."""

    def __init__(self) -> None:
        self._writing = local()

    @contextmanager
    def writing(self, wait: float = 0) -> Iterator[None]:
        if getattr(self._writing, "held", False):
            yield
            return
        # A lock of the session, not of a transaction: many transactions pass meanwhile.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            last = time.monotonic() + wait
            while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _WRITER_LOCK}):
                if time.monotonic() >= last:
                    raise Busy
                time.sleep(0.05)
            self._writing.held = True
            try:
                yield
            finally:
                self._writing.held = False
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _WRITER_LOCK})

    def follow(self, refs: Sequence[Ref], read: Read) -> None:
        state = self._state(_HELD, lock=_THREAD_LOCK, ids=[ref.id for ref in refs])
        found = list(read(refs))
        entries = [entry for _ref, entry in found if entry]
        self._put(state, entries, [ref for ref, entry in found if not entry])

    def replace(self, entries: Iterable[Entry], gone: Iterable[Ref], position: int) -> None:
        with transaction():
            # The row that writers share is taken whole before anything else, or two would wait for each other.
            _run(
                "UPDATE search_index SET position = greatest(position, :position) WHERE build > 0",
                position=position,
            )
            by_ref = {entry.ref: entry for entry in entries}
            left = [ref for ref in dict.fromkeys(gone) if ref not in by_ref]
            ids = [ref.id for ref in (*by_ref, *left)]
            self._put(self._state(_HELD, lock=_THREAD_LOCK, ids=ids), list(by_ref.values()), left)

    def rebuild(self, entries: Iterable[Entry], position: int) -> None:
        with self.writing(WAIT_FOR_WRITER):
            build = self._begin()
            try:
                rest = iter(entries)
                counts = Counter[str]()
                while some := list(islice(rest, WRITTEN_AT_ONCE)):
                    with transaction():
                        # Whoever writes one of them meanwhile comes before or after, but sees what is put in.
                        _run(_HELD, lock=_THREAD_LOCK, ids=[entry.ref.id for entry in some])
                        counts.update(self._fill(build, some))
                        if len(counts) > MOST_COUNTED:
                            _count(build, counts)
                            counts.clear()
                self._switch(build, counts, position)
            except BaseException:
                with transaction():
                    _run("UPDATE search_index SET next_build = NULL")
                raise
            finally:
                self._clear()

    def tidy(self) -> bool:
        build = self._state(_STATE).build
        unsummed = "SELECT count(*) FROM search_term WHERE build = :build AND term = :term"
        if (_run(unsummed, build=build, term=LENGTHS["answers"]).scalar() or 0) <= MOST_UNSUMMED:
            return False
        with transaction():
            _run(_SUM_UP, build=build)
        return True

    def position(self) -> int:
        return self._state(_STATE).position

    def search(self, query: Query, limit: int) -> list[Hit]:
        ranked = bool(query.words or query.unfinished)
        while True:
            state = self._state(_STATE)
            if not ranked and not query.phrases and not query.filters:
                return []
            if not all(query.required):
                return []
            hits = self._ranked(state, query, limit) if ranked else self._newest(state, query, limit)
            # A build that another one took the place of is cleared away, maybe in the middle of an answer.
            if len(hits) >= limit or self._state(_STATE).build == state.build:
                return hits

    def complete(self, prefix: str, limit: int = 10) -> list[str]:
        return self._completions(self._state(_STATE), prefix, limit)

    def correct(self, word: str) -> str | None:
        state = self._state(_STATE)
        most = most_edits(word)
        if not most:
            return None
        length = len(word) + len("w:")
        found = _run(
            _BETWEEN,
            build=state.build,
            first="w:",
            last=f"w:{_BEYOND}",
            shortest=length - most,
            longest=length + most,
            limit=None,
        )
        return nearest(word, {term[2:]: count for term, count in found})

    def fingerprints(self) -> dict[Ref, str]:
        state = self._state(_STATE)
        found = "SELECT kind, id, fingerprint FROM search_document WHERE build = :build AND fingerprint <> ''"
        return {
            Ref(kind, number): fingerprint for kind, number, fingerprint in _run(found, build=state.build)
        }

    def close(self) -> None:
        """Nothing is kept open."""

    def _state(self, statement: str, **values: Any) -> State:
        row = _run(statement, **values).one_or_none()
        if row is None or not row.build:
            raise Unavailable("there is none yet")
        state = State(row.schema_version, row.build, row.next_build, row.position)
        if not state.is_sound:
            raise Unavailable("made by another version")
        return state

    def _put(self, state: State, entries: Sequence[Entry], gone: Sequence[Ref]) -> None:
        """Write documents, and what they change of the counts, into every build there is."""
        written = [(entry, Vector.of(entry)) for entry in sorted(entries, key=lambda entry: entry.ref)]
        if not written and not gone:
            return
        for build in (state.build, state.next_build):
            if build is None:
                continue
            counts = self._without(build, [*(entry.ref for entry in entries), *gone])
            for _entry, vector in written:
                counts.update(counted(vector.lexemes, vector.lengths))
            if written:
                _run(_REPLACE, build=build, **_columns(written))
            if gone and build == state.build:
                _run(_DELETE, build=build, **_refs(gone))
            elif gone:
                # Whoever makes the build may have read it before it went, and must not bring it back.
                _run(_REPLACE, build=build, **_nothing(sorted(gone)))
            _count(build, counts)

    def _without(self, build: int, refs: Sequence[Ref]) -> Counter[str]:
        """What counts change by when these are no more."""
        counts = Counter[str]()
        for row in _run(_KNOWN, build=build, **_refs(refs)):
            counts.subtract(counted(row.lexemes, _lengths(row)))
        return counts

    def _begin(self) -> int:
        """Let there be a build that is being made; waits for whoever writes and does not know of it."""
        with transaction():
            build: int = _run(
                """
                INSERT INTO search_index (id, schema_version, build, next_build, position) VALUES (1, 0, 0, 1, 0)
                ON CONFLICT (id) DO UPDATE
                SET next_build = greatest(search_index.build, coalesce(search_index.next_build, 0)) + 1
                RETURNING next_build
                """
            ).scalar_one()
        self._clear()
        return build

    def _fill(self, build: int, entries: Sequence[Entry]) -> Counter[str]:
        """Put in what is not there yet: what is, somebody wrote later than these were read. What that adds to counts."""
        distinct = {entry.ref: (entry, Vector.of(entry)) for entry in entries}
        rows = [distinct[ref] for ref in sorted(distinct)]
        added = {
            Ref(kind, number)
            for kind, number in _run(
                f"{_INSERT} DO NOTHING RETURNING kind, id", build=build, **_columns(rows)
            )
        }
        counts = Counter[str]()
        for entry, vector in rows:
            if entry.ref in added:
                counts.update(counted(vector.lexemes, vector.lengths))
        return counts

    def _switch(self, build: int, counts: Mapping[str, int], position: int) -> None:
        with transaction():
            _count(build, counts)
            _run(_SUM_UP, build=build)
            # Without what it finds out, PostgreSQL would read whole tables.
            _run("ANALYZE search_document, search_term")
        with transaction():
            _run(
                """
                UPDATE search_index
                SET build = :build, next_build = NULL, schema_version = :schema, position = :position
                """,
                build=build,
                schema=SCHEMA_VERSION,
                position=position,
            )
            _run("DELETE FROM search_document WHERE build = :build AND fingerprint = ''", build=build)

    def _clear(self) -> None:
        """Forget builds that are neither the index nor being made."""
        there = "SELECT build FROM search_index UNION ALL SELECT coalesce(next_build, 0) FROM search_index"
        with transaction():
            _run(f"DELETE FROM search_document WHERE build NOT IN ({there})")  # noqa: S608
            _run(f"DELETE FROM search_term WHERE build NOT IN ({there})")  # noqa: S608

    def _ranked(self, state: State, query: Query, limit: int) -> list[Hit]:
        stems = self._stems(state, query.unfinished) if query.unfinished else []
        counts = self._counts(state, Proposal.names(query, stems))
        proposal = Proposal(query, stems, counts)
        most = limit + SPARE
        chosen = proposal.cheapest(most)
        ranked = proposal.rank(self._propose(state, query, chosen, counts, most))
        if len(ranked) < limit and len(chosen) < len(proposal.wanted):
            ranked = proposal.rank(self._propose(state, query, proposal.wanted, counts, most))
        best = ranked[:limit]
        texts = {
            Ref(row.kind, row.id): (row.body, row.answer)
            for row in _run(_TEXTS, build=state.build, **_refs([each.candidate.ref for each in best]))
        }
        return [_hit(each, *texts[each.candidate.ref]) for each in best if each.candidate.ref in texts]

    def _propose(
        self, state: State, query: Query, wanted: Sequence[Wanted], counts: Counts, most: int
    ) -> list[Candidate]:
        if not wanted:
            return []
        conditions, values = _conditions(query)
        statement = _PROPOSE.format(conditions=conditions) + _FOUND
        rows = _run(statement, build=state.build, most=most, **parameters(wanted, counts), **values)
        return [
            Candidate(Ref(row.kind, row.id), row.version, row.weight, row.at, _lengths(row), row.vector)
            for row in rows
        ]

    def _newest(self, state: State, query: Query, limit: int) -> list[Hit]:
        conditions, values = _conditions(query)
        rows = _run(_NEWEST.format(conditions=conditions), build=state.build, most=limit, **values)
        return [Hit(row.kind, row.id, 0.0, row.version, row.body, row.answer, 1.0) for row in rows]

    def _counts(self, state: State, names: Sequence[str]) -> Counts:
        return Counts(dict(_run(_COUNTS, build=state.build, terms=list(names)).all()))

    def _stems(self, state: State, prefix: str) -> list[str]:
        """What an unfinished word may become: itself, and its commonest completions in titles, else in answers."""
        words = self._completions(state, prefix, COMPLETIONS)
        return becoming(prefix, words, lambda: self._stems_of_answers(state, prefix))

    def _completions(self, state: State, prefix: str, limit: int) -> list[str]:
        found = _run(
            _BETWEEN,
            build=state.build,
            first=f"w:{prefix}",
            last=f"w:{prefix}{_BEYOND}",
            shortest=0,
            longest=200,
            limit=limit,
        )
        return [term[2:] for term, _count in found]

    def _stems_of_answers(self, state: State, prefix: str) -> list[str]:
        first = lexeme("answers", prefix)
        found = _run(
            _BEGINNING, build=state.build, first=first, last=f"{first}{_BEYOND}", limit=STEMS_LOOKED_AT
        )
        counts = {term[2:]: count for term, count in found}
        return nlargest(COMPLETIONS, counts, key=counts.__getitem__)


def _run(statement: str, **values: Any) -> Any:
    return db.session().connection().execute(text(statement), values)


def _count(build: int, counts: Mapping[str, int]) -> None:
    changed = {term: count for term, count in counts.items() if count}
    if changed:
        _run(_COUNT, build=build, terms=list(changed), counts=list(changed.values()))


def _columns(written: Sequence[tuple[Entry, Vector]]) -> dict[str, list[Any]]:
    """Each column of these documents."""
    rows = [_row(entry, vector) for entry, vector in written]
    return {name: [row[name] for row in rows] for name in _COLUMNS}


def _row(entry: Entry, vector: Vector) -> dict[str, Any]:
    document = entry.document
    body, answer = entry.texts
    return {
        "kind": document.kind,
        "id": document.id,
        "version": entry.version,
        "fingerprint": entry.fingerprint,
        "weight": document.weight,
        "at": document.at,
        **{f"{field}_length": length for field, length in vector.lengths.items()},
        "terms": str(vector),
        "body": body,
        "answer": answer,
    }


def _nothing(gone: Sequence[Ref]) -> dict[str, list[Any]]:
    """Rows that stand in the place of documents and are none."""
    nothing = {"text": "", "int": 0, "float8": 0.0, "timestamptz": now()}
    return {name: [nothing[kind]] * len(gone) for name, kind in _COLUMNS.items()} | _refs(gone)


def _refs(refs: Sequence[Ref]) -> dict[str, list[Any]]:
    return {"kind": [ref.kind for ref in refs], "id": [ref.id for ref in refs]}


def _lengths(row: Row[Any]) -> dict[str, int]:
    return {"title": row.title_length, "body": row.body_length, "answers": row.answers_length}


def _conditions(query: Query) -> tuple[str, dict[str, Any]]:
    """The query's filters, to be put after others, and their values."""
    conditions, values = "", dict[str, Any]()
    if tsqueries := filters(query):
        conditions += " AND d.terms @@ CAST(:filters AS tsquery)"
        values["filters"] = together(tsqueries)
    if query.since:
        conditions += " AND d.at >= :since"
        values["since"] = query.since
    if query.until:
        conditions += " AND d.at < :until"
        values["until"] = query.until
    return conditions, values


def _hit(ranked: Ranked, body: str, answer: str) -> Hit:
    ref, version = ranked.candidate.ref, ranked.candidate.version
    return Hit(ref.kind, ref.id, ranked.score, version, body, answer, ranked.covered)
