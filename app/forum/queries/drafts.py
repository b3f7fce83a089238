"""What was typed and not posted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.parts import part
from app.core.text import excerpt
from app.forum import policy
from app.forum.models import Draft, Photo
from app.forum.ports import Place, Places


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One draft in a list; without `place` its form is not there for the person any more, and `text` is all there is."""

    form: str
    place: Place | None
    text: str
    updated_at: datetime

    @property
    def line(self) -> str:
        return excerpt(self.text)


def draft(actor: Actor, visitor: str | None, form: str) -> dict[str, Any]:
    """What was typed into `form` and not posted, the latest; empty when nothing was."""
    kept = select(Draft.fields).where(policy.own_drafts(actor, visitor), Draft.form == form)
    return db.session.scalar(kept.order_by(Draft.updated_at.desc()).limit(1)) or {}


def draft_and_photos(actor: Actor, visitor: str | None, form: str) -> tuple[dict[str, Any], bool]:
    """`draft`, and whether photos wait with it, in one statement: whoever has none is not asked for them."""
    waiting = exists().where(Photo.account_id == actor.id, Photo.form == form)
    kept = select(Draft.fields, waiting).where(policy.own_drafts(actor, visitor), Draft.form == form)
    row = db.session.execute(kept.order_by(Draft.updated_at.desc()).limit(1)).one_or_none()
    return (row[0] or {}, bool(row[1])) if row else ({}, False)


def drafts_beginning(actor: Actor, visitor: str | None, name: str) -> dict[str, dict[str, Any]]:
    """What was typed into forms whose names begin with `name`, by form, the latest of each."""
    kept = select(Draft.form, Draft.fields).where(
        policy.own_drafts(actor, visitor), Draft.form.startswith(name, autoescape=True)
    )
    return {row.form: row.fields for row in db.session.execute(kept.order_by(Draft.updated_at))}


def drafts(actor: Actor, visitor: str | None) -> Sequence[DraftRow]:
    """Everything a person typed and did not post, the latest first."""
    kept = select(Draft.form, Draft.fields, Draft.updated_at).where(policy.own_drafts(actor, visitor))
    rows = {row.form: row for row in db.session.execute(kept.order_by(Draft.updated_at))}
    latest = sorted(rows.values(), key=lambda row: row.updated_at, reverse=True)
    places = part(Places)(actor, list(rows))
    return [
        DraftRow(row.form, places.get(row.form), _text(row.fields, places.get(row.form)), row.updated_at)
        for row in latest
    ]


def place_of(actor: Actor, form: str) -> Place | None:
    """Where the form of this name stands; None when there is none for `actor`."""
    return part(Places)(actor, [form]).get(form)


def _text(fields: dict[str, Any], place: Place | None) -> str:
    names = place.words if place else fields
    return "\n\n".join(
        value for name in names if isinstance(value := fields.get(name), str) and len(value.strip()) > 1
    )
