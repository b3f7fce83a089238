"""Which room hears of what."""

from flask import Flask

from app.accounts import events as accounts
from app.accounts import handlers as letters
from app.community import handlers as reputation
from app.core.events import on
from app.desk import events as escalations
from app.desk import handlers as tickets
from app.forum import handlers as trunk
from app.forum import owning as trunk_owners
from app.forum.events import (
    Mentioned,
    PostEdited,
    PostHeld,
    PostsMoved,
    PostVisibilityChanged,
    TextRebuilt,
    ThreadMoved,
    ThreadTouched,
    Voted,
)
from app.moderation import events as deciding
from app.moderation import handlers as moderation
from app.moderation.watching import handlers as watching
from app.notifications import handlers as notices
from app.notifications import owning as told
from app.questions import events as questions
from app.questions import handlers as states
from app.questions import owning as opinions
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
        PostsMoved,
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
    on(app, PostHeld, moderation.post_held)
    on(app, PostVisibilityChanged, moderation.visibility_changed)
    on(app, deciding.DecisionMade, notices.decision_made)
    on(app, deciding.DecisionMade, moderation.decision_made)
    on(app, deciding.DecisionTakenBack, moderation.decision_taken_back)
    on(app, deciding.AppealDecided, moderation.appeal_decided)
    on(app, deciding.Reported, notices.flagged)
    on(app, deciding.DecisionTakenBack, notices.decision_taken_back)
    on(app, deciding.Proposed, notices.proposed)
    on(app, deciding.Appealed, notices.appealed)
    on(app, deciding.AppealDecided, notices.appeal_decided)
    on(app, deciding.Flagged, notices.flagged)
    on(app, PostsMoved, notices.posts_moved)
    on(app, deciding.PostWatched, watching.post_watched)
    on(app, deciding.TakenFromSupport, tickets.taken_from_support)
    # The trunk first: whose a post is decides what else becomes of it.
    for merged in (trunk_owners, opinions, moderation, finding, reputation, tickets, told):
        on(app, accounts.AccountMerged, merged.account_merged)
    for anonymised in (trunk_owners, moderation, finding, told):
        on(app, accounts.AccountAnonymised, anonymised.account_anonymised)
    on(app, accounts.Registered, letters.registered)
    on(app, accounts.ResetRequested, letters.reset_requested)
    on(app, accounts.PasswordChanged, letters.password_changed)
    on(app, accounts.MoveRequested, letters.move_requested)
    on(app, accounts.EmailChanged, letters.email_changed)
