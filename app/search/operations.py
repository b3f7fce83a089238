"""Noting what came of suggestions."""

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.search import helping
from app.search.models import HELP, SuggestionEvent, What


class RecordedOutcomes:
    """`questions.ports.Outcomes`: rows in the open transaction; those of `/help` belong to a session, others to nobody."""

    def solved(self, actor: Actor, visitor: str | None, *, form: str, thread_id: int) -> None:
        if form == HELP:
            helping.solved(actor, visitor, thread_id)
        else:
            _note(form, What.SOLVED, thread_id)

    def none_fit(self, actor: Actor, visitor: str | None, *, form: str) -> None:
        if form == HELP:
            helping.refuse(actor, visitor)
        else:
            _note(form, What.REFUSED)


def _note(form: str, what: What, thread_id: int | None = None) -> None:
    db.session.add(SuggestionEvent(form=form, what=what, thread_id=thread_id, day=now().date()))
