"""Which adapter answers for which port."""

from collections.abc import Collection

from flask import Flask

from app.accounts.actor import Actor
from app.config import Settings
from app.core.parts import put
from app.desk import queries as desk
from app.desk.offering import OwnThreads
from app.forum.ports import Documents, KindsOfDocument
from app.jobs.ports import Handlers, Queue
from app.jobs.queue import HueyQueue
from app.mail.adapters import mailer
from app.mail.ports import Mailer
from app.notifications.ports import StandingNotice, Subject, TicketNotices
from app.questions.documents import QuestionDocuments
from app.questions.ports import Outcomes, Suggest, Support
from app.search.operations import RecordedOutcomes
from app.search.ports import Index
from app.search.suggesting import suggest
from app.search.whoosh_index import WhooshIndex
from app.storage.local import LocalFiles
from app.storage.ports import Files
from app.wiring.jobs import handler


def join(app: Flask, settings: Settings) -> None:
    put(app, Settings, settings)
    put(app, Files, LocalFiles(settings.data_dir / "files"))
    put(app, Mailer, mailer(settings.mail_url))
    put(app, Queue, HueyQueue(app, settings.data_dir / "queue.db"))
    put(app, Handlers, handler)
    documents: dict[str, Documents] = {"question": QuestionDocuments()}
    put(app, KindsOfDocument, lambda: documents)
    put(app, Suggest, suggest)
    put(app, Support, OwnThreads())
    put(app, TicketNotices, _ticket_notices)
    put(app, StandingNotice, _no_standing)
    put(app, Outcomes, RecordedOutcomes())
    put(app, Index, WhooshIndex(settings.data_dir / "index"))


def _no_standing(_actor: Actor) -> Subject | None:
    """Nobody says yet how people stand here."""
    return None


def _ticket_notices(actor: Actor, message_ids: Collection[int]) -> dict[int, Subject]:
    """The desk and notifications stand on one floor, so their words for one thing meet here."""
    return {
        message_id: Subject(told.title, told.url, told.excerpt, told.author)
        for message_id, told in desk.notices(actor, message_ids).items()
    }
