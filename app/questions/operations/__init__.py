"""What people do with questions."""

from app.questions.operations.accepting import accept, unaccept
from app.questions.operations.answering import answer, answer_draft, reply, reply_draft
from app.questions.operations.archiving import set_archive
from app.questions.operations.asking import ask, asked, solved_by
from app.questions.operations.confirming import confirm
from app.questions.operations.deleting import delete, undelete
from app.questions.operations.having import have_no_more, have_too
from app.questions.operations.pointing import (
    mark_duplicate,
    point,
    point_one_at_a_time,
    say_differs,
    unmark_duplicate,
    unpoint,
)

__all__ = [
    "accept",
    "answer",
    "answer_draft",
    "ask",
    "asked",
    "confirm",
    "delete",
    "have_no_more",
    "have_too",
    "mark_duplicate",
    "point",
    "point_one_at_a_time",
    "reply",
    "reply_draft",
    "say_differs",
    "set_archive",
    "solved_by",
    "unaccept",
    "undelete",
    "unmark_duplicate",
    "unpoint",
]
