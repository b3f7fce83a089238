"""Which adapter answers for which port."""

from flask import Flask

from app.config import Settings
from app.core.parts import put
from app.desk import queries as desk
from app.desk.offering import OwnThreads
from app.forum.ports import Documents, KindsOfDocument
from app.jobs.ports import Handlers, Queue
from app.jobs.queue import HueyQueue
from app.mail.adapters import mailer
from app.mail.ports import Mailer
from app.notifications.ports import TicketNotice
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
    put(app, TicketNotice, desk.notice)
    put(app, Outcomes, RecordedOutcomes())
    put(app, Index, WhooshIndex(settings.data_dir / "index"))
