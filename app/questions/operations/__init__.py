"""What people do with questions."""

from app.questions.operations.accepting import accept, unaccept
from app.questions.operations.answering import answer, answer_draft, reply, reply_draft
from app.questions.operations.asking import ask, asked, solved_by
from app.questions.operations.having import have_no_more, have_too

__all__ = [
    "accept",
    "answer",
    "answer_draft",
    "ask",
    "asked",
    "have_no_more",
    "have_too",
    "reply",
    "reply_draft",
    "solved_by",
    "unaccept",
]
