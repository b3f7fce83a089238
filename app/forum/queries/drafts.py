"""What was typed and not posted."""

from typing import Any

from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.forum import policy
from app.forum.models import Draft


def draft(actor: Actor, visitor: str | None, form: str) -> dict[str, Any]:
    """What was typed into `form` and not posted, the latest; empty when nothing was."""
    kept = select(Draft.fields).where(policy.own_drafts(actor, visitor), Draft.form == form)
    return db.session.scalar(kept.order_by(Draft.updated_at.desc()).limit(1)) or {}
