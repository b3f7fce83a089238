"""A letter: one subject line, two parts that say the same, headers that machines understand."""

import re
from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from app.mail.operations import LONGEST_SUBJECT, post
from app.mail.queries import Letter

NAME = r"[0-9a-f]{20}\.[0-9a-f]{20}\.[0-9a-f]{12}"
LONG_SITE = "https://a-rather-long-name-of-a-second-hand-marketplace.help.example.org"

Raw = Callable[[], bytes]


@pytest.fixture(autouse=True)
def _letter(app: Flask) -> None:
    """A kind of letter, `try`, that says `words`."""
    assert app.jinja_loader is not None
    loader = DictLoader(
        {
            "email/try/subject.txt": "About {{ words }}\n",
            "email/try/body.txt": '{% extends "email/layout.txt" %}{% block body %}\n{{ words }}\n{% endblock %}',
            "email/try/body.html": '{% extends "email/layout.html" %}{% block body %}<p>{{ words }}</p>{% endblock %}',
        }
    )
    app.jinja_env.loader = ChoiceLoader([loader, app.jinja_loader])


@pytest.fixture
def send(app: Flask) -> Callable[..., None]:
    """Post one letter of that kind; keywords replace what it is posted with."""

    def one(words: str = "odd socks", **changes: object) -> None:
        context: Mapping[str, object] = {"words": words}
        options: dict[str, object] = {"to": "alice@example.org", "locale": "en", "key": "try:1", **changes}
        post("try", context=context, **options)  # type: ignore[arg-type]  # as given

    return one


@pytest.fixture
def raw(mailbox: Callable[[], list[Letter]], tmp_path: Path) -> Raw:
    """The bytes of the one letter sent."""

    def read() -> bytes:
        [file] = (tmp_path / "mail").iterdir()
        return file.read_bytes()

    return read


def _parsed(raw: Raw) -> EmailMessage:
    return message_from_bytes(raw(), _class=EmailMessage, policy=default)


def test_both_parts_say_it_and_only_html_escapes_it(
    send: Callable[..., None], mailbox: Callable[[], list[Letter]]
) -> None:
    send("socks & <script>alert(1)</script> “odd” 🧦")
    [letter] = mailbox()
    assert letter.subject == "About socks & <script>alert(1)</script> “odd” 🧦"
    assert letter.text.startswith("socks & <script>alert(1)</script> “odd” 🧦\n")
    assert "<p style=" in letter.html
    assert "socks &amp; &lt;script&gt;alert(1)&lt;/script&gt; “odd” 🧦</p>" in letter.html
    assert 'lang="en-GB"' in letter.html


def test_styles_are_written_into_the_elements_and_nothing_is_loaded(
    send: Callable[..., None], mailbox: Callable[[], list[Letter]]
) -> None:
    send()
    [letter] = mailbox()
    [style] = re.findall(r"<style>(.*?)</style>", letter.html, re.DOTALL)
    assert style.strip().startswith("@media (prefers-color-scheme: dark)")
    assert not re.search(r"\b(src|background|@import|url\()\s*=?\s*[\"'(]?https?:", letter.html)
    assert letter.html.count('style="') > 5


@pytest.mark.parametrize(
    "words",
    ["one\r\nBcc: eve@example.org", "one\nTo: eve@example.org", "one\x00\u2028two\u202e", "=?utf-8?q?one?="],
)
def test_words_of_people_add_no_header(send: Callable[..., None], raw: Raw, words: str) -> None:
    send(words)
    message = _parsed(raw)
    assert message["To"] == "alice@example.org"
    assert message["Bcc"] is None
    assert "\n" not in str(message["Subject"])


@pytest.mark.parametrize(
    "to",
    [
        "a@example.org, b@example.org",
        "a@example.org\nBcc: b@example.org",
        "Rosa <a@example.org>",
        "nobody",
        "",
    ],
)
def test_a_letter_goes_to_one_plain_address(send: Callable[..., None], tmp_path: Path, to: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        send(to=to)
    assert not (tmp_path / "mail").exists()


def test_a_long_subject_is_cut_between_words(
    send: Callable[..., None], mailbox: Callable[[], list[Letter]]
) -> None:
    send("word " * 100)
    [letter] = mailbox()
    assert len(letter.subject) <= LONGEST_SUBJECT
    assert letter.subject.endswith("word…")


def test_the_key_makes_the_letter_the_same_letter(send: Callable[..., None], raw: Raw) -> None:
    send()
    first = _parsed(raw)["Message-ID"]
    send()
    assert _parsed(raw)["Message-ID"] == first
    assert re.fullmatch(rf"<{NAME}@localhost>", first)


def test_another_key_is_another_letter(
    send: Callable[..., None], mailbox: Callable[[], list[Letter]]
) -> None:
    send()
    send(key="try:2")
    assert len(mailbox()) == 2


def test_headers_with_addresses_stay_whole_however_long(send: Callable[..., None], raw: Raw) -> None:
    """The library would fold them into encoded words, which no mail program unsubscribes with."""
    url = f"{LONG_SITE}/unsubscribe/{'t' * 120}"
    send(unsubscribe_url=url)
    lines = raw().split(b"\r\n")
    assert f"List-Unsubscribe: <{url}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_letters_about_one_thing_are_kept_together(
    send: Callable[..., None], mailbox: Callable[[], list[Letter]], tmp_path: Path
) -> None:
    send(about="thread:1")
    send(about="thread:1", key="try:2")
    send(about="thread:1", key="try:3", to="bob@example.org")
    send(about="thread:2", key="try:4")
    found = {}
    for file in (tmp_path / "mail").iterdir():
        message = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
        assert message["In-Reply-To"] == message["References"]
        found.setdefault(message["References"], []).append(message["Message-ID"])
    assert sorted(map(len, found.values())) == [1, 1, 2]
    assert not set(found) & {name for names in found.values() for name in names}


def test_a_letter_that_cannot_be_stopped_says_nothing_of_stopping(
    send: Callable[..., None], raw: Raw
) -> None:
    send()
    assert b"List-Unsubscribe" not in raw()
    assert b"No more letters" not in raw()


def test_a_long_sender_domain_keeps_the_message_id_whole(
    make_app: Callable[..., Flask], send: Callable[..., None], raw: Raw, app: Flask
) -> None:
    domain = "mail." + "a" * 60 + ".example.org"
    other = make_app(mail_from=f"Bartack <help@{domain}>")
    other.jinja_env.loader = app.jinja_env.loader
    with other.app_context():
        send()
    assert re.search(rf"^Message-ID: <{NAME}@{re.escape(domain)}>\r$", raw().decode(), re.MULTILINE)


def test_every_byte_is_seven_bit_and_every_line_short(send: Callable[..., None], raw: Raw) -> None:
    send("ä" * 3_000)
    assert raw().isascii()
    assert max(map(len, raw().split(b"\r\n"))) <= 78


def test_a_community_site_says_whose_it_is_not(
    make_app: Callable[..., Flask], send: Callable[..., None], app: Flask, mailbox: Callable[[], list[Letter]]
) -> None:
    other = make_app(mode="community", marketplace="Kleiderkreis")
    other.jinja_env.loader = app.jinja_env.loader
    with other.app_context():
        send()
    [letter] = mailbox()
    assert "Not affiliated with Kleiderkreis." in letter.text
    assert "Not affiliated with Kleiderkreis." in letter.html
