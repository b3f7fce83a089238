"""A queue of hundreds, and a post that thousands flagged, take no more statements than a few of each."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.models import Account
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Space
from app.moderation import operations as moderation
from app.moderation.acts import Details, Verb
from app.moderation.models import Flag, Review, Told
from app.moderation.operations import Seen
from app.moderation.words import Reason
from tests.big.flagged import fill
from tests.moderation.test_states import counts_are_right
from tests.questions.steps import count, token
from tests.statements import statements

FEW, MANY = [3] * 30, [10_000, *(number % 50 for number in range(1, 301))]
MOST_FOR_THE_QUEUE = 30
MOST_FOR_A_DECISION = 45


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def _decides(who: Any, review_id: int) -> str:
    row = db.session.get_one(Review, review_id, populate_existing=True)
    return moderation.decide(
        who.actor,
        review_id=review_id,
        verb=Verb.HIDE,
        details=Details(reason=Reason.SPAM),
        seen=Seen(row.version),
        token=token(),
    )


def _sent(act: Callable[[], Any]) -> int:
    db.session.rollback()
    with statements() as seen:
        act()
    return len([each for each in seen if not each.startswith(("BEGIN", "PRAGMA", "SAVEPOINT"))])


def test_statements_do_not_grow_with_flags_nor_with_the_queue(app: Flask, cast: SimpleNamespace) -> None:
    space_id = db.session.scalars(select(Space.id)).first() or 0
    browser = cast.mona.client
    sent: list[tuple[int, ...]] = []
    for waiting in (FEW, MANY):
        reviews = fill(space_id, waiting)
        # Once, so that nothing is counted that is read once a process or written by the way.
        assert browser.get("/mod/queue").status_code == 200
        moderation.undo(cast.mona.actor, ref=_decides(cast.mona, reviews[1]))
        refs: list[str] = []
        sent.append(
            (
                _sent(lambda: browser.get("/mod/queue")),
                _sent(lambda reviews=reviews: browser.get(f"/mod/reviews/{reviews[0]}")),
                _sent(lambda reviews=reviews, refs=refs: refs.append(_decides(cast.mona, reviews[0]))),
                _sent(lambda refs=refs: moderation.undo(cast.mona.actor, ref=refs[0])),
            )
        )
        assert db.session.scalar(select(func.count()).where(Flag.review_id == reviews[0])) == waiting[0]
        counts_are_right(db.session.get_one(Review, reviews[0], populate_existing=True))
        _clear(waiting[0])
    few, many = sent
    assert many == few
    assert few[0] <= MOST_FOR_THE_QUEUE
    assert max(few[2:]) <= MOST_FOR_A_DECISION
    # Each decision's reporters and its author.
    assert count(Told) == FEW[0] + FEW[1] + MANY[0] + MANY[1] + 4


def _clear(number: int) -> None:
    """The next ones are the only ones that wait, and written by others."""
    with transaction() as session:
        session.execute(update(Review).values(opened_at=None))
        crowd = Account.name.startswith("crowd")
        session.execute(update(Account).where(crowd).values(name=f"of{number}" + Account.name))
