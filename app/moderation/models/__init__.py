"""Tables of the room: what is looked at, who says that something is wrong, and what was decided."""

from app.moderation.models.appealing import LONGEST_APPEAL, Appeal, AppealState
from app.moderation.models.deciding import LONGEST_SAID, REF_LENGTH, Decision, Side, Told
from app.moderation.models.flagging import LONGEST_NOTE, LONGEST_PASSAGE, Flag
from app.moderation.models.reviewing import (
    LONGEST_VIEW_NAME,
    LONGEST_VIEW_QUERY,
    QueueView,
    Review,
    Shift,
    StaffNote,
)
from app.moderation.models.seconding import LONGEST_OUTSIDE, Proposal, ProposalState

__all__ = [
    "LONGEST_APPEAL",
    "LONGEST_NOTE",
    "LONGEST_OUTSIDE",
    "LONGEST_PASSAGE",
    "LONGEST_SAID",
    "LONGEST_VIEW_NAME",
    "LONGEST_VIEW_QUERY",
    "REF_LENGTH",
    "Appeal",
    "AppealState",
    "Decision",
    "Flag",
    "Proposal",
    "ProposalState",
    "QueueView",
    "Review",
    "Shift",
    "Side",
    "StaffNote",
    "Told",
]
