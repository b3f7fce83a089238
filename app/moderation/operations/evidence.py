"""Files for an appeal: added, taken away, and swept when no appeal came of them."""

import hashlib
import io
import secrets
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, delete, func, select, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.images import BYTES, Unreadable, read_picture
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.text import clean_line
from app.core.transaction import transaction
from app.forum import operations as forum
from app.moderation import appeal_links, policy
from app.moderation.appeal_links import Appellant
from app.moderation.models import (
    LONGEST_FILE_NAME,
    MOST_FILES,
    Appeal,
    AppealFile,
    Decision,
    FileKind,
    Report,
    Told,
)
from app.storage.ports import Files

UNUSED_KEPT = timedelta(hours=24)
PDF = b"%PDF-"

TOO_LARGE = _("This file is larger than 8 MB. Make it smaller, then add it again.")
TOO_MANY = _("At most %(most)s files go with it. Take one away first.", most=MOST_FILES)
NEITHER = _("This is neither a photo nor a PDF that we can read. JPEG, PNG, WEBP, GIF and PDF work.")


def add_file(actor: Actor, *, ref: str, content: bytes, called: str, link: str | None = None) -> None:
    """Let a file wait for the appeal of `actor`, or of whom a letter sent this `link`, against a decision; the same file
    twice is one.

    JPEG, PNG, WEBP and GIF are decoded and written anew, a PDF is kept as given. Raises NotFound to whoever was not told
    of it and for a link of nobody's, and Problem, beside `files`, for what is neither, for more than 8 MB or MOST_FILES,
    and when they may not appeal.
    """
    who = appeal_links.appellant(actor, ref, link)
    _may_add(actor, who, ref)
    kind, kept = _read(content)
    digest = hashlib.sha256(content).hexdigest()
    files = part(Files)
    key = files.put(io.BytesIO(kept))
    stored = False
    try:
        with transaction() as session:
            forum.keep_names()
            decision_id = _may_add(actor, who, ref, hold=True)
            mine = (*waiting_of(who), AppealFile.decision_id == decision_id)
            if session.scalar(select(AppealFile.id).where(*mine, AppealFile.sha256 == digest)):
                return
            if (session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_FILES:
                raise Problem(TOO_MANY, field="files")
            session.add(
                AppealFile(
                    name=secrets.token_hex(16),
                    account_id=who.account_id,
                    report_id=who.report_id,
                    decision_id=decision_id,
                    kind=kind,
                    called=clean_line(called)[-LONGEST_FILE_NAME:],
                    key=key,
                    bytes=len(content),
                    sha256=digest,
                    created_at=now(),
                )
            )
            stored = True
    finally:
        if not stored:
            files.delete(key)


def remove_file(actor: Actor, *, ref: str, file_id: int, link: str | None = None) -> None:
    """Take a file away that waits; what is gone, another's or goes with an appeal stays as it is. Raises NotFound."""
    mine = (AppealFile.id == file_id, *waiting_of(appeal_links.appellant(actor, ref, link)))
    with transaction() as session:
        key = session.connection().execute(delete(AppealFile).where(*mine).returning(AppealFile.key)).scalar()
    if key is not None:
        part(Files).delete(key)


def waiting_of(who: Appellant) -> tuple[ColumnElement[bool], ...]:
    """For a WHERE: somebody's files that no appeal has."""
    return (
        AppealFile.account_id == who.account_id,
        AppealFile.report_id == who.report_id,
        AppealFile.appeal_id.is_(None),
    )


def attach_files(appeal: Appeal) -> None:
    """Let what waits go with this appeal, in the open transaction."""
    who = Appellant(appeal.account_id, appeal.report_id)
    waiting = (*waiting_of(who), AppealFile.decision_id == appeal.decision_id)
    connection = db.session().connection()
    connection.execute(update(AppealFile).where(*waiting).values(appeal_id=appeal.id))


def sweep_files() -> int:
    """Forget files that no appeal came of, UNUSED_KEPT after they were added; how many went.

    The row goes first, unless an appeal has it by then: whoever dies in between leaves bytes that nobody reaches.
    """
    unused = (AppealFile.appeal_id.is_(None), AppealFile.created_at < now() - UNUSED_KEPT)
    some = select(AppealFile.id).where(*unused).limit(1_000)
    gone = delete(AppealFile).where(AppealFile.id.in_(some), *unused).returning(AppealFile.key)
    with transaction() as session:
        keys = session.connection().execute(gone).scalars().all()
    for key in keys:
        part(Files).delete(key)
    return len(keys)


def _may_add(actor: Actor, who: Appellant, ref: str, *, hold: bool = False) -> int:
    """The decision's id; with `hold` nobody else adds to it until the open transaction ends."""
    of_ref = select(Decision).where(Decision.ref == ref).execution_options(populate_existing=True)
    decision = db.session.scalar(of_ref.with_for_update(key_share=True) if hold else of_ref)
    if decision is None:
        raise NotFound
    if who.report_id is not None:
        report = db.session.get_one(Report, who.report_id, populate_existing=True)
        refused = policy.appeal_report(decision, report)
    else:
        told = db.session.get(Told, (decision.id, who.account_id))
        if told is None:
            raise NotFound
        refused = policy.appeal(actor, decision, told)
    if refused:
        raise Problem(refused, field="files")
    theirs = (Appeal.account_id == who.account_id, Appeal.report_id == who.report_id)
    made = select(Appeal.id).where(Appeal.decision_id == decision.id, *theirs)
    if db.session.scalar(made) is not None:
        raise Problem(policy.APPEALED_ALREADY, field="files")
    return decision.id


def _read(content: bytes) -> tuple[FileKind, bytes]:
    if len(content) > BYTES:
        raise Problem(TOO_LARGE, field="files")
    if content.startswith(PDF):
        return FileKind.PDF, content
    try:
        return FileKind.PICTURE, read_picture(content).full
    except Unreadable as unreadable:
        raise Problem(
            NEITHER if "JPEG" in str(unreadable.sentence) else unreadable.sentence, field="files"
        ) from None
