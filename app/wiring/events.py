"""Which room hears of what."""

from flask import Flask

from app.accounts import events as accounts
from app.accounts import handlers as letters
from app.community import handlers as reputation
from app.core.events import on
from app.desk import events as escalations
from app.forum import handlers as trunk
from app.forum.events import (
    Mentioned,
    PostEdited,
    PostVisibilityChanged,
    TextRebuilt,
    ThreadLocked,
    ThreadMoved,
    ThreadTouched,
    Voted,
)
from app.moderation.events import PostRefused, PostWatched
from app.moderation.watching import handlers as watching
from app.notifications import handlers as notices
from app.questions import events as questions
from app.questions import handlers as states
from app.search import handlers as finding
from app.search import indexing


def join(app: Flask) -> None:
    # What a live index follows at once; of all else that a page shows it hears by ThreadTouched, a moment later.
    for event in (
        questions.Asked,
        questions.AnswerPosted,
        questions.ReplyPosted,
        questions.AnswerAccepted,
        questions.AnswerUnaccepted,
        questions.Imported,
        questions.MarkedDuplicate,
        questions.Reopened,
        questions.Archived,
        PostEdited,
        PostVisibilityChanged,
        escalations.ThreadEscalated,
        escalations.EscalationEnded,
        ThreadMoved,
        TextRebuilt,
    ):
        on(app, event, indexing.reindex)
    on(app, PostVisibilityChanged, trunk.visibility_changed)
    on(app, PostVisibilityChanged, states.visibility_changed)
    on(app, accounts.SessionBegun, trunk.session_begun)
    on(app, accounts.SessionBegun, finding.session_begun)
    on(app, accounts.RoleChanged, finding.role_changed)
    on(app, ThreadTouched, indexing.reindex_later)
    on(app, questions.AnswerPosted, notices.answer_posted)
    on(app, questions.ReplyPosted, notices.reply_posted)
    on(app, questions.AnswerAccepted, notices.answer_accepted)
    on(app, Voted, reputation.voted)
    on(app, questions.AnswerAccepted, reputation.accepted)
    on(app, questions.AnswerUnaccepted, reputation.unaccepted)
    on(app, PostVisibilityChanged, reputation.visibility_changed)
    on(app, questions.MarkedDuplicate, notices.marked_duplicate)
    on(app, questions.Reopened, notices.reopened)
    on(app, Mentioned, notices.mentioned)
    on(app, PostEdited, notices.post_edited)
    on(app, PostVisibilityChanged, notices.visibility_changed)
    on(app, PostRefused, notices.post_refused)
    on(app, PostWatched, watching.post_watched)
    on(app, ThreadLocked, notices.thread_locked)
    on(app, questions.Archived, notices.archived)
    on(app, accounts.Registered, letters.registered)
    on(app, accounts.ResetRequested, letters.reset_requested)
    on(app, accounts.PasswordChanged, letters.password_changed)
    on(app, accounts.MoveRequested, letters.move_requested)
    on(app, accounts.EmailChanged, letters.email_changed)
