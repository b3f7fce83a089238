"""Letters: to the right address, in words that cannot run or mislead, and only as long as they are true."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.accounts.models import Account, AccountState
from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from app.jobs.models import Job
from app.mail.queries import Letter
from app.notifications import letters, operations
from app.notifications.models import Cadence, Kind, Notification
from app.notifications.models import Letter as Row
from tests.notifications.town import TITLE, Town

Mailbox = Callable[[], list[Letter]]
Work = Callable[[], None]

UNSUBSCRIBE = re.compile(r"http://localhost/unsubscribe/[\w.-]+")


def _raw(folder: Path) -> EmailMessage:
    [file] = (folder / "mail").glob("*.eml")
    return message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)


def _change(who: SimpleNamespace, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Account).where(Account.id == who.id).values(**values))


def test_old_news_is_not_mailed(cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox) -> None:
    town.answer(cast.bob, town.ask(cast.alice))
    with transaction() as session:
        session.execute(update(Notification).values(created_at=now() - timedelta(days=8)))
    work()
    assert mailbox() == []


def test_an_answer_comes_by_mail_in_text_and_html(
    cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox
) -> None:
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.bob, thread_id, "Show them the *photo* & <script>alert(1)</script> listing.")
    work()
    [letter] = mailbox()
    assert letter.to == "alice@example.org"
    assert letter.subject == f"Bob answered: “{TITLE}”"
    assert f"“{TITLE}”" in letter.text
    assert "Show them the photo & <script>alert(1)</script> listing." in letter.text
    assert f"http://localhost/p/{answer_id}" in letter.text
    assert "Buyer says “not as described” &amp; wants &lt;b&gt;everything&lt;/b&gt; back" in letter.html
    assert "Show them the photo &amp; &lt;script&gt;alert(1)&lt;/script&gt; listing." in letter.html
    assert "<script" not in letter.html
    assert f'/p/{answer_id}"' in letter.html


@pytest.mark.parametrize(
    ("kind", "subject", "words"),
    [
        ("reply", "Charlie replied to you: “Coat”", "Charlie replied to you"),
        ("accepted", "Your answer was accepted: “Coat”", "Alice accepted your answer"),
    ],
)
def test_each_kind_says_what_happened(
    cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox, kind: str, subject: str, words: str
) -> None:
    answer_id = town.answer(cast.bob, town.ask(cast.alice, title="Coat"))
    town.reply(cast.charlie, answer_id) if kind == "reply" else town.accept(cast.alice, answer_id)
    work()
    [letter] = [letter for letter in mailbox() if letter.to == "bob@example.org"]
    assert letter.subject == subject
    assert words in letter.text
    assert words in letter.html


def test_a_ticket_message_comes_by_mail(
    cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox
) -> None:
    ref = town.file_ticket(cast.alice)
    town.write(cast.agnes, ref, "We look into it.")
    work()
    [letter] = mailbox()
    assert letter.subject == "Agnes wrote in your ticket: “Payout missing <since> Monday”"
    assert f"http://localhost/tickets/{ref}" in letter.text
    assert "We look into it." in letter.text
    assert "Payout missing &lt;since&gt; Monday" in letter.html


def test_long_words_are_cut(cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox) -> None:
    town.answer(cast.bob, town.ask(cast.alice), "word " * 400)
    work()
    quoted = re.search(r"^> (.*)$", mailbox()[0].text, re.MULTILINE)
    assert quoted is not None
    assert 200 < len(quoted[1]) <= 300


def test_a_name_that_looks_like_an_address_is_no_link_in_a_mail_program(
    cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox
) -> None:
    _change(cast.bob, display_name="pay.example.com")
    town.answer(cast.bob, town.ask(cast.alice))
    work()
    [letter] = mailbox()
    assert letter.subject.startswith("pay.example.com answered")
    assert "pay.example.com" not in letter.text + letter.html[letter.html.index("<body") :]
    assert "pay\N{WORD JOINER}.example\N{WORD JOINER}.com answered your question" in letter.text


def test_headers_let_mail_programs_unsubscribe_with_one_click(
    cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox, tmp_path: Path
) -> None:
    town.answer(cast.bob, town.ask(cast.alice))
    work()
    message = _raw(tmp_path)
    address = UNSUBSCRIBE.search(mailbox()[0].text)
    assert address is not None
    assert message["List-Unsubscribe"] == f"<{address[0]}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert f'href="{address[0]}"' in mailbox()[0].html


def test_a_job_carried_out_again_sends_the_same_letter(
    cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox, tmp_path: Path
) -> None:
    town.answer(cast.bob, town.ask(cast.alice))
    work()
    first = _raw(tmp_path)["Message-ID"]
    letters.letter({"letter_id": db.session.scalars(select(Row.id)).one()})
    assert len(mailbox()) == 1
    assert _raw(tmp_path)["Message-ID"] == first


def test_what_was_read_on_the_site_meanwhile_does_not_come(
    cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox
) -> None:
    town.answer(cast.bob, town.ask(cast.alice))
    operations.read_all(cast.alice.actor, newest=10_000)
    work()
    assert mailbox() == []


class TestNothingIsSent:
    """Between the event and the sending, things change."""

    @pytest.fixture(autouse=True)
    def _answered(self, cast: SimpleNamespace, town: Town) -> None:
        self.thread_id = town.ask(cast.alice)
        self.answer_id = town.answer(cast.bob, self.thread_id)

    @pytest.fixture
    def nothing_comes(self, work: Work, mailbox: Mailbox) -> Callable[[], None]:
        def check() -> None:
            work()
            assert mailbox() == []
            assert all(
                done and error is None for done, error in db.session.execute(select(Job.done_at, Job.error))
            )
            assert not db.session.scalar(select(Notification.id).where(Notification.mail_at.is_not(None)))

        return check

    def test_when_the_answer_was_hidden(self, town: Town, nothing_comes: Callable[[], None]) -> None:
        town.hide(self.answer_id)
        nothing_comes()

    def test_when_the_person_switched_it_off(
        self, cast: SimpleNamespace, nothing_comes: Callable[[], None]
    ) -> None:
        operations.choose(cast.alice.id, choices={Kind.ANSWER: Cadence.OFF})
        nothing_comes()

    @pytest.mark.parametrize("state", [AccountState.GHOST, AccountState.UNCLAIMED])
    def test_when_the_person_has_left(
        self, cast: SimpleNamespace, nothing_comes: Callable[[], None], state: AccountState
    ) -> None:
        _change(cast.alice, state=state)
        nothing_comes()

    def test_when_the_address_is_not_proven(
        self, cast: SimpleNamespace, nothing_comes: Callable[[], None]
    ) -> None:
        _change(cast.alice, email=None, pending_email="alice@example.org", email_confirmed_at=None)
        nothing_comes()

    def test_when_the_notification_is_gone(self, nothing_comes: Callable[[], None]) -> None:
        with transaction() as session:
            session.execute(delete(Notification))
        nothing_comes()

    def test_when_the_answer_is_accepted_no_longer(
        self, cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox
    ) -> None:
        work()
        town.accept(cast.alice, self.answer_id)
        town.unaccept(cast.alice, self.thread_id, self.answer_id)
        work()
        assert [letter.to for letter in mailbox()] == ["alice@example.org"]


def test_other_kinds_come_as_before(
    cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox, app: Flask
) -> None:
    operations.choose(cast.bob.id, choices={Kind.ACCEPTED: Cadence.OFF})
    answer_id = town.answer(cast.bob, town.ask(cast.alice))
    work()
    town.accept(cast.alice, answer_id)
    town.reply(cast.charlie, answer_id)
    work()
    assert [letter.subject.split(":")[0] for letter in mailbox() if letter.to == "bob@example.org"] == [
        "Charlie replied to you"
    ]
