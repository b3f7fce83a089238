"""Which room hears of what."""

from flask import Flask

from app.accounts import events as accounts
from app.accounts import handlers as letters
from app.community.events import QuestionRouted
from app.core.events import on
from app.desk import queries as desk
from app.desk.events import TicketReplied
from app.forum.events import Mentioned, PostEdited, PostVisibilityChanged, ThreadLocked
from app.notifications import handlers as notices
from app.questions import events as questions
from app.questions import handlers as states
from app.search import indexing


def join(app: Flask) -> None:
    for event in (
        questions.Asked,
        questions.AnswerPosted,
        questions.ReplyPosted,
        questions.AnswerAccepted,
        questions.AnswerUnaccepted,
        questions.Imported,
        PostEdited,
        PostVisibilityChanged,
    ):
        on(app, event, indexing.reindex)
    on(app, PostVisibilityChanged, states.visibility_changed)
    on(app, questions.AnswerPosted, notices.answer_posted)
    on(app, questions.ReplyPosted, notices.reply_posted)
    on(app, questions.AnswerAccepted, notices.answer_accepted)
    on(app, questions.MarkedDuplicate, notices.marked_duplicate)
    on(app, questions.Reopened, notices.reopened)
    on(app, Mentioned, notices.mentioned)
    on(app, PostEdited, notices.post_edited)
    on(app, PostVisibilityChanged, notices.visibility_changed)
    on(app, ThreadLocked, notices.thread_locked)
    on(app, QuestionRouted, lambda event: notices.question_routed(event.thread_id, event.account_id))
    on(app, TicketReplied, _tell_of_message)
    on(app, accounts.Registered, letters.registered)
    on(app, accounts.ResetRequested, letters.reset_requested)
    on(app, accounts.PasswordChanged, letters.password_changed)


def _tell_of_message(event: TicketReplied) -> None:
    """The desk knows whose message it is to read, notifications how to tell them; they stand on one floor."""
    recipient_id = desk.recipient(event.ticket_id, event.author_id)
    if recipient_id is not None:
        notices.ticket_replied(event.ticket_id, event.message_id, event.author_id, recipient_id)
