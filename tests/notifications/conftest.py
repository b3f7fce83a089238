"""A town where things happen, and what people were told of them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.notifications.models import Notification
from tests.notifications.town import Town


@pytest.fixture
def town(app: Flask) -> Town:
    return Town()


@pytest.fixture
def told(app: Flask) -> Callable[..., list[tuple[str, str]]]:
    """What a person was told: the kind and the key of each notification, oldest first."""

    def of(who: Any) -> list[tuple[str, str]]:
        rows = select(Notification.kind, Notification.key).where(Notification.account_id == who.id)
        return [(kind, key) for kind, key in db.session.execute(rows.order_by(Notification.id))]

    return of
