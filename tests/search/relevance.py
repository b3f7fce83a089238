"""How well search finds, measured on real threads: `make relevance`, which writes its table into docs/search.md.

The threads are imported as an operator would, the queries go through the port and then all the way people's go. Known
items are made from the threads by rule, so that nothing is tuned to them: what was meant is the thread they come from.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import ir_measures
from defusedxml.ElementTree import parse as parse_xml
from flask import Flask
from flask_migrate import upgrade
from ir_measures import RR, P, Qrel, R, ScoredDoc, Success, nDCG
from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url

from app.accounts.actor import ANONYMOUS
from app.cli.importing import import_
from app.config import load
from app.core.db import db
from app.core.parts import part
from app.core.text import plain as readable
from app.forum.models import Thread
from app.search import indexing
from app.search.ports import Index, Ref
from app.search.queries import look_for, ref_of
from app.search.query import plain
from app.wiring import create_app

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "search.md"
BEGINS, ENDS = "<!-- relevance: written by `make relevance` -->", "<!-- /relevance -->"
MEASURES = {"MRR": RR, "P@1": P @ 1, "R@5": R @ 5, "S@5": Success @ 5, "nDCG@10": nDCG @ 10}
DEPTH = 20
WAYS = ("index", "site")
"""The index by itself, and all that the site does: other words, corrections, what the forum knows."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Item:
    """Words to look for, and the one thread that they mean, by the id it had where it came from."""

    id: str
    words: str
    thread: str


@dataclass(frozen=True, slots=True)
class Text:
    """What known items are made of."""

    id: str
    title: str
    body: str
    answer: str


def queries(data: Path) -> dict[str, dict[str, list[Item]]]:
    """Sets of queries by name, for each of the two towns that `town` makes."""
    qatar, coffee = list(_qatar_living(data)), list(_coffee(data))
    return {
        "webapps and Qatar Living": {"paraphrases by people": _paraphrases(data), **_known_items(qatar)},
        "coffee": _known_items(coffee),
    }


@contextmanager
def town(name: str, data: Path, database_url: str, engine: str) -> Iterator[Flask]:
    """A temporary site with the threads of one of the towns, indexed."""
    with TemporaryDirectory(prefix="bartack-relevance-") as folder:
        settings = load(
            Path(folder) / "no.env",
            production=False,
            data_dir=Path(folder),
            database_url=database_url or f"sqlite:///{folder}/bartack.db",
            secret_key="k" * 40,
            base_url="http://localhost",
            search=engine,
        )
        app = create_app(settings)
        with app.app_context():
            upgrade()
            imports = {
                "webapps and Qatar Living": [
                    ["jsonl", str(data / "stackfaq" / "threads.jsonl")],
                    ["jsonl", str(data / "qatar-living" / "threads.jsonl")],
                ],
                "coffee": [["stackexchange", str(data / "coffee-stackexchange")]],
            }
            for arguments in imports[name]:
                done = app.test_cli_runner().invoke(import_, arguments)
                assert done.exit_code == 0, done.output
            indexing.rebuild()
            yield app
            db.session.remove()
            db.engine.dispose()


def measure(items: Sequence[Item], way: str) -> dict[str, float]:
    """Each of MEASURES, from 0 to 1, in the application's context."""
    names = dict(db.session.execute(select(Thread.id, Thread.external_id)).all())
    run = [
        ScoredDoc(item.id, names[ref.id], float(-rank))
        for item in items
        for rank, ref in enumerate(_found(item.words, way))
    ]
    wanted = [Qrel(item.id, item.thread, 1) for item in items]
    got = ir_measures.calc_aggregate(MEASURES.values(), wanted, run)
    return {name: got[measure] for name, measure in MEASURES.items()}


def _found(words: str, way: str) -> list[Ref]:
    if way == "index":
        return [hit.ref for hit in part(Index).search(plain(words), DEPTH)]
    return [ref_of(seen) for seen in look_for(ANONYMOUS, words, DEPTH).seen[:DEPTH]]


def _paraphrases(data: Path) -> list[Item]:
    lines = (data / "stackfaq" / "dev-queries.tsv").read_text(encoding="utf-8").splitlines()
    meant = ir_measures.read_trec_qrels(str(data / "stackfaq" / "dev-qrels.txt"))
    threads = {judged.query_id: judged.doc_id for judged in meant if judged.relevance}
    rows = (line.partition("\t") for line in lines)
    return [Item(name, words, threads[name]) for name, _tab, words in rows]


def _known_items(texts: Sequence[Text]) -> dict[str, list[Item]]:
    ways = {
        "half of a title": _half,
        "a title misspelled": _misspelled,
        "how a question begins": _beginning,
        "half of a sentence of the answer": _half_sentence,
    }
    return {
        name: [
            Item(f"{name}-{text.id}".replace(" ", "-"), words, text.id)
            for text in texts
            if len((words := make(text)).split()) > 1
        ]
        for name, make in ways.items()
    }


def _half(text: Text) -> str:
    """Every second of the words that say something."""
    return " ".join(_telling(text.title)[::2])


def _misspelled(text: Text) -> str:
    """Two letters changed places in every second of the words that say something."""
    words = _telling(text.title)
    return " ".join(_swapped(word) if place % 2 else word for place, word in enumerate(words))


def _beginning(text: Text) -> str:
    return " ".join(_WORD.findall(text.body)[:14])


def _half_sentence(text: Text) -> str:
    sentences = re.split(r"(?<=[.!?])\s+|\n", text.answer)
    return " ".join(_telling(max(sentences, key=len))[:16:2])


def _telling(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if len(word) > 3]


def _swapped(word: str) -> str:
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]


def _qatar_living(data: Path) -> Iterator[Text]:
    for line in (data / "qatar-living" / "threads.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        best = next((reply for reply in row["replies"] if reply["id"] == row["accepted"]), {"body": ""})
        yield Text(row["id"], row["title"], row["body"], best["body"])


def _coffee(data: Path) -> Iterator[Text]:
    posts = [post.attrib for post in parse_xml(data / "coffee-stackexchange" / "Posts.xml").getroot()]
    texts = {post["Id"]: readable(post["Body"]) for post in posts}
    for post in posts:
        if post["PostTypeId"] == "1":
            answer = texts.get(post.get("AcceptedAnswerId", ""), "")
            yield Text(post["Id"], post["Title"], texts[post["Id"]], answer)


def rows(
    data: Path, engines: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, str, int, dict[str, float]]]:
    """Town, queries, engine and way, how many queries, and what was measured."""
    for name, sets in queries(data).items():
        for engine, url in engines:
            with _database(url) as database_url, town(name, data, database_url, engine):
                for what, items in sets.items():
                    for way in WAYS:
                        yield name, what, f"{engine}, {way}", len(items), measure(items, way)


@contextmanager
def _database(url: str) -> Iterator[str]:
    """A database beside the one at `url`, for as long as it is needed; none for SQLite."""
    if not url:
        yield ""
        return
    base = make_url(url.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"{base.database}_relevance_{os.getpid()}"
    engine = create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield base.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        engine.dispose()


def table(measured: Iterable[tuple[str, str, str, int, dict[str, float]]]) -> Iterator[str]:
    """Lines of Markdown, as they come; × 100."""
    yield f"| threads | queries | by | {' | '.join(MEASURES)} |"
    yield f"|---|---|---|{'---|' * len(MEASURES)}"
    for town_name, what, by, count, values in measured:
        numbers = " | ".join(f"{100 * values[name]:.1f}" for name in MEASURES)
        yield f"| {town_name} | {what} ({count}) | {by} | {numbers} |"


def recorded() -> dict[tuple[str, str, str], float]:
    """The MRR, from 0 to 1, that docs/search.md tells for each town, set of queries and way."""
    between = PAGE.read_text(encoding="utf-8").partition(BEGINS)[2].partition(ENDS)[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in between.split("\n")]
    return {
        (cell[0], cell[1].rpartition(" (")[0], cell[2]): float(cell[3]) / 100
        for cell in cells[1:]
        if len(cell) > 3 and cell[3][0].isdigit()
    }


def main() -> None:
    data = Path(os.environ.get("BARTACK_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not data.is_dir():
        sys.exit("Real data is not here; set BARTACK_SHARED_DATA to its folder.")
    logging.disable(logging.WARNING)
    engines = [("whoosh", "")]
    if url := os.environ.get("BARTACK_TEST_POSTGRES_URL"):
        engines.append(("postgresql", url))
    lines = []
    for line in table(rows(data, engines)):
        print(line, flush=True)
        lines.append(line)
    before, _marker, rest = PAGE.read_text(encoding="utf-8").partition(BEGINS)
    after = rest.partition(ENDS)[2]
    PAGE.write_text(f"{before}{BEGINS}\n\n" + "\n".join(lines) + f"\n\n{ENDS}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
