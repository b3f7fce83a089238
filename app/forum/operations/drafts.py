"""Keeping what was typed and not posted."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.text import CHARACTERS
from app.core.transaction import transaction
from app.forum import policy
from app.forum.masking import without_cards
from app.forum.models import Draft

MOST_KEPT = 2 * CHARACTERS
VISITOR_DRAFTS_KEPT = timedelta(days=30)


def keep_draft(actor: Actor, visitor: str | None, form: str, fields: Mapping[str, Any]) -> None:
    """Keep what was typed into `form`, at most MOST_KEPT characters a field, in the place of what was kept before.

    The numbers of cards are masked: they are kept nowhere, whatever the form.
    """
    cut = {
        name: without_cards(value[:MOST_KEPT]) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    typed = {"fields": cut, "updated_at": now()}
    owner = {"account_id": actor.id, "visitor": None if actor.signed_in else visitor}
    kept = update(Draft).where(policy.own_drafts(actor, visitor), Draft.form == form).values(typed)
    with transaction() as session:
        # A double click: the second waits for the first, then writes over it.
        session.connection().execute(insert_ignoring(Draft).values(form=form, **owner, **typed))
        session.connection().execute(kept)


def sweep_drafts() -> None:
    """Forget what visitors typed and left for VISITOR_DRAFTS_KEPT."""
    with transaction() as session:
        session.execute(
            delete(Draft).where(Draft.account_id.is_(None), Draft.updated_at < now() - VISITOR_DRAFTS_KEPT)
        )


def discard_draft(actor: Actor, visitor: str | None, form: str) -> None:
    """Forget what was typed into `form`, in the open transaction."""
    db.session.execute(delete(Draft).where(policy.own_drafts(actor, visitor), Draft.form == form))
