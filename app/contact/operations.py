"""Saying which channels are real. `actor` is None for an operator at the console."""

from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.audit.operations import record
from app.contact import matching, policy
from app.contact.models import LONGEST_MARKETPLACE, LONGEST_PLACE, Channel, Kind
from app.core.clock import now
from app.core.db import insert_ignoring
from app.core.problems import NotFound, Problem
from app.core.text import clean_line
from app.core.transaction import transaction


def add_channel(
    actor: Actor | None,
    *,
    marketplace: str,
    kind: Kind,
    value: str,
    place: str = "",
    checked_on: date | None = None,
) -> int:
    """Add a channel that was looked at on `checked_on`, today unless it says else; its id.

    One that is there already is as good as looked at again. Raises NotFound for anybody but an admin, Problem beside
    marketplace, value, place or checked_on.
    """
    _require(actor)
    checked_on = checked_on or now().date()
    marketplace, value, place = clean_line(marketplace), clean_line(value), clean_line(place)
    if not 0 < len(marketplace) <= LONGEST_MARKETPLACE:
        raise Problem(_("Write the marketplace's name."), "marketplace")
    matched = matching.key(kind, value)
    if kind is Kind.HANDLE and not place:
        raise Problem(_("Say where that is the name: Instagram, for instance."), "place")
    if len(place) > LONGEST_PLACE:
        raise Problem(_("At most %(max)s characters here.", max=LONGEST_PLACE), "place")
    if checked_on > now().date():
        raise Problem(_("That day has not come yet."), "checked_on")
    with transaction() as session:
        names = {"marketplace": marketplace, "kind": kind, "matched": matched, "place": place}
        session.connection().execute(
            insert_ignoring(Channel).values(value=value, checked_on=checked_on, **names)
        )
        row = session.scalars(select(Channel).filter_by(**names).with_for_update()).one()
        row.value, row.checked_on = value, checked_on
        _record("add channel", actor, row)
        return row.id


def confirm_channel(actor: Actor, *, channel_id: int) -> None:
    """It was looked at again today. Raises NotFound."""
    _require(actor)
    with transaction() as session:
        row = session.get(Channel, channel_id, with_for_update=True)
        if row is None:
            raise NotFound
        row.checked_on = now().date()
        _record("check channel", actor, row)


def remove_channel(actor: Actor, *, channel_id: int) -> None:
    """It is not real, or not any more. Raises NotFound."""
    _require(actor)
    with transaction() as session:
        row = session.get(Channel, channel_id, with_for_update=True)
        if row is None:
            raise NotFound
        _record("remove channel", actor, row)
        session.delete(row)


def _require(actor: Actor | None) -> None:
    if actor is not None and not policy.manage(actor):
        raise NotFound


def _record(verb: str, actor: Actor | None, row: Channel) -> None:
    facts = {"marketplace": row.marketplace, "kind": row.kind.value, "value": row.value, "place": row.place}
    record(verb, actor_id=actor.id if actor else None, target="channel", target_id=row.id, facts=facts)
