"""How well search finds, measured on real threads: `make relevance`, which writes its table into docs/search.md.

The threads are imported as an operator would, the queries go through the port and then all the way people's go. Known
items are made from the threads by rule, so that nothing is tuned to them: what was meant is the thread they come from.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from app.config.settings import Search
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
WEBAPPS, COFFEE = "webapps and Qatar Living", "coffee"
PARAPHRASES, TITLES = "paraphrases by people", "titles"
MEASURES = {"MRR": RR, "P@1": P @ 1, "R@5": R @ 5, "S@5": Success @ 5, "nDCG@10": nDCG @ 10}
DEPTH = 20
SUGGESTED = 5
MOST_LOST = 0.02
"""How far a measure may fall below what docs/search.md tells of it."""
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
        WEBAPPS: {PARAPHRASES: _paraphrases(data), **_known_items(qatar)},
        COFFEE: {TITLES: _titles(coffee), **_known_items(coffee)},
    }


@contextmanager
def town(name: str, data: Path, engine: str, server: str) -> Iterator[Flask]:
    """A temporary site with the threads of one of the towns, indexed; its database on `server`, else SQLite."""
    with TemporaryDirectory(prefix="bartack-relevance-") as folder, _database(server) as database_url:
        settings = load(
            Path(folder) / "no.env",
            production=False,
            data_dir=Path(folder),
            database_url=database_url,
            secret_key="k" * 40,
            base_url="http://localhost",
            search=Search(engine),
            synonyms=None,
        )
        app = create_app(settings)
        with app.app_context():
            upgrade()
            for arguments in _imports(data)[name]:
                done = app.test_cli_runner().invoke(import_, arguments)
                assert done.exit_code == 0, done.output
            indexing.rebuild()
            yield app
            db.session.remove()
            db.engine.dispose()


def _imports(data: Path) -> dict[str, list[list[str]]]:
    return {
        WEBAPPS: [
            ["jsonl", str(data / "stackfaq" / "threads.jsonl")],
            ["jsonl", str(data / "qatar-living" / "threads.jsonl")],
        ],
        COFFEE: [["stackexchange", str(data / "coffee-stackexchange")]],
    }


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


def passing(items: Sequence[Item]) -> tuple[float, float]:
    """Of what was meant and is among the first SUGGESTED, how much is suggested; for how many queries anything is."""
    names = dict(db.session.execute(select(Thread.id, Thread.external_id)).all())
    meant, anything = [], []
    for item in items:
        proposals = look_for(ANONYMOUS, item.words, SUGGESTED)
        suggested = {seen.row.id: proposals.answers(seen) for seen in proposals.seen[:SUGGESTED]}
        meant += [passes for number, passes in suggested.items() if names[number] == item.thread]
        anything.append(any(suggested.values()))
    return sum(meant) / max(1, len(meant)), sum(anything) / max(1, len(anything))


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


def _titles(texts: Sequence[Text]) -> list[Item]:
    return [Item(f"title-{text.id}", text.title, text.id) for text in texts]


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


Row = tuple[str, str, str, int, Mapping[str, float]]
"""Town, queries, engine and way, how many queries, and what was measured."""


def rows(data: Path, engines: Iterable[tuple[str, str]]) -> Iterator[Row]:
    """Everything, for each engine with its database server."""
    sets = queries(data)
    for name in sets:
        for engine, server in engines:
            with town(name, data, engine, server):
                for what, items in sets[name].items():
                    for way in WAYS:
                        yield name, what, f"{engine}, {way}", len(items), measure(items, way)
                own, foreign = (PARAPHRASES, TITLES) if name == WEBAPPS else (TITLES, PARAPHRASES)
                theirs = sets[COFFEE if name == WEBAPPS else WEBAPPS]
                shown = passing(sets[name][own])[0], passing(theirs[foreign])[1]
                print(
                    f"{name}, {engine}: {100 * shown[0]:.1f} % of {own} are suggested what they mean,",
                    end=" ",
                )
                print(
                    f"{100 * shown[1]:.1f} % of {foreign} from elsewhere are suggested anything", flush=True
                )


@contextmanager
def _database(server: str) -> Iterator[str]:
    """A database beside the one at `server`, for as long as it is needed; none for SQLite."""
    if not server:
        yield ""
        return
    base = make_url(server.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"{base.database}_relevance_{os.getpid()}"
    engine = create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield base.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        engine.dispose()


def lines_of(measured: Iterable[Row]) -> Iterator[str]:
    """A table of Markdown, line by line as they come; × 100."""
    yield f"| threads | queries | by | {' | '.join(MEASURES)} |"
    yield f"|---|---|---|{'---|' * len(MEASURES)}"
    for name, what, by, count, values in measured:
        numbers = " | ".join(f"{100 * values[measure]:.1f}" for measure in MEASURES)
        yield f"| {name} | {what} ({count}) | {by} | {numbers} |"


def on(page: Path, lines: Sequence[str]) -> None:
    """Put them between the two markers of the page."""
    before, _begins, rest = page.read_text(encoding="utf-8").partition(BEGINS)
    _old, _ends, after = rest.partition(ENDS)
    page.write_text(f"{before}{BEGINS}\n\n" + "\n".join(lines) + f"\n\n{ENDS}{after}", encoding="utf-8")


def recorded(page: Path = PAGE) -> dict[tuple[str, str, str], dict[str, float]]:
    """What the page tells for each town, set of queries, and engine and way, from 0 to 1."""
    between = page.read_text(encoding="utf-8").partition(BEGINS)[2].partition(ENDS)[0]
    told = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in between.split("\n") if "|" in line
    ]
    return {
        (name, what.rpartition(" (")[0], by): {
            measure: float(number) / 100 for measure, number in zip(MEASURES, numbers, strict=True)
        }
        for name, what, by, *numbers in told[2:]
    }


def main() -> None:
    data = Path(os.environ.get("BARTACK_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not data.is_dir():
        sys.exit("Real data is not here; set BARTACK_SHARED_DATA to its folder.")
    logging.disable(logging.WARNING)
    engines = [("whoosh", "")]
    if server := os.environ.get("BARTACK_TEST_POSTGRES_URL"):
        engines.append(("postgresql", server))
    lines = []
    for line in lines_of(rows(data, engines)):
        print(line, flush=True)
        lines.append(line)
    on(PAGE, lines)


if __name__ == "__main__":
    main()
