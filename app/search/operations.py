"""Noting what came of suggestions."""

from app.core.clock import now
from app.core.db import db
from app.search.models import Outcome, SuggestionOutcome


class RecordedOutcomes:
    """`questions.ports.Outcomes`: rows in the open transaction."""

    def solved(self, *, form: str, thread_id: int) -> None:
        db.session.add(SuggestionOutcome(form=form, outcome=Outcome.SOLVED, thread_id=thread_id, at=now()))

    def none_fit(self, *, form: str) -> None:
        db.session.add(SuggestionOutcome(form=form, outcome=Outcome.NONE, at=now()))
