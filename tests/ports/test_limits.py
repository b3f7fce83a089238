"""The limits port: fixed windows, counted exactly however many processes count."""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from app.core.web.limits import SqliteStorage

PROCESSES, HITS = 4, 60


@pytest.fixture(params=["sqlite", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Ours, and the library's own as the measure of what a storage does."""
    return SqliteStorage(_uri(tmp_path)) if request.param == "sqlite" else MemoryStorage()


def _uri(folder: Path) -> str:
    return f"bartack-sqlite://{folder / 'limits.db'}"


def test_hits_add_up_key_by_key(storage: Storage) -> None:
    assert [storage.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert storage.incr("b", 60, amount=5) == 5
    assert (storage.get("a"), storage.get("b"), storage.get("c")) == (3, 5, 0)


def test_a_window_ends_and_begins_anew(storage: Storage, elapse: Callable[[float], None]) -> None:
    storage.incr("a", 60)
    elapse(59)
    assert storage.incr("a", 60) == 2
    elapse(2)
    assert storage.get("a") == 0
    assert storage.incr("a", 60) == 1


def test_the_end_of_a_window_does_not_move(storage: Storage, elapse: Callable[[float], None]) -> None:
    storage.incr("a", 60)
    end = storage.get_expiry("a")
    elapse(30)
    storage.incr("a", 60)
    assert storage.get_expiry("a") == pytest.approx(end, abs=0.01)


def test_clearing_forgets_one_key_and_resetting_all(storage: Storage) -> None:
    for key in "abc":
        storage.incr(key, 60)
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 1)
    storage.reset()
    assert (storage.get("b"), storage.get("c")) == (0, 0)
    assert storage.check()


def test_a_strategy_of_the_library_works_on_it(storage: Storage) -> None:
    limiter = FixedWindowRateLimiter(storage)
    answers = [limiter.hit(RateLimitItemPerMinute(3), "sign-in", "203.0.113.9") for _ in range(5)]
    assert answers == [True, True, True, False, False]
    assert limiter.hit(RateLimitItemPerMinute(3), "sign-in", "203.0.113.10")


def test_several_processes_count_exactly_on_a_file_that_is_new_to_all(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    start, counts = context.Event(), context.Queue()
    processes = [
        context.Process(target=_count, args=(_uri(tmp_path), start, counts), daemon=True)
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    start.set()
    counted = [count for _ in processes for count in counts.get(timeout=30)]
    for process in processes:
        process.join(timeout=10)
    assert sorted(counted) == list(range(1, PROCESSES * HITS + 1))


def test_windows_long_over_are_swept(tmp_path: Path, elapse: Callable[[float], None]) -> None:
    storage = SqliteStorage(_uri(tmp_path))
    for number in range(20):
        storage.incr(f"visitor-{number}", 60)
    elapse(3_600)
    storage.incr("somebody", 60)
    assert storage.reset() == 1


def _count(uri: str, start: Event, counts: "Queue[list[int]]") -> None:
    start.wait(30)
    storage = SqliteStorage(uri)
    counts.put([storage.incr("everyone", 60) for _ in range(HITS)])


@pytest.fixture
def elapse(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Let the clock that both storages read run ahead."""
    real, ahead = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + ahead[0])

    def by(seconds: float) -> None:
        ahead[0] += seconds

    return by
