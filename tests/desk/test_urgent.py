"""What is urgent, in the words of people whom it happens to; and what only sounds like it."""

import pytest

from app.desk.urgent import is_urgent

URGENT = [
    "There is a charge I don't recognise on my card",
    "Unauthorised payment of £80",
    "unrecognized transaction yesterday",
    "Payment I did not make",
    "I never authorised this payment",
    "All the money is gone from my account",
    "My card was stolen",
    "My account has been hacked",
    "account taken over by someone",
    "Somebody changed my password and email",
    "The buyer threatens me",
    "He is threatening to come to my house",
    "They blackmail me with my photos",
    "She knows where I live",
    "I want to die",
    "thinking about suicide",
    "I am 14 and sold my bike",
    "i’m 15 years old",
    "My daughter bought this without asking",
    "the seller is under-age",
]
CALM = [
    "Refund went to a card I closed",
    "Buyer says the coat never came",
    "Which carrier goes to Orkney?",
    "My listing was taken down",
    "Payout is late by three days",
    "I am 20 minutes late for drop-off",
    "Delivery is 14 days late",
    "Is 12 cm wide enough for a letter?",
    "A minor stain on the sleeve",
    "How do I change my password",
    "Kids' coat, age 8, where do I list it?",
    "The hem is threaded badly",
    "",
]


@pytest.mark.parametrize("line", URGENT)
def test_urgent(line: str) -> None:
    assert is_urgent(line)
    assert is_urgent("A question", line.upper(), None)


@pytest.mark.parametrize("line", CALM)
def test_calm(line: str) -> None:
    assert not is_urgent(line)


def test_odd_text_takes_no_time() -> None:
    for odd in ("money " * 5_000, "account " * 4_000, "not recognise " * 2_500, "a" * 32_000):
        is_urgent(odd)
