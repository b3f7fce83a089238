"""Mail that was stopped starts again once its address is proven, by the person's own asking."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import update

from app.accounts.models import Account
from app.core.clock import frozen, now
from app.core.transaction import transaction
from app.mail import stopping
from app.mail.naming import Name, address_key
from app.mail.queries import Letter
from app.notifications import proving
from tests.notifications.town import Town

PAGE = "/me/notifications/mail"
ALICE = "alice@example.org"

Mailbox = Callable[[], list[Letter]]
Work = Callable[[], None]


@pytest.fixture(autouse=True)
def _stopped(app: Flask) -> None:
    stopping.bounced([Name("0" * 20, address_key(ALICE))], for_good=True)


def test_the_person_is_told_and_gets_no_news(
    cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox
) -> None:
    assert f"Letters to {ALICE} came back" in cast.alice.client.get(PAGE).text
    assert "came back" not in cast.bob.client.get(PAGE).text
    town.answer(cast.bob, town.ask(cast.alice))
    work()
    assert mailbox() == []


def test_a_letter_proves_it_and_mail_starts_again(
    app: Flask, cast: SimpleNamespace, town: Town, work: Work, mailbox: Mailbox
) -> None:
    answer = cast.alice.client.post(f"{PAGE}/prove")
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert f"A letter is on its way to {ALICE}" in cast.alice.client.get(PAGE).text
    work()
    [letter] = mailbox()
    assert letter.to == ALICE
    link = letter.text[letter.text.index("/mail/proven/") :].split()[0]
    visitor = app.test_client()
    assert "Start your mail again?" in visitor.get(link).text
    assert stopping.is_stopped(ALICE)
    for _time in range(2):
        assert "Your mail comes again" in visitor.post(link).text
    assert not stopping.is_stopped(ALICE)
    town.answer(cast.bob, town.ask(cast.alice))
    work()
    assert len(mailbox()) == 2


def test_where_nothing_is_stopped_no_letter_is_sent(
    cast: SimpleNamespace, work: Work, mailbox: Mailbox
) -> None:
    assert cast.bob.client.post(f"{PAGE}/prove").status_code == 303
    work()
    assert mailbox() == []


def test_the_link_is_for_one_address_and_a_day(app: Flask, cast: SimpleNamespace) -> None:
    token = proving.make(cast.alice.id, ALICE)
    visitor = app.test_client()
    with frozen(now() + timedelta(hours=25)):
        assert visitor.post(f"/mail/proven/{token}").status_code == 404
    with transaction() as session:
        session.execute(update(Account).where(Account.id == cast.alice.id).values(email="new@example.org"))
    assert visitor.post(f"/mail/proven/{token}").status_code == 404
    for broken in (token[:-2], "x", proving._serializer().dumps([1]), proving._serializer().dumps("words")):
        assert visitor.post(f"/mail/proven/{broken}").status_code == 404
    assert stopping.is_stopped(ALICE)
