"""Signs of a scam fire on what was asked of somebody, not on advice or ordinary trouble."""

import json
import re
import time
from pathlib import Path

import pytest

from app.cli.demo import load
from app.forum.signs import SIGNS, signs_in

ASKED = {
    "friends-and-family": "He wants me to pay as friends and family on PayPal.",
    "gift-cards": "The seller asked for two Steam cards as a deposit.",
    "outside-payment": "She insists on a bank transfer before she ships.",
    "another-app": "The buyer asked me to write to him on WhatsApp.",
    "code": "They asked for the verification code I just got by text.",
    "courier-collects": "He will send his own courier to collect it and pay cash.",
    "overpayment": "She sent me too much by mistake and wants the difference back.",
    "payment-mail": "I got an e-mail that the payment is pending until I send the tracking number.",
    "parcel-fee": "I got a text with a link to pay a small fee for the redelivery of my parcel.",
    "verify-account": "There is a link to verify my account or it will be closed.",
    "remote-control": "Support told me to install AnyDesk.",
}

ORDINARY = [
    "Never pay by friends and family, the money is gone then.",
    "My bank transfer arrived after three days, is that usual?",
    "How do I verify my account?",
    "I posted the parcel by courier and it is late.",
    "The buyer asked for a partial refund because of a small hole.",
    "Can I add a gift card to my order?",
    "Which code do I enter at the parcel locker?",
    "I sent too many photos by mistake.",
    "The delivery fee is more than last year.",
    "The buyer wants to return it.",
]


def test_every_sign_has_an_example() -> None:
    assert set(ASKED) == {sign.key for sign in SIGNS}


@pytest.mark.parametrize("key", ASKED)
def test_what_was_asked_is_recognised(key: str) -> None:
    assert key in {sign.key for sign in signs_in(ASKED[key])}


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_questions_and_advice_are_let_be(text: str) -> None:
    assert [sign.key for sign in signs_in(text)] == []


def test_the_demo_towns_answers_hold_none() -> None:
    for thread in load().threads:
        for answer in thread.answers:
            assert not signs_in(answer.body), answer.body
            assert not any(signs_in(reply.body) for reply in answer.replies)


@pytest.mark.slow
def test_of_real_posts_hardly_any_holds_one(shared_data: Path) -> None:
    told = []
    for path in [shared_data / "qatar-living" / "threads.jsonl", *shared_data.glob("stackfaq/*.jsonl")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            told += [f"{row['title']}\n{row['body']}", *(reply["body"] for reply in row["replies"])]
    hit = sum(bool(signs_in(re.sub(r"<[^>]+>", " ", text))) for text in told)
    assert len(told) > 2_500
    assert hit / len(told) < 0.005


@pytest.mark.parametrize(
    "piece", ["asked ", "e-mail payment ", "send ", "link pay parcel ", "pay ", "verify a a a "]
)
def test_a_text_made_to_be_slow_is_not(piece: str) -> None:
    text = (piece * 32_000)[:32_000]
    before = time.process_time()
    signs_in(text)
    assert time.process_time() - before < 0.5
