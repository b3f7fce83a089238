"""How often one address may do a thing, counted exactly over all processes of one machine."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage

SIGN_IN = "6 per minute; 30 per hour"
SEARCH = "30 per minute"
SEARCH_VISITOR = "15 per minute"
SUGGEST = "120 per minute"
CHECK = "10 per minute"
PREVIEW = "30 per minute"
COMPLETE = "60 per minute"
DRAFTS = "60 per minute"
GENERAL_PER_MINUTE = 200

limiter = Limiter(get_remote_address, strategy="fixed-window")


class SqliteStorage(Storage):
    """Fixed windows in one SQLite file (`limits` storage protocol; scheme `bartack-sqlite:///PATH`)."""

    STORAGE_SCHEME = ["bartack-sqlite"]  # noqa: RUF012 - as the library declares it

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._path = uri.split("://", 1)[1]
        Path(self._path).parent.mkdir(parents=True, exist_ok=True)
        # Two processes that turn a new file into WAL at once: SQLite refuses one of them without waiting.
        with FileLock(f"{self._path}.lock"), self._connect() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS hit (key TEXT PRIMARY KEY, count INTEGER, expires REAL)"
            )

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=5, isolation_level=None)) as connection:
            # Counts need not survive a power cut: 0.3 ms a hit instead of 7.
            connection.execute("PRAGMA synchronous=OFF")
            yield connection

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        moment = time.time()
        with self._connect() as connection:
            row = connection.execute(
                "INSERT INTO hit VALUES (:key, :amount, :expires) ON CONFLICT (key) DO UPDATE SET"
                " count = CASE WHEN expires <= :now THEN :amount ELSE count + :amount END,"
                " expires = CASE WHEN expires <= :now THEN :expires ELSE expires END RETURNING count",
                {"key": key, "amount": amount, "expires": moment + expiry, "now": moment},
            ).fetchone()
            if row[0] == amount:
                connection.execute("DELETE FROM hit WHERE expires <= ?", (moment - 60,))
        return int(row[0])

    def _read(self, key: str) -> tuple[int, float]:
        with self._connect() as connection:
            row = connection.execute(
                "SELECT count, expires FROM hit WHERE key = ? AND expires > ?", (key, time.time())
            ).fetchone()
        return (int(row[0]), float(row[1])) if row else (0, time.time())

    def get(self, key: str) -> int:
        return self._read(key)[0]

    def get_expiry(self, key: str) -> float:
        return self._read(key)[1]

    def check(self) -> bool:
        return self.get("check") == 0

    def reset(self) -> int | None:
        with self._connect() as connection:
            return connection.execute("DELETE FROM hit").rowcount

    def clear(self, key: str) -> None:
        with self._connect() as connection:
            connection.execute("DELETE FROM hit WHERE key = ?", (key,))


def init_app(app: Flask, *, enabled: bool, data_dir: Path, processes: int) -> None:
    """Count in `data_dir/limits.db`; `enabled` false lets everything pass (bench, browser tests).

    Only the general limit is counted in memory, its share for each of `processes`: it is asked on every request.
    """
    app.config.update(
        RATELIMIT_ENABLED=enabled, RATELIMIT_STORAGE_URI=f"bartack-sqlite://{data_dir / 'limits.db'}"
    )
    limiter.init_app(app)
    share = max(1, GENERAL_PER_MINUTE // processes)
    Limiter(
        get_remote_address,
        app=app,
        application_limits=[f"{share} per minute"],
        storage_uri="memory://",
        key_prefix="general",
    )
