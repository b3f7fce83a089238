"""Forms of the desk whose drafts are kept."""

from collections.abc import Collection

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.desk import policy
from app.desk.models import Ticket
from app.desk.operations import HELP, reply_draft
from app.forum.ports import Place


def places(actor: Actor, forms: Collection[str]) -> dict[str, Place]:
    """`Places` of the help form and of messages to tickets."""
    found: dict[str, Place] = {}
    if HELP in forms:
        words, rest = ("subject", "source", "tried", "order_number"), ("topic", "looked", "thread")
        found[HELP] = Place(_("A message to Support"), url_for("desk.help"), words=words, rest=rest)
    refs = {form.partition(":")[2] for form in forms if form.startswith(("reply:", "note:"))}
    if not refs:
        return found
    for ticket in db.session.scalars(select(Ticket).where(Ticket.ref.in_(refs), policy.visible(actor))):
        works = policy.can_work(actor, ticket)
        page = "desk.work" if works else "desk.ticket"
        title = f"{ticket.ref}: {ticket.subject}"
        url = url_for(page, ref=ticket.ref, _anchor="reply")
        found[reply_draft(ticket.ref)] = Place(_("A message in"), url, title)
        if works:
            url = url_for(page, ref=ticket.ref, _anchor="internal")
            found[reply_draft(ticket.ref, internal=True)] = Place(
                _("An internal note in"), url, title, words=("note",)
            )
    return {form: place for form, place in found.items() if form in forms}
