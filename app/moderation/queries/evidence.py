"""Files that go with appeals: for who added them, and for moderators."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.moderation.models import AppealFile, Decision


def appeal_file(actor: Actor, name: str) -> AppealFile:
    """By what its address calls it. Moderators see what goes with an appeal. Raises NotFound for everybody else."""
    row = db.session.scalar(select(AppealFile).where(AppealFile.name == name))
    if row is None or not (
        (actor.signed_in and row.account_id == actor.id) or (actor.is_moderator and row.appeal_id is not None)
    ):
        raise NotFound
    return row


def waiting_files(actor: Actor, ref: str) -> Sequence[AppealFile]:
    """What `actor` has added for an appeal against this decision that is not made yet."""
    mine = (Decision.ref == ref, AppealFile.account_id == actor.id, AppealFile.appeal_id.is_(None))
    return db.session.scalars(
        select(AppealFile)
        .join(Decision, Decision.id == AppealFile.decision_id)
        .where(*mine)
        .order_by(AppealFile.id)
    ).all()


def files_of(appeal_id: int) -> Sequence[AppealFile]:
    """What goes with an appeal, for a page that may show it."""
    rows = select(AppealFile).where(AppealFile.appeal_id == appeal_id).order_by(AppealFile.id)
    return db.session.scalars(rows).all()
