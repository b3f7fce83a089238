"""Paraphrases written by people find the thread they mean, among real threads."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import ir_measures
import pytest
from ir_measures import RR, R

from app.forum.documents import Document
from app.search.ports import Entry, Index
from app.search.postgres_index import PostgresIndex
from app.search.query import plain
from app.search.whoosh_index import WhooshIndex

AT = datetime(2026, 11, 20, tzinfo=UTC)
LEAST_RR = 0.86
LEAST_RECALL = 0.945


def _entries(data: Path) -> Iterator[tuple[str, Entry]]:
    files = (data / "stackfaq" / "threads.jsonl", data / "qatar-living" / "threads.jsonl")
    rows = (json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines())
    for number, row in enumerate(rows, 1):
        accepted = [reply["body"] for reply in row["replies"] if reply["id"] == row["accepted"]]
        others = [reply["body"] for reply in row["replies"] if reply["id"] != row["accepted"]]
        document = Document(
            "question",
            number,
            row["title"],
            row["body"],
            "\n".join(accepted),
            "\n".join(others),
            "solved",
            (),
            AT,
        )
        yield row["id"], Entry(document, 1)


@pytest.fixture(params=["whoosh", "postgresql"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    if request.param == "whoosh":
        made = WhooshIndex(tmp_path / "index")
        yield made
        made.close()
        return
    app = request.getfixturevalue("make_app_on")(request.getfixturevalue("postgres_url"))
    with app.app_context():
        yield PostgresIndex()


@pytest.mark.slow
def test_paraphrases_find_their_thread(shared_data: Path, index: Index) -> None:
    named = dict(_entries(shared_data))
    names = {entry.document.id: name for name, entry in named.items()}
    assert len(names) == 425
    index.rebuild(named.values(), 0)
    queries = (shared_data / "stackfaq" / "dev-queries.tsv").read_text(encoding="utf-8").splitlines()
    run = [
        ir_measures.ScoredDoc(query_id, names[hit.id], hit.score)
        for query_id, _tab, text in (line.partition("\t") for line in queries)
        for hit in index.search(plain(text), 20)
    ]
    qrels = ir_measures.read_trec_qrels(str(shared_data / "stackfaq" / "dev-qrels.txt"))
    measured = ir_measures.calc_aggregate([RR, R @ 5], qrels, run)
    assert measured[RR] >= LEAST_RR
    assert measured[R @ 5] >= LEAST_RECALL
