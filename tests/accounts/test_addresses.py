"""What counts as a mail address."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.addresses import canonical

PASSWORD = "three odd socks"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Rosa@Example.ORG", "rosa@example.org"),
        (" rosa+shop@mail.example.org ", "rosa+shop@mail.example.org"),
        ("o'hara_1@example.co.uk", "o'hara_1@example.co.uk"),
        ("rosa@bücher.example", "rosa@xn--bcher-kva.example"),
        ("rosa@xn--bcher-kva.example", "rosa@xn--bcher-kva.example"),
        ("rosa@ｅxample.org", "rosa@example.org"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_addresses(typed: str, stored: str) -> None:
    assert canonical(typed) == stored
    assert canonical(stored) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "rosa",
        "rosa@",
        "@example.org",
        "rosa@localhost",
        "rosa@[127.0.0.1]",
        "rosa@127.0.0.1",
        "rosa@example..org",
        "rosa@-example.org",
        "rosa@example.org.",
        ".rosa@example.org",
        "rosa.@example.org",
        "ro..sa@example.org",
        '"rosa"@example.org',
        "rosa(shop)@example.org",
        "rosa@exa mple.org",
        "ro sa@example.org",
        "rosa,milo@example.org",
        "rosa@example.org,milo@example.org",
        "rosa@example.org\nBcc: milo@example.org",
        "Rosa <rosa@example.org>",
        "rösa@example.org",
        f"{'a' * 65}@example.org",
        f"rosa@{'a' * 64}.org",
        f"rosa@{'a.' * 130}org",
        "rosa@\ud800.org",
    ],
)
def test_not_addresses(typed: str) -> None:
    assert canonical(typed) is None


@given(st.text())
def test_any_text_is_an_address_or_is_none(text: str) -> None:
    stored = canonical(text)
    assert stored is None or (stored.isascii() and len(stored) <= 254 and canonical(stored) == stored)


@given(st.from_regex(r"[^@\n]{1,20}@[^@\n]{1,20}", fullmatch=True))
def test_what_looks_like_one_has_no_room_for_a_header(text: str) -> None:
    stored = canonical(text)
    assert stored is None or not set(stored) & set('\r\n<>,;:() \t"')


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_isemail_suite_never_breaks_a_form(client: FlaskClient, shared_data: Path) -> None:
    cases = json.loads((shared_data / "attack" / "email_addresses_isemail_tests.json").read_text())
    assert len(cases) > 150
    for number, case in enumerate(cases):
        for path in ("/register", "/reset", "/sign-in"):
            fields = {"email": case["address"], "name": f"seller{number}", "password": PASSWORD}
            assert client.post(path, data=fields).status_code in {303, 422}, (path, case)


def test_the_isemail_suite_is_read_strictly(shared_data: Path) -> None:
    """Nothing it calls an error passes; of what it calls valid, only the host without a dot does not."""
    cases = json.loads((shared_data / "attack" / "email_addresses_isemail_tests.json").read_text())
    passed = {case["address"] for case in cases if canonical(case["address"])}
    wrong = {case["address"] for case in cases if case["category"] == "ISEMAIL_ERR"}
    valid = {case["address"] for case in cases if case["category"] == "ISEMAIL_VALID_CATEGORY"}
    assert not passed & {address for address in wrong if address == address.strip()}
    assert valid - passed == {"test@io"}
