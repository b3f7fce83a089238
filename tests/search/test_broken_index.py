"""Files of the index are lost, cut, spoilt or left behind by a killed writer: searching says so or is right."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.core import clock
from app.forum.documents import Document
from app.search import whoosh_index
from app.search.arrays import SUFFIX
from app.search.folder import Folder
from app.search.ports import Entry, Ref, Unavailable
from app.search.query import parse, plain
from app.search.whoosh_index import WhooshIndex

AT = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)


def _entry(thread_id: int, title: str) -> Entry:
    text = "Double box it, and photograph the parcel."
    return Entry(Document("question", thread_id, title, "", text, text, "solved", ("postage",), AT), 1)


def _town() -> Iterator[Entry]:
    return (_entry(number, f"How to pack lamp{number} and a coat") for number in range(1, 40))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(folder: Path) -> Iterator[WhooshIndex]:
    made = WhooshIndex(folder)
    made.rebuild(_town(), 10)
    made.replace([_entry(40, "How to pack lamp40 and a coat")], [], 11)
    yield made
    made.close()


def _files(folder: Path) -> list[Path]:
    """What there is no index without."""
    found = sorted(path for path in (folder / "builds").rglob("*") if path.is_file() and path.stat().st_size)
    found = [path for path in found if path.suffix != SUFFIX]
    assert len(found) > 6
    return found


def _arrays(folder: Path) -> list[Path]:
    found = sorted((folder / "builds").rglob(f"*{SUFFIX}"))
    assert len(found) == 2
    return found


def _answers(index: WhooshIndex) -> bool:
    """Whether it answers, and rightly; False when it says that it cannot."""
    try:
        several = index.search(plain("lamp7 double coat"), 50)
        phrase = index.search(parse('"pack lamp7"'), 50)
        named = index.complete("lamp4")
        index.fingerprints()
    except Unavailable:
        return False
    assert len(several) == 40
    assert several[0].id == 7
    assert [hit.id for hit in phrase] == [7]
    assert named == ["lamp4", "lamp40"]
    return True


def _mended(index: WhooshIndex) -> bool:
    index.rebuild([*_town(), _entry(40, "How to pack lamp40 and a coat")], 11)
    return _answers(index) and index.position() == 11


@pytest.mark.parametrize("lost", ["", "builds", "current.json"])
@pytest.mark.parametrize("used_before", [True, False])
def test_what_was_deleted_is_missed_and_made_anew(
    index: WhooshIndex, folder: Path, lost: str, used_before: bool
) -> None:
    if used_before:
        assert _answers(index)
    gone = folder / lost
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    with pytest.raises(Unavailable):
        index.position()
    assert lost == "builds" or not _answers(index)
    assert _mended(index)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"build": "x"}', "\0" * 100, json.dumps({"a": 1})]
)
def test_a_spoilt_note_of_what_is_current_is_no_index(index: WhooshIndex, folder: Path, content: str) -> None:
    (folder / "current.json").write_text(content)
    assert not _answers(index)
    with pytest.raises(Unavailable):
        index.position()
    assert _mended(index)


def test_any_file_that_was_cut_short_is_noticed(index: WhooshIndex, folder: Path) -> None:
    for name in [path.name for path in _files(folder)]:
        path = next(path for path in _files(folder) if path.name == name)
        whole = path.read_bytes()
        for size in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:size])
            with pytest.raises(Unavailable):
                index.position()
            fresh = WhooshIndex(folder)
            _answers(fresh)
            fresh.close()
        path.write_bytes(whole)
        assert index.position() == 11
    assert _answers(index)
    _files(folder)[0].write_bytes(b"")
    assert _mended(index)


@pytest.mark.parametrize("used_before", [True, False])
def test_a_file_cut_short_under_an_open_index_kills_nobody(
    index: WhooshIndex, folder: Path, used_before: bool
) -> None:
    if used_before:
        index.search(plain("coat"), 5)
    for path in _files(folder):
        os.truncate(path, path.stat().st_size // 2)
    assert not _answers(index)
    assert _mended(index)


def test_spoilt_bytes_end_no_search_with_anything_but_unavailable(index: WhooshIndex, folder: Path) -> None:
    noticed = 0
    for path in _files(folder):
        whole = path.read_bytes()
        for spoilt in (bytes(len(whole)), b"\xff" * len(whole), whole[::-1]):
            path.write_bytes(spoilt)
            fresh = WhooshIndex(folder)
            try:
                fresh.search(plain("lamp7 double coat"), 50)
                fresh.search(parse('"pack lamp7"'), 50)
                fresh.fingerprints()
            except Unavailable:
                noticed += 1
            fresh.close()
        path.write_bytes(whole)
    assert noticed > 9
    assert _answers(index)


def test_what_readers_complain_of_is_made_anew_but_not_again_and_again(
    index: WhooshIndex, folder: Path
) -> None:
    for path in _files(folder):
        path.write_bytes(bytes(path.stat().st_size))
    assert not _answers(index)
    assert index.position() == 11
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert not _answers(index)
    with pytest.raises(Unavailable):
        index.position()
    assert _mended(index)


@pytest.mark.parametrize("used_before", [True, False])
def test_without_its_arrays_the_index_answers_alike_and_they_are_made_anew(
    index: WhooshIndex, folder: Path, used_before: bool
) -> None:
    before = index.search(plain("lamp7 double coat"), 50) if used_before else None
    for path in _arrays(folder):
        path.unlink()
    fresh = WhooshIndex(folder)
    assert _answers(index)
    assert _answers(fresh)
    assert before is None or fresh.search(plain("lamp7 double coat"), 50) == before
    assert index.position() == 11
    assert index.tidy()
    assert index.tidy()
    assert not index.tidy()
    assert len(_arrays(folder)) == 2
    assert _answers(fresh)
    fresh.close()


def _spoilt(whole: bytes) -> Iterator[bytes]:
    middle = len(whole) // 2
    yield from (b"", whole[:10], whole[:middle], whole[:-1], bytes(len(whole)), whole[::-1], whole + b"\0")
    for place in (3, 18, 30, 200, middle, len(whole) - 1):
        yield whole[:place] + bytes([whole[place] ^ 0x5A]) + whole[place + 1 :]


@pytest.mark.parametrize("used_before", [True, False])
def test_spoilt_arrays_cost_no_answer(index: WhooshIndex, folder: Path, used_before: bool) -> None:
    whole = {path: path.read_bytes() for path in _arrays(folder)}
    for spoilt in zip(*map(_spoilt, whole.values()), strict=True):
        for path, content in whole.items():
            path.write_bytes(content)
        fresh = WhooshIndex(folder)
        assert not used_before or _answers(fresh)
        for path, content in zip(whole, spoilt, strict=True):
            os.truncate(path, 0)
            path.write_bytes(content)
        assert _answers(fresh)
        assert fresh.position() == 11
        fresh.close()
    while index.tidy():
        pass
    index.replace([_entry(number, f"lamp{number}") for number in range(50, 70)], [Ref("question", 1)], 12)
    assert len(index.fingerprints()) == 59


def test_a_change_over_spoilt_arrays_is_whole(index: WhooshIndex, folder: Path) -> None:
    for path in _arrays(folder):
        path.write_bytes(b"\xff" * path.stat().st_size)
    index.replace([_entry(7, "How to pack lamp7 and a hat")], [Ref("question", 1)], 12)
    while index.tidy():
        pass
    assert [hit.id for hit in index.search(plain("hat"), 5)] == [7]
    assert index.search(parse('"lamp1"'), 5) == []
    assert len(index.fingerprints()) == 39


def test_an_index_of_another_version_is_not_read(index: WhooshIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whoosh_index, "SCHEMA_VERSION", whoosh_index.SCHEMA_VERSION + 1)
    index.close()
    assert not _answers(index)
    with pytest.raises(Unavailable):
        index.position()
    assert _mended(index)


@pytest.mark.parametrize("used_before", [True, False])
def test_a_commit_nobody_was_told_of_is_taken_over(
    index: WhooshIndex, monkeypatch: pytest.MonkeyPatch, used_before: bool
) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    if used_before:
        index.search(plain("coat"), 5)
    with monkeypatch.context() as patch:
        patch.setattr(Folder, "publish", killed)
        with pytest.raises(KeyboardInterrupt):
            index.replace([_entry(1, "How to pack lamp1 and a coat")], [], 12)
    assert _answers(index)
    assert index.position() == 11
    index.replace([_entry(41, "How to pack lamp41")], [], 12)
    assert [hit.id for hit in index.search(plain("lamp41"), 5)] == [41]
    assert index.position() == 12


def test_old_builds_and_halves_are_cleared_away(index: WhooshIndex, folder: Path) -> None:
    (folder / "builds" / "half-made").mkdir()
    index.rebuild(_town(), 12)
    assert len(list((folder / "builds").iterdir())) == 1


WRITER = """
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from app.forum.documents import Document
from app.search.ports import Entry
from app.search.whoosh_index import WhooshIndex

index = WhooshIndex(Path(sys.argv[1]))
at = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)
for number in count(1):
    text = f"Round {number} " * 50
    batch = [Entry(Document("question", 100 + n, f"zip{n} round{number}", text, text, text, "open", (), at), number) for n in range(5)]
    index.replace(batch, [], number + 100)
    print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("time_to_live", [0.05 * step for step in range(1, 21)])
def test_a_writer_killed_anywhere_leaves_a_whole_index(
    index: WhooshIndex, folder: Path, time_to_live: float
) -> None:
    """Batches are all in or not at all, the lock is free, and what was reported written is there."""
    writer = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    told = int(writer.stdout.readline())
    time.sleep(time_to_live)
    writer.send_signal(signal.SIGKILL)
    told = int([str(told), *writer.stdout.read().split()][-1])
    writer.wait()
    writer.stdout.close()
    position = index.position()
    assert position >= told + 100
    versions = {hit.version for number in range(5) for hit in index.search(plain(f"zip{number}"), 5)}
    assert len(versions) == 1
    assert versions <= {told, told + 1}
    index.replace([_entry(41, "How to pack lamp41")], [Ref("question", 100)], 10_000)
    assert [hit.id for hit in index.search(plain("lamp41 zip0"), 5)] == [41]
    assert index.position() == 10_000
