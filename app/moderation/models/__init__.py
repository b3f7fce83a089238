"""Tables of the room: what is looked at, who says that something is wrong, and what was decided."""

from app.moderation.models.appealing import LONGEST_APPEAL, Appeal, AppealState
from app.moderation.models.deciding import LONGEST_SAID, REF_LENGTH, Decision, Side, Told
from app.moderation.models.evidence import LONGEST_FILE_NAME, MOST_FILES, AppealFile, FileKind
from app.moderation.models.flagging import LONGEST_NOTE, LONGEST_PASSAGE, Flag
from app.moderation.models.reporting import LONGEST_REPORT, LONGEST_REPORTER, REPORT_REF_LENGTH, Report
from app.moderation.models.reviewing import (
    LONGEST_VIEW_NAME,
    LONGEST_VIEW_QUERY,
    LeaseEnd,
    QueueView,
    Review,
    Shift,
    StaffNote,
)
from app.moderation.models.seconding import LONGEST_OUTSIDE, Proposal, ProposalState

__all__ = [
    "LONGEST_APPEAL",
    "LONGEST_FILE_NAME",
    "LONGEST_NOTE",
    "LONGEST_OUTSIDE",
    "LONGEST_PASSAGE",
    "LONGEST_REPORT",
    "LONGEST_REPORTER",
    "LONGEST_SAID",
    "LONGEST_VIEW_NAME",
    "LONGEST_VIEW_QUERY",
    "MOST_FILES",
    "REF_LENGTH",
    "REPORT_REF_LENGTH",
    "Appeal",
    "AppealFile",
    "AppealState",
    "Decision",
    "FileKind",
    "Flag",
    "LeaseEnd",
    "Proposal",
    "ProposalState",
    "QueueView",
    "Report",
    "Review",
    "Shift",
    "Side",
    "StaffNote",
    "Told",
]
