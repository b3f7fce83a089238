"""What moderators look at and have decided, and what those concerned may read of it."""

from app.moderation.queries.appeals import AppealPage, AppealRow, appeal, appeals, appeals_waiting, own_appeal
from app.moderation.queries.decisions import Decided, DecisionRow, decided, decisions_of, fresh, ref_of_post
from app.moderation.queries.flags import flagged, flags_of
from app.moderation.queries.pane import Pane, pane, previewed
from app.moderation.queries.proposals import ProposalPage, proposal
from app.moderation.queries.queue import (
    AGES,
    PAGE_SIZE,
    QueueRow,
    Sieve,
    queue,
    rows_of,
    waiting,
    waiting_by_age,
)
from app.moderation.queries.shifts import ShiftNow, handed_over, shift_now, views_of

__all__ = [
    "AGES",
    "PAGE_SIZE",
    "AppealPage",
    "AppealRow",
    "Decided",
    "DecisionRow",
    "Pane",
    "ProposalPage",
    "QueueRow",
    "ShiftNow",
    "Sieve",
    "appeal",
    "appeals",
    "appeals_waiting",
    "decided",
    "decisions_of",
    "flagged",
    "flags_of",
    "fresh",
    "handed_over",
    "own_appeal",
    "pane",
    "previewed",
    "proposal",
    "queue",
    "ref_of_post",
    "rows_of",
    "shift_now",
    "views_of",
    "waiting",
    "waiting_by_age",
]
