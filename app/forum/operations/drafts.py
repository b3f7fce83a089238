"""Keeping what was typed and not posted."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update

from app.accounts.actor import Actor
from app.core import once
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.text import CHARACTERS
from app.core.transaction import transaction
from app.forum import policy
from app.forum.masking import without_cards
from app.forum.models import Draft
from app.forum.operations.photos import release_photos, waiting_photos

MOST_KEPT = 2 * CHARACTERS
MOST_DRAFTS = 100
VISITOR_DRAFTS_KEPT = timedelta(days=30)
DRAFTS_KEPT = timedelta(days=180)
_TYPING = "typing"


def keep_draft(actor: Actor, visitor: str | None, form: str, fields: Mapping[str, Any]) -> None:
    """Keep what was typed into `form`, at most MOST_KEPT characters a field, in the place of what was kept before.

    Of one person at most MOST_DRAFTS stay, the latest.
    """
    with transaction():
        _keep(actor, visitor, form, fields)
        _keep_few(actor, visitor)


def keep_typing(
    actor: Actor, visitor: str | None, form: str, fields: Mapping[str, Any], *, words: bool, token: str
) -> bool:
    """As `keep_draft`, while somebody types in the form of `token`; whether it was kept.

    Nothing is once that form was posted or begun anew, however late this arrives. Without `words` there is nothing to
    keep any more.
    """
    with transaction():
        if not once.is_open(token, _TYPING):
            return False
        if words or waiting_photos(actor, form):
            _keep(actor, visitor, form, fields)
            _keep_few(actor, visitor)
        else:
            discard_draft(actor, visitor, form)
        return True


def throw_away(actor: Actor, visitor: str | None, form: str, token: str | None = None) -> None:
    """Forget what was typed into `form`; what is still on its way from the form of `token` comes too late."""
    with transaction():
        discard_draft(actor, visitor, form, token)
        release_photos(actor, form)


def settle_form(actor: Actor, visitor: str | None, form: str, *, token: str, verb: str, result: int) -> None:
    """Note what came of the `form` of `token`, sent to do `verb`, and forget what was typed into it.

    In the open transaction. Nothing typed in it is kept later either: what was on its way is dropped.
    """
    # Before the draft goes: whoever keeps what is typed takes both in this order.
    once.settle(token, actor.using(verb), result, closing=_TYPING)
    discard_draft(actor, visitor, form)


def discard_draft(actor: Actor, visitor: str | None, form: str, token: str | None = None) -> None:
    """Forget what was typed into `form`, in the open transaction.

    With `token`, which is that of the form, nothing typed in it is kept later either: what was on its way is dropped.
    """
    if token:
        once.close(token, _TYPING)
    db.session.execute(delete(Draft).where(policy.own_drafts(actor, visitor), Draft.form == form))


def discard_empty_draft(actor: Actor, form: str, *, words: Collection[str]) -> None:
    """Forget the draft of a form in which no photo waits and nothing stands in any of the fields `words`."""
    with transaction() as session:
        own = (policy.own_drafts(actor, None), Draft.form == form)
        fields = session.scalar(select(Draft.fields).where(*own).with_for_update())
        if fields is None or waiting_photos(actor, form):
            return
        if not any(str(fields.get(name) or "").strip() for name in words):
            session.execute(delete(Draft).where(*own))


def adopt_drafts(account_id: int, visitor: str) -> None:
    """Make a visitor's drafts those of the person they turned out to be, in the open transaction; the newer wins."""
    session = db.session()
    rows = session.execute(
        select(Draft.id, Draft.form)
        .where(or_(Draft.account_id == account_id, Draft.visitor == visitor))
        .order_by(Draft.updated_at, Draft.id)
    ).all()
    newest = {row.form: row.id for row in rows}
    older = [row.id for row in rows if newest[row.form] != row.id]
    session.execute(delete(Draft).where(Draft.id.in_(older)))
    session.execute(
        update(Draft)
        .where(Draft.visitor == visitor, Draft.id.in_(newest.values()))
        .values(account_id=account_id, visitor=None)
    )


def sweep_drafts() -> None:
    """Forget what visitors typed and left for VISITOR_DRAFTS_KEPT, members for DRAFTS_KEPT."""
    left = or_(
        and_(Draft.account_id.is_(None), Draft.updated_at < now() - VISITOR_DRAFTS_KEPT),
        Draft.updated_at < now() - DRAFTS_KEPT,
    )
    with transaction() as session:
        session.execute(delete(Draft).where(left))


def _keep(actor: Actor, visitor: str | None, form: str, fields: Mapping[str, Any]) -> None:
    # The numbers of cards are kept nowhere, whatever the form.
    cut = {
        name: without_cards(value[:MOST_KEPT]) if isinstance(value, str) else value
        for name, value in fields.items()
    }
    typed = {"fields": cut, "updated_at": now()}
    owner = {"account_id": actor.id, "visitor": None if actor.signed_in else visitor}
    connection = db.session().connection()
    # A double click: the second waits for the first, then writes over it.
    connection.execute(insert_ignoring(Draft).values(form=form, **owner, **typed))
    connection.execute(
        update(Draft).where(policy.own_drafts(actor, visitor), Draft.form == form).values(typed)
    )


def _keep_few(actor: Actor, visitor: str | None) -> None:
    mine = select(Draft.id).where(policy.own_drafts(actor, visitor))
    many = mine.order_by(Draft.updated_at.desc(), Draft.id.desc()).offset(MOST_DRAFTS).limit(MOST_DRAFTS)
    if ids := db.session.scalars(many).all():
        db.session.execute(delete(Draft).where(Draft.id.in_(ids)))
