"""`flask search`: what an operator and whoever measures the ranking type."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import update

from app import cli
from app.core.transaction import transaction
from app.forum.models import Thread, Visibility
from app.search import indexing
from app.search.indexing import drain
from app.search.ports import Index
from app.search.postgres_index import PostgresIndex
from app.search.whoosh_index import WhooshIndex

Ask = Callable[..., int]
Change = Callable[..., None]


@pytest.fixture
def flask(app: Flask) -> Callable[..., Result]:
    """Type `flask search …`."""
    cli.init_app(app)
    return lambda *words: app.test_cli_runner().invoke(args=["search", *words])


def test_rebuild_makes_the_index_and_counts(flask: Callable[..., Result], ask: Ask, index: Index) -> None:
    ask("How to pack a lamp", told=False)
    ask("A hidden lamp", visibility=Visibility.HIDDEN, told=False)
    result = flask("rebuild")
    assert result.exit_code == 0, result.output
    assert "1 documents are in the index." in result.output
    assert len(index.fingerprints()) == 1


def test_rebuild_says_when_another_is_at_it(
    flask: Callable[..., Result], index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "WAIT_SECONDS", 0.1)
    # As another process would open it.
    other = PostgresIndex() if isinstance(index, PostgresIndex) else WhooshIndex(tmp_path / "index")
    with other.writing():
        result = flask("rebuild")
    assert result.exit_code == 1
    assert "Another process is writing" in result.output


def test_check_agrees(flask: Callable[..., Result], ask: Ask) -> None:
    ask("How to pack a lamp")
    drain()
    result = flask("check")
    assert result.exit_code == 0, result.output
    assert "Index and database agree." in result.output


def test_check_says_what_differs_and_mends_it_when_told_to(
    flask: Callable[..., Result], ask: Ask, change: Change
) -> None:
    drain()
    stale, surplus = ask("How to pack a lamp"), ask("How to pack a coat")
    drain()
    missing = ask("How to pack a shoe", told=False)
    change(stale, title="How to fold a lamp", told=False)
    change(surplus, visibility=Visibility.HIDDEN, told=False)
    result = flask("check")
    assert result.exit_code == 1
    for line in (
        f"missing  question {missing}",
        f"stale    question {stale}",
        f"surplus  question {surplus}",
        "1 missing, 1 surplus, 1 stale",
    ):
        assert line in result.output
    assert flask("check").exit_code == 1
    mended = flask("check", "--mend")
    assert mended.exit_code == 0, mended.output
    assert "Mended." in mended.output
    assert flask("check").exit_code == 0


def test_without_an_index_every_command_says_what_to_do(
    flask: Callable[..., Result], ask: Ask, tmp_path: Path
) -> None:
    queries = tmp_path / "queries.tsv"
    queries.write_text("q1\tlamp\n")
    shutil.rmtree(tmp_path / "index", ignore_errors=True)
    for words in (("check",), ("query", "lamp"), ("run", "--queries", str(queries))):
        result = flask(*words)
        assert result.exit_code == 1
        assert "flask search rebuild" in result.output


def test_query_prints_what_the_index_proposes(flask: Callable[..., Result], ask: Ask) -> None:
    lamp, coat = ask("How to pack a lamp"), ask("A coat came back", "", "Not a lamp.")
    drain()
    lines = flask("query", "lamp").output.splitlines()
    assert [line.split()[3] for line in lines] == [str(lamp), str(coat)]
    assert lines[0].endswith("How to pack a lamp")
    assert flask("query", "zzz").output == "Nothing.\n"
    assert flask("query", "lamp " * 50).exit_code == 1


def test_run_writes_a_trec_run(flask: Callable[..., Result], ask: Ask, tmp_path: Path) -> None:
    lamp, coat = ask("How to pack a lamp"), ask("A coat came back", "", "Not a lamp.")
    with transaction() as session:
        session.execute(
            update(Thread).where(Thread.id == lamp).values(source="elsewhere", external_id="faq-7")
        )
    drain()
    queries = tmp_path / "queries.tsv"
    queries.write_text('q1\tHow "do" I pack -a lamp?\n\nq2\tcoat\nq3\tzzz\n', encoding="utf-8")
    rows = [line.split() for line in flask("run", "--queries", str(queries)).output.splitlines()]
    assert [row[:4] for row in rows] == [
        ["q1", "Q0", "faq-7", "1"],
        ["q1", "Q0", f"thread-{coat}", "2"],
        ["q2", "Q0", f"thread-{coat}", "1"],
    ]
    assert float(rows[0][4]) > float(rows[1][4]) > 0
    assert {row[5] for row in rows} == {"bartack"}
    out = tmp_path / "run.txt"
    told = flask("run", "--queries", str(queries), "--k", "1", "--out", str(out))
    assert "2 lines written" in told.output
    assert len(out.read_text().splitlines()) == 2


def test_run_names_a_line_it_cannot_read(flask: Callable[..., Result], tmp_path: Path) -> None:
    drain()
    queries = tmp_path / "queries.tsv"
    queries.write_text("q1\tlamp\nno tab here\n")
    result = flask("run", "--queries", str(queries))
    assert result.exit_code == 1
    assert "line 2: no tab" in result.output
