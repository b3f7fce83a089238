"""Which room hears of what."""

from flask import Flask

from app.core.events import on
from app.forum.events import PostEdited
from app.notifications import handlers as notices
from app.questions import events as questions
from app.search import indexing


def join(app: Flask) -> None:
    for event in (
        questions.Asked,
        questions.AnswerPosted,
        questions.ReplyPosted,
        questions.AnswerAccepted,
        questions.AnswerUnaccepted,
        PostEdited,
    ):
        on(app, event, indexing.reindex)
    on(app, questions.AnswerPosted, notices.answer_posted)
    on(app, questions.ReplyPosted, notices.reply_posted)
    on(app, questions.AnswerAccepted, notices.answer_accepted)
