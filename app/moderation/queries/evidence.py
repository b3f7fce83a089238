"""Files that go with appeals: for who added them, and for moderators."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.moderation import appeal_links
from app.moderation.appeal_links import Appellant
from app.moderation.models import AppealFile, Decision
from app.moderation.operations.evidence import waiting_of


def appeal_file(actor: Actor, name: str, link: str | None = None) -> AppealFile:
    """By what its address calls it, for who added it, with an account or by the `link` of a letter.

    Moderators see what goes with an appeal. Raises NotFound for everybody else.
    """
    found = select(AppealFile, Decision.ref).join(Decision, Decision.id == AppealFile.decision_id)
    row = db.session.execute(found.where(AppealFile.name == name)).one_or_none()
    if row is None:
        raise NotFound
    file: AppealFile = row.AppealFile
    if not (actor.is_moderator and file.appeal_id is not None):
        who = appeal_links.appellant(actor, row.ref, link)
        if who != Appellant(file.account_id, file.report_id):
            raise NotFound
    return file


def waiting_files(actor: Actor, ref: str, link: str | None = None) -> Sequence[AppealFile]:
    """What `actor`, or whom a letter sent this `link`, has added for an appeal against this decision that is not made yet."""
    mine = waiting_of(appeal_links.appellant(actor, ref, link))
    return db.session.scalars(
        select(AppealFile)
        .join(Decision, Decision.id == AppealFile.decision_id)
        .where(Decision.ref == ref, *mine)
        .order_by(AppealFile.id)
    ).all()


def files_of(appeal_id: int) -> Sequence[AppealFile]:
    """What goes with an appeal, for a page that may show it."""
    rows = select(AppealFile).where(AppealFile.appeal_id == appeal_id).order_by(AppealFile.id)
    return db.session.scalars(rows).all()
