"""What people and agents do at the desk."""

from app.desk.operations.escalating import (
    ask_for_outcomes,
    escalate,
    note_sent,
    publish_answer,
    tell_outcome,
)
from app.desk.operations.tickets import (
    file_ticket,
    forget_draft,
    reply,
    reply_draft,
    set_status,
    take,
)
from app.search.models import HELP

__all__ = [
    "HELP",
    "ask_for_outcomes",
    "escalate",
    "file_ticket",
    "forget_draft",
    "note_sent",
    "publish_answer",
    "reply",
    "reply_draft",
    "set_status",
    "take",
    "tell_outcome",
]
