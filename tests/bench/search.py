"""How fast search is, and how it grows: `make bench-search`.

Each town is filled and measured in processes of its own, the second like one that serves the web: nothing read yet.
Times are said with those of SQLite's FTS5 (bm25), and tantivy when it is installed, on the same documents and queries in
the same process: on a busy machine only the ratio says something.
"""

import argparse
import json
import os
import random
import secrets
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select, update

from app import cli
from app.config.settings import load
from app.core.db import db
from app.core.parts import part
from app.core.text import plain as text_of
from app.core.transaction import transaction
from app.forum.documents import Document, KindsOfDocument
from app.forum.models import Post, Thread
from app.search import indexing
from app.search.ports import Index
from app.search.query import plain
from app.wiring import create_app
from tests.bench.filling import fill
from tests.bench.speech import Speech, demo, imported
from tests.search.hostile import HOSTILE

try:
    import tantivy
except ImportError:
    tantivy = None

SIZES = (1_000, 10_000, 100_000)
QUERIES = 150
CHANGES = 40
POSTED = 12
FOUND_WITHIN = 30.0
PAGE = Path(__file__).parents[2] / "docs" / "search.md"
BEGIN, END = "<!-- make bench-search -->", "<!-- end -->"

Row = dict[str, Any]


@contextmanager
def site(folder: Path) -> Iterator[Flask]:
    app = create_app(
        load(
            folder / "no.env",
            production=False,
            data_dir=folder,
            database_url=f"sqlite:///{folder / 'bench.db'}",
            secret_key="k" * 40,
            base_url="http://localhost",
            limits=False,
            mail_url=(folder / "mail").as_uri(),
        )
    )
    cli.init_app(app)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def build(folder: Path, size: int, like: Sequence[str]) -> Row:
    """Fill the town, make the index and those it is compared with."""
    with site(folder) as app:
        upgrade()
        for path in like:
            told = app.test_cli_runner().invoke(args=["import", "jsonl", path])
            assert told.exit_code == 0, told.output
        samples = imported() or demo()
        here = db.session.scalar(select(func.count()).select_from(Thread)) or 0
        fill(Speech(samples).threads(size - here))
        began = _now()
        count = indexing.rebuild()
        row = {"threads": count, "samples": len(samples), "rebuild": _since(began)}
        while indexing.drain():  # what the import noted
            pass
        row["disk"] = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file())
        began = _now()
        _fill_fts5(folder)
        row["fts5 build"] = _since(began)
        if tantivy:
            began = _now()
            _fill_tantivy(folder)
            row["tantivy build"] = _since(began)
    return row


def measure(folder: Path) -> Row:
    with site(folder) as app:
        asked = list(_queries())
        client = app.test_client()
        before = _memory()
        row: Row = {
            "suggestions, title": _times(
                lambda query: _sound(client.post("/ask/suggest", data={"title": query.title})), asked
            ),
            "suggestions, title and text": _times(
                lambda query: _sound(
                    client.post("/ask/suggest", data={"title": query.title, "source": query.text})
                ),
                asked,
            ),
            "/search": _times(
                lambda query: _sound(client.get("/search", query_string={"q": query.typed})), asked
            ),
        }
        row["memory"] = _memory() - before
        index = part(Index)
        row["completion"] = _times(lambda query: index.complete(query.typed.split()[-1][:3].lower()), asked)
        row["correction"] = _times(lambda query: index.correct(_slip(query.longest)), asked)
        row["the index alone"] = _times(lambda query: index.search(plain(query.typed), 30), asked)
        fts5 = _fts5(folder)
        row["FTS5 alone"] = _times(lambda query: _ask_fts5(fts5, query.typed), asked)
        if tantivy:
            found = _tantivy(folder)
            row["tantivy alone"] = _times(lambda query: _ask_tantivy(found, query.typed), asked)
        row["hostile"] = _times(lambda typed: _hostile(client, typed), HOSTILE)
        row["hostile most"] = max(row["hostile"]["cpu"])
        row["one change indexed"] = _times(_change, range(CHANGES))
        row["found after"] = _times(lambda _: None, []) | {"wall": list(_found_after(app))}
    return row


class Asked:
    """What somebody types: as a title, as its text, and in the search box."""

    def __init__(self, title: str, typed: str, text: str) -> None:
        self.title, self.typed, self.text = title, typed, text
        self.longest = max(title.lower().split(), key=len)


def _queries() -> Iterator[Asked]:
    """Of titles words are dropped and exchanged, the last is begun, or it is told at length in other words."""
    dice = random.Random(11)
    last = db.session.scalar(select(func.max(Thread.id))) or 0
    number = 0
    while number < QUERIES:
        wanted = select(Thread.title, Post.html).join(Post).where(Thread.id >= dice.randint(1, last))
        title, html = db.session.execute(wanted.order_by(Thread.id, Post.id).limit(1)).one()
        body = text_of(html)
        words, others = title.split(), body.split() or title.split()
        kept = [
            dice.choice(others) if dice.random() < 0.15 else word for word in words if dice.random() > 0.3
        ]
        kept = kept or words
        if number % 3 == 0:
            typed = " ".join(kept)
        elif number % 3 == 1:
            typed = " ".join([*kept[:-1], kept[-1][: max(2, len(kept[-1]) // 2)]])
        else:
            begin = dice.randrange(len(others))
            typed = " ".join([*kept, *others[begin : begin + 12]])
        if len(typed.strip()) < 3:
            continue
        number += 1
        yield Asked(typed[:150], typed[:200], body)


def _hostile(client: Any, typed: str) -> None:
    for answer in (
        client.get("/search", query_string={"q": typed[:2_000]}),
        client.post("/ask/suggest", data={"title": typed, "source": typed}),
        client.post("/help/suggest", data={"subject": typed, "source": typed}),
    ):
        assert answer.status_code < 500


def _sound(answer: Any) -> None:
    assert answer.status_code == 200, answer.status


def _slip(word: str) -> str:
    return word[: len(word) // 2] + word[len(word) // 2 + 1 :]


def _change(number: int) -> None:
    """A thread is changed, and one round of the indexer."""
    with transaction() as session:
        thread_id = session.scalar(select(Thread.id).order_by(Thread.id).offset(number * 17).limit(1))
        changed = update(Thread).where(Thread.id == thread_id)
        session.execute(changed.values(version=Thread.version + 1, title=f"Changed {secrets.token_hex(4)}"))
        indexing.enqueue(thread_id or 0)
    assert indexing.drain() == 1


def _found_after(app: Flask) -> Iterator[float]:
    """Seconds from a change's commit until a search finds it, while the indexer runs as in a worker."""
    stopped = threading.Event()

    def worker() -> None:
        with app.app_context():
            while not stopped.wait(indexing.INDEX_LOOP.every.total_seconds()):
                indexing.drain()

    running = threading.Thread(target=worker)
    running.start()
    try:
        for number in range(POSTED):
            word = f"zq{secrets.token_hex(5)}"
            with transaction() as session:
                thread_id = session.scalar(select(Thread.id).order_by(Thread.id).offset(number * 31).limit(1))
                session.execute(update(Thread).where(Thread.id == thread_id).values(title=f"A lamp {word}"))
                indexing.enqueue(thread_id or 0)
            began = time.monotonic()
            while not part(Index).search(plain(word), 1):
                assert time.monotonic() - began < FOUND_WITHIN
                time.sleep(0.02)
            yield time.monotonic() - began
            time.sleep(0.37)
    finally:
        stopped.set()
        running.join()


def _documents() -> Iterator[Document]:
    for kind in part(KindsOfDocument)().values():
        ids = kind.ids()
        while some := list(islice(ids, 500)):
            yield from kind.documents(some).values()


def _texts() -> Iterator[tuple[int, str, str, str]]:
    for document in _documents():
        yield document.id, document.title, document.body, f"{document.answer}\n{document.replies}"


def _fts5(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "fts5.db", isolation_level=None)
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS document USING fts5(title, body, answers, tokenize='porter unicode61')"
    )
    return connection


def _fill_fts5(folder: Path) -> None:
    connection = _fts5(folder)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO document (rowid, title, body, answers) VALUES (?, ?, ?, ?)", _texts())
    connection.execute("COMMIT")
    connection.close()


def _ask_fts5(connection: sqlite3.Connection, typed: str) -> None:
    words = plain(typed).words
    wanted = " OR ".join(f'"{word}"' for word in words) or '""'
    connection.execute(
        "SELECT rowid, bm25(document, 1.5, 0.3, 1.0) AS score FROM document WHERE document MATCH ?"
        " ORDER BY score LIMIT 30",
        (wanted,),
    ).fetchall()


def _tantivy(folder: Path) -> Any:
    schema = tantivy.SchemaBuilder()
    for name in ("title", "body", "answers"):
        schema.add_text_field(name, tokenizer_name="en_stem")
    schema.add_integer_field("id", stored=True)
    path = folder / "tantivy"
    path.mkdir(exist_ok=True)
    return tantivy.Index(schema.build(), path=str(path))


def _fill_tantivy(folder: Path) -> None:
    writer = _tantivy(folder).writer()
    for number, title, body, answers in _texts():
        writer.add_document(tantivy.Document(id=number, title=title, body=body, answers=answers))
    writer.commit()
    writer.wait_merging_threads()


def _ask_tantivy(index: Any, typed: str) -> None:
    boosts = {"title": 1.5, "body": 0.3, "answers": 1.0}
    wanted, _errors = index.parse_query_lenient(" ".join(plain(typed).words), list(boosts), boosts)
    index.searcher().search(wanted, 30)


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(began: tuple[float, float]) -> dict[str, float]:
    wall, cpu = _now()
    return {"wall": wall - began[0], "cpu": cpu - began[1]}


def _times(doing: Callable[[Any], object], over: Sequence[Any] | range) -> dict[str, list[float]]:
    """Seconds of each, waited and worked."""
    times: dict[str, list[float]] = {"wall": [], "cpu": []}
    for each in over:
        began = _now()
        doing(each)
        for name, seconds in _since(began).items():
            times[name].append(seconds)
    return times


def _memory() -> int:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _apart(step: str, folder: Path, size: int, like: Sequence[str]) -> Row:
    """A step in a process of its own."""
    told = folder / f"{step}.json"
    command = [sys.executable, "-m", "tests.bench.search", "--step", step, "--folder", str(folder), str(size)]
    subprocess.run([*command, *(f"--like={path}" for path in like)], check=True, cwd=PAGE.parents[1])
    row: Row = json.loads(told.read_text())
    return row


def _table(rows: dict[int, Row]) -> str:
    sizes = list(rows)
    lines = [
        "| milliseconds, waited: median / p95 (CPU: median / p95) | "
        + " | ".join(f"{size:,} threads" for size in sizes)
        + f" | CPU, {sizes[0]:,} → {sizes[-1]:,} |",
        "|---" * (len(sizes) + 2) + "|",
    ]
    names = ["suggestions, title", "suggestions, title and text", "/search", "completion", "correction"]
    names += [
        "the index alone",
        "FTS5 alone",
        "tantivy alone",
        "hostile",
        "one change indexed",
        "found after",
    ]
    for name in names:
        if name not in rows[sizes[0]]:
            continue
        cells = [_cell(rows[size][name]) for size in sizes]
        first, last = rows[sizes[0]][name]["cpu"], rows[sizes[-1]][name]["cpu"]
        cells.append(f"× {median(last) / max(median(first), 1e-9):.1f}" if first else "")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    for name, told in (
        ("rebuilt, s (CPU)", lambda row: f"{row['rebuild']['wall']:.0f} ({row['rebuild']['cpu']:.0f})"),
        ("threads rebuilt a CPU second", lambda row: f"{row['threads'] / row['rebuild']['cpu']:.0f}"),
        ("FTS5 filled, s", lambda row: f"{row['fts5 build']['wall']:.0f} ({row['fts5 build']['cpu']:.0f})"),
        ("most CPU of a hostile round of three, ms", lambda row: f"{1000 * row['hostile most']:.0f}"),
        ("on disk, MB", lambda row: f"{row['disk'] / 1e6:.0f}"),
        (
            "memory of a process that answered, beyond one that did not, MB",
            lambda row: f"{row['memory'] / 1e6:.0f}",
        ),
    ):
        with suppress(KeyError):
            lines.append(f"| {name} | " + " | ".join(told(rows[size]) for size in sizes) + " | |")
    return "\n".join(lines)


def _cell(times: dict[str, list[float]]) -> str:
    said = [f"{1000 * median(found):.1f} / {1000 * _p95(found):.1f}" for found in times.values() if found]
    return f"{said[0]} ({said[1]})" if len(said) > 1 else said[0]


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--like", action="append", default=[], help="JSON lines of threads to write alike")
    parser.add_argument("--write", action="store_true", help="into docs/search.md")
    parser.add_argument("--step", choices=["build", "measure"])
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.step:
        row = (
            build(asked.folder, asked.sizes[0], asked.like)
            if asked.step == "build"
            else measure(asked.folder)
        )
        (asked.folder / f"{asked.step}.json").write_text(json.dumps(row))
        return
    rows = {}
    for size in asked.sizes:
        with TemporaryDirectory() as folder:
            steps = ("build", "measure")
            rows[size] = {}
            for step in steps:
                rows[size] |= _apart(step, Path(folder), size, asked.like)
        print(f"{size:,} threads measured, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    table = _table(rows)
    told = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    samples = rows[asked.sizes[0]]["samples"]
    whole = f"{BEGIN}\nMeasured {told}; threads written like {samples} real ones.\n\n{table}\n{END}"
    print(whole)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END, 1)[1]
        PAGE.write_text(f"{before}{whole}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
