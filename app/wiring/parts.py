"""Which adapter answers for which port."""

import logging
from collections.abc import Collection
from datetime import date

from flask import Flask

from app.accounts.actor import Actor
from app.community.ports import Days, Presence
from app.config import Settings
from app.core.parts import put
from app.desk import drafts as desk_drafts
from app.desk import queries as desk
from app.desk.offering import Escalations
from app.forum import drafts as trunk_drafts
from app.forum.documents import Documents, KindsOfDocument
from app.forum.ports import KindsMoving, Moving, Place, Places, Watch
from app.forum.readings import Readings, days_of
from app.jobs.ports import Handlers, Queue
from app.jobs.queue import HueyQueue
from app.mail.adapters import mailer
from app.mail.ports import Mailer
from app.moderation import drafts as moderation_drafts
from app.moderation.watching.watch import Words
from app.notifications.ports import StandingNotice, Subject, TicketNotices
from app.questions import drafts as question_drafts
from app.questions.documents import QuestionDocuments
from app.questions.moving import MovingQuestions
from app.questions.ports import Outcomes, Suggest, Support
from app.search.misses import Misses
from app.search.operations import RecordedOutcomes
from app.search.ports import Index
from app.search.postgres_index import PostgresIndex
from app.search.suggesting import suggest
from app.search.synonyms import Synonyms, shipped
from app.search.whoosh_index import WhooshIndex
from app.storage.local import LocalFiles
from app.storage.ports import Files
from app.wiring.jobs import handler
from app.wiring.telling import standing

_log = logging.getLogger(__name__)


def join(app: Flask, settings: Settings) -> None:
    put(app, Settings, settings)
    put(app, Files, LocalFiles(settings.data_dir / "files"))
    put(app, Mailer, mailer(settings.mail_url))
    put(app, Queue, HueyQueue(app, settings.data_dir / "queue.db"))
    put(app, Handlers, handler)
    documents: dict[str, Documents] = {"question": QuestionDocuments()}
    put(app, KindsOfDocument, lambda: documents)
    kinds: dict[str, Moving] = {"question": MovingQuestions()}
    put(app, KindsMoving, lambda: kinds)
    put(app, Readings, Readings())
    put(app, Places, _places)
    put(app, Watch, Words())
    put(app, Suggest, suggest)
    put(app, Support, Escalations())
    put(app, TicketNotices, _ticket_notices)
    put(app, Presence, _presence)
    put(app, StandingNotice, standing)
    put(app, Outcomes, RecordedOutcomes())
    put(app, Misses, Misses())
    put(app, Synonyms, _synonyms(settings))
    put(
        app,
        Index,
        PostgresIndex() if settings.search_in_database else WhooshIndex(settings.data_dir / "index"),
    )


def _synonyms(settings: Settings) -> Synonyms:
    synonyms = Synonyms.read(settings.synonyms) if settings.synonyms else shipped()
    for complaint in synonyms.complaints:
        _log.warning("%s", complaint)
    return synonyms


def _presence(account_ids: Collection[int], since: date | None) -> dict[int, Days]:
    return {account_id: Days(*counted) for account_id, counted in days_of(account_ids, since).items()}


def _ticket_notices(actor: Actor, message_ids: Collection[int]) -> dict[int, Subject]:
    """The desk and notifications stand on one floor, so their words for one thing meet here."""
    return {
        message_id: Subject(told.title, told.url, told.excerpt, told.author)
        for message_id, told in desk.notices(actor, message_ids).items()
    }


def _places(actor: Actor, forms: Collection[str]) -> dict[str, Place]:
    """Every room with forms to write in knows its own."""
    rooms = (trunk_drafts, question_drafts, moderation_drafts, desk_drafts)
    return {form: place for room in rooms for form, place in room.places(actor, forms).items()}
