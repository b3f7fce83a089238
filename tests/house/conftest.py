"""The town that laws are tried on."""

from types import SimpleNamespace

import pytest
from flask import Flask

from tests.house.town import Town, build


@pytest.fixture
def town(app: Flask, cast: SimpleNamespace) -> Town:
    return build(cast)
