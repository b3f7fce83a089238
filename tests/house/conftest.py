"""The town that laws are tried on."""

from types import SimpleNamespace

import pytest
from flask import Flask

from app.accounts import passwords
from tests.house.town import Town, build


@pytest.fixture
def town(app: Flask, cast: SimpleNamespace) -> Town:
    app.config[passwords.MEMORY_OPTION] = 64
    return build(cast)
