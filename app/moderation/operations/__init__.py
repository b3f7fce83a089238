"""What people flag, and what moderators do about it."""

from app.moderation.operations.appealing import appeal, appeal_report, decide_appeal
from app.moderation.operations.claiming import claim, let_go
from app.moderation.operations.deciding import (
    MOST_AT_ONCE,
    SAY_WHY,
    Seen,
    decide,
    decide_many,
    decide_within,
    open_review,
    undo,
    undo_batch,
)
from app.moderation.operations.evidence import add_file, remove_file, sweep_files
from app.moderation.operations.flagging import flag, flag_draft
from app.moderation.operations.noting import keep_view, note, throw_view_away
from app.moderation.operations.reporting import forget_reporters, report
from app.moderation.operations.restoring import restore_unlooked
from app.moderation.operations.seconding import answer, answer_from_outside, invite, invited
from app.moderation.operations.shifting import begin_shift, end_shift

__all__ = [
    "MOST_AT_ONCE",
    "SAY_WHY",
    "Seen",
    "add_file",
    "answer",
    "answer_from_outside",
    "appeal",
    "appeal_report",
    "begin_shift",
    "claim",
    "decide",
    "decide_appeal",
    "decide_many",
    "decide_within",
    "end_shift",
    "flag",
    "flag_draft",
    "forget_reporters",
    "invite",
    "invited",
    "keep_view",
    "let_go",
    "note",
    "open_review",
    "remove_file",
    "report",
    "restore_unlooked",
    "sweep_files",
    "throw_view_away",
    "undo",
    "undo_batch",
]
