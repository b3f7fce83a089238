"""A form that arrives twice is one submission with one answer."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Model, db, insert_ignoring, insert_or_change

KEPT = timedelta(days=7)
CLOSED = 1


class Submission(Model):
    """A form token that was used, and what came of it."""

    __tablename__ = "submission"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    result: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


def replayed(token: str, who: str) -> int | None:
    """Claim `token` for `who` inside a transaction; the result of its first use when there was one.

    A second request with the same token waits here until the first has committed, then gets its result.
    `who` keeps one person's tokens from answering another's.
    """
    session = db.session()
    claim = (
        insert_ignoring(Submission).values(key=_key(token, who), created_at=now()).returning(Submission.key)
    )
    if session.connection().execute(claim).scalar():
        return None
    return session.scalar(select(Submission.result).where(Submission.key == _key(token, who)))


def settle(token: str, who: str, result: int, *, closing: str | None = None) -> None:
    """Note what a replay of `token` shall be answered with, and `close` it for `closing`."""
    results = {_key(token, who): result}
    if closing is not None:
        results[_key(token, closing)] = CLOSED
    _note(results)


def result(token: str, who: str) -> int | None:
    """What came of `token`, when it was used before; for pages that would otherwise ask something first."""
    return db.session.scalar(select(Submission.result).where(Submission.key == _key(token, who)))


def is_open(token: str, who: str) -> bool:
    """Whether nobody has closed `token` for `who`, inside a transaction.

    Whoever closes it meanwhile waits until this transaction has committed, or is waited for here.
    """
    session = db.session()
    session.connection().execute(insert_ignoring(Submission).values(key=_key(token, who), created_at=now()))
    row = select(Submission.result).where(Submission.key == _key(token, who)).with_for_update()
    return session.scalar(row) is None


def close(token: str, who: str) -> None:
    """Let `is_open` say no from now on, inside a transaction."""
    _note({_key(token, who): CLOSED})


def sweep() -> None:
    """Forget tokens older than KEPT, inside a transaction."""
    db.session().execute(delete(Submission).where(Submission.created_at < now() - KEPT))


def _note(results: dict[str, int]) -> None:
    rows = [{"key": key, "result": result, "created_at": now()} for key, result in results.items()]
    db.session().connection().execute(insert_or_change(Submission, "key", "result").values(rows))


def _key(token: str, who: str) -> str:
    return hashlib.sha256(f"{who}\n{token}".encode()).hexdigest()
