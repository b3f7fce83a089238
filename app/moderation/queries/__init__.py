"""What moderators look at and have decided, and what those concerned may read of it."""

from app.moderation.queries.appeals import (
    AppealPage,
    AppealRow,
    appeal,
    appeal_of_report,
    appeals,
    appeals_waiting,
    own_appeal,
)
from app.moderation.queries.decisions import (
    Decided,
    DecisionRow,
    decided,
    decided_on_report,
    decisions_of,
    fresh,
    ref_of_post,
)
from app.moderation.queries.evidence import appeal_file, files_of, waiting_files
from app.moderation.queries.flags import flagged, flags_of
from app.moderation.queries.pane import Pane, pane, pane_of, previewed
from app.moderation.queries.proposals import ProposalPage, ProposalRow, proposal, proposals_waiting
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
from app.moderation.queries.reports import Receipt, ReportRow, receipt, ref_of_report, reports_of
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
    "ProposalRow",
    "QueueRow",
    "Receipt",
    "ReportRow",
    "ShiftNow",
    "Sieve",
    "appeal",
    "appeal_file",
    "appeal_of_report",
    "appeals",
    "appeals_waiting",
    "decided",
    "decided_on_report",
    "decisions_of",
    "files_of",
    "flagged",
    "flags_of",
    "fresh",
    "handed_over",
    "own_appeal",
    "pane",
    "pane_of",
    "previewed",
    "proposal",
    "proposals_waiting",
    "queue",
    "receipt",
    "ref_of_post",
    "ref_of_report",
    "reports_of",
    "rows_of",
    "shift_now",
    "views_of",
    "waiting",
    "waiting_by_age",
    "waiting_files",
]
