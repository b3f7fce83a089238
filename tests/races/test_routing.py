"""Two workers look for waiting questions at once: everybody is asked once, and not too often."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.community.models import Ask
from app.community.operations import route
from app.community.operations.routing import MOST_A_WEEK, WAITING
from app.core import clock
from app.core.clock import now
from app.core.db import db
from tests.questions.steps import accept, answer, ask


def test_two_workers(app: Flask, cast: SimpleNamespace, at_once: Callable[..., list[Any]]) -> None:
    for who in (cast.bob, cast.mona):
        accept(cast.alice, answer(who, ask(cast.alice)))
    with clock.frozen(now() - WAITING - timedelta(minutes=1)):
        for _time in range(6):
            ask(cast.charlie)

    def work() -> int:
        with app.app_context():
            return route()

    assert sum(at_once([work] * 4)) == 2 * MOST_A_WEEK
    db.session.rollback()
    each = select(func.count()).select_from(Ask).group_by(Ask.account_id)
    assert db.session.scalars(each).all() == [MOST_A_WEEK, MOST_A_WEEK]
