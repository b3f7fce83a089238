"""People with passwords, and the links in their letters."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts import operations
from app.mail.queries import Letter

PASSWORD = "three odd socks"


@pytest.fixture
def rosa(app: Flask) -> int:
    """The id of somebody confirmed: rosa@example.org, PASSWORD."""
    return operations.add_person(name="rosa", email="rosa@example.org", password=PASSWORD).account_id


@pytest.fixture
def link_to(work: Callable[[], None], mailbox: Callable[[], list[Letter]]) -> Callable[[str], str]:
    """The page that the newest letter to an address leads to."""

    def path(to: str) -> str:
        work()
        letter = next(letter for letter in mailbox() if letter.to == to)
        (found,) = re.findall(r"http://localhost(/\S+)", letter.text)
        assert str(found).replace("&", "&amp;") in letter.html
        return str(found)

    return path
