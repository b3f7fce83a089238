"""What was hidden or blacked out is soon on no disk any more, whatever segment it lay in."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from app.config.settings import Search
from app.core.parts import part
from app.forum.documents import Document
from app.forum.models import Visibility
from app.search import indexing, merging, whoosh_files
from app.search.arrays import SUFFIX
from app.search.gathering import code
from app.search.ports import Entry, Index, Ref
from app.search.query import plain
from app.search.whoosh_index import WhooshIndex

AT = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
SECRET = "zebrafish77"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The index in its folder, whatever the database is."""
    application = make_app(search=Search.WHOOSH)
    with application.app_context():
        yield application


def _entry(thread_id: int, title: str, answer: str = "Double box it.") -> Entry:
    return Entry(Document("question", thread_id, title, "", answer, "", "open", (), AT), 1)


def _on_disk(folder: Path, word: str) -> bool:
    """Whether any file has the word: plainly, in what Whoosh stored, or as a term of the arrays."""
    build = next((folder / "builds").iterdir())
    if any(word.encode() in path.read_bytes() for path in build.iterdir()):
        return True
    wanted = {code(word, what).to_bytes(8, "little") for what in ("term", "word")}
    if any(each in path.read_bytes() for path in build.glob(f"*{SUFFIX}") for each in wanted):
        return True
    with closing(whoosh_files.Files(build)) as files:
        readers = [whoosh_files.opened(files, each) for each in whoosh_files.contents(build)]
        return any(
            word in str(reader.stored_fields(number))
            for reader in readers
            for number in range(reader.doc_count_all())
        )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[WhooshIndex]:
    """Many documents, and one with a word that must go."""
    made = WhooshIndex(folder)
    made.rebuild([_entry(number, f"How to pack lamp{number}") for number in range(1, 60)], 0)
    made.replace([_entry(60, "Call me", f"My number is {SECRET}, ask for me.")], [], 1)
    yield made
    made.close()


def _tidied(index: Index) -> int:
    pieces = 0
    while index.tidy():
        pieces += 1
    return pieces


def test_the_proof_sees_the_word(index: WhooshIndex, folder: Path) -> None:
    assert _on_disk(folder, SECRET)
    assert _on_disk(folder, "lamp7")
    assert not _on_disk(folder, "submarine")


def test_what_is_gone_is_gone_from_disk(index: WhooshIndex, folder: Path) -> None:
    index.replace([], [Ref("question", 60), Ref("question", 7)], 2)
    assert _on_disk(folder, "lamp7")
    assert _tidied(index) >= 1
    assert not _on_disk(folder, SECRET)
    assert not _on_disk(folder, "lamp7")
    assert len(index.fingerprints()) == 58
    assert [hit.id for hit in index.search(plain("lamp8"), 5)] == [8]


def test_what_was_blacked_out_is_gone_from_disk(index: WhooshIndex, folder: Path) -> None:
    index.replace([_entry(60, "Call me", "My number is hidden, ask for me.")], [], 2)
    _tidied(index)
    assert not _on_disk(folder, SECRET)
    assert [hit.id for hit in index.search(plain("hidden number"), 5)] == [60]


def test_what_only_grew_is_not_written_anew(index: WhooshIndex) -> None:
    index.replace([_entry(7, "How to pack lamp7", "Double box it. And photograph it.")], [], 2)
    assert _tidied(index) == 0


def test_older_copies_go_with_the_last(index: WhooshIndex, folder: Path) -> None:
    """Each said a little more, so none had to go, until all of it did."""
    said = f"My number is {SECRET}, ask for me."
    for round_ in range(3):
        said = f"{said} Round{round_}."
        index.replace([_entry(60, "Call me", said), _entry(100 + round_, "A zip")], [], 2 + round_)
    index.replace([], [Ref("question", 60)], 9)
    _tidied(index)
    assert not _on_disk(folder, SECRET)
    assert len(index.fingerprints()) == 62


def test_it_goes_though_the_arrays_are_lost_or_the_process_is_another(
    index: WhooshIndex, folder: Path
) -> None:
    for path in (folder / "builds").rglob(f"*{SUFFIX}"):
        path.unlink()
    with closing(WhooshIndex(folder)) as other:
        other.replace([], [Ref("question", 60)], 2)
    with closing(WhooshIndex(folder)) as another:
        _tidied(another)
        assert len(another.fingerprints()) == 59
    assert not _on_disk(folder, SECRET)


def test_a_segment_that_is_mostly_deleted_is_written_anew(index: WhooshIndex, folder: Path) -> None:
    for number in range(1, 40):
        index.replace(
            [_entry(number, f"How to pack lamp{number}", f"Double box it, {number} times.")], [], number + 1
        )
    _tidied(index)
    build = next((folder / "builds").iterdir())
    for segment in whoosh_files.contents(build):
        assert not merging.worn(segment.doc_count_all(), segment.deleted_count())
    assert len(index.fingerprints()) == 60


def test_the_indexer_clears_away_in_between_and_rests(
    monkeypatch: pytest.MonkeyPatch, ask: Callable[..., int], change: Callable[..., None], index_folder: Path
) -> None:
    first, second, third = ask(f"My number is {SECRET}"), ask("My number is quetzal88"), ask("A lamp")
    indexing.drain()
    monkeypatch.setattr(indexing, "_leisure", indexing._Leisure())
    ticks = iter([0.0, 2.0, 3.0, 30.0, 42.0, 43.0])
    monkeypatch.setattr(indexing.time, "monotonic", lambda: next(ticks))
    change(first, visibility=Visibility.HIDDEN)
    indexing.drain()
    assert not _on_disk(index_folder, SECRET)
    change(second, visibility=Visibility.HIDDEN)
    indexing.drain()
    indexing.drain()
    assert _on_disk(index_folder, "quetzal88")
    indexing.drain()
    assert not _on_disk(index_folder, "quetzal88")
    assert part(Index).fingerprints().keys() == {Ref("question", third)}


@pytest.fixture
def index_folder(app: object, tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.mark.parametrize(
    ("sizes", "due"),
    [
        ({}, []),
        (dict.fromkeys("abcdefg", 1), []),
        (dict.fromkeys("abcdefgh", 1), list("abcdefgh")),
        ({**dict.fromkeys("abcdefgh", 1), "z": 2_000}, list("abcdefgh")),
        ({**dict.fromkeys("abcdefg", 5), "z": 60}, []),
        ({**dict.fromkeys("abcdefgh", 60), "s": 3, "z": 600}, list("sabcdefgh")),
        (dict.fromkeys("abcdefgh", 900), list("ab")),
        (dict.fromkeys("abcdefg", 900), []),
        (dict.fromkeys("abcdefghij", 2_500), []),
        ({**dict.fromkeys("abcdefghij", 2_500), "y": 600, "z": 600}, list("yz")),
        ({"a": 0, "b": 1}, ["a"]),
    ],
)
def test_segments_of_one_size_become_one_of_the_next(sizes: dict[str, int], due: list[str]) -> None:
    assert merging.due(sizes) == due


def test_a_town_that_grew_by_single_threads_has_few_segments_and_wrote_each_a_few_times() -> None:
    sizes: dict[str, int] = {}
    written = 0
    for number in range(20_000):
        sizes[f"s{number}"] = 1
        if joined := merging.due(sizes):
            total = sum(sizes.pop(name) for name in joined)
            sizes[f"m{number}"] = total
            written += total
            assert total <= merging.LARGEST
    assert len(sizes) < 45
    assert written < 8 * 20_000
