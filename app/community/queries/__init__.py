"""Reads about people, always through what the actor may see."""

from app.community.queries.contributions import (
    MOST_COUNTED,
    AnswerRow,
    accepted,
    answers,
    known_tags,
    numbers,
    questions,
)
from app.community.queries.ledger import LedgerRow, ledger
from app.community.queries.profiles import Profile, profile

__all__ = [
    "MOST_COUNTED",
    "AnswerRow",
    "LedgerRow",
    "Profile",
    "accepted",
    "answers",
    "known_tags",
    "ledger",
    "numbers",
    "profile",
    "questions",
]
