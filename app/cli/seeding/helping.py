"""Who looked for help before they filed, or instead; a trial that is over; what was looked for and not found."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from app.accounts.actor import ANONYMOUS, Actor
from app.cli.demo import Ticket, Town
from app.cli.seeding.register import Moment, Register, chance
from app.core.parts import part
from app.core.transaction import transaction
from app.insight import operations as insight
from app.insight.statistics import needed
from app.search import helping
from app.search.misses import Misses

DAYS = 60
# So many that chance leaves neither arm of the trial with too few to show a difference (fewer than 20: one in a million).
A_DAY = 3
SHOWN = 3
TRIAL_BEGAN, TRIAL_LASTED = timedelta(days=50), timedelta(days=27)
RATE = 30
BEFORE = timedelta(minutes=4)

MISSED = {
    "zeppelin hire": 1,
    "parcel locker opening times": 5,
    "vat on a second-hand sofa": 3,
    "send a sewing machine abroad": 2,
}
"""Words, and on how many days somebody looked for them."""


class Helping:
    """What the town's people and its visitors did on `/help`."""

    def __init__(self, town: Town, register: Register) -> None:
        self._town = town
        self._register = register

    def moments(self) -> Iterator[Moment]:
        yield Moment(self._register.now - TRIAL_BEGAN, self._begin_trial)
        for days_ago in range(1, DAYS):
            for number in range(A_DAY):
                at = self._register.ago(24 * days_ago + 9 * chance("hour", days_ago, number))
                yield Moment(at, partial(self._visit, f"demo visitor {days_ago} {number}"))
        for ticket in self._town.tickets:
            if not ticket.escalated:
                yield Moment(
                    self._register.ago(ticket.opened_hours_ago) - BEFORE, partial(self._go_past, ticket)
                )
        for words, days in MISSED.items():
            for days_ago in range(1, days + 1):
                yield Moment(self._register.ago(24 * days_ago), partial(self._miss, words))

    def _begin_trial(self) -> None:
        admin = next(person.name for person in self._town.people if person.role == "admin")
        begins_on = (self._register.now - TRIAL_BEGAN).date()
        dates = {"begins_on": begins_on, "ends_on": begins_on + TRIAL_LASTED}
        insight.start_trial(
            self._register.actor(admin), **dates, share=100, rate=RATE, seen=needed(RATE / 100)
        )

    def _visit(self, key: str) -> None:
        folded, shown = self._look(ANONYMOUS, key)
        if not shown or (folded and chance("unfolds", key) < 0.6):
            return
        if chance("opens", key) < 0.5:
            helping.open_thread(ANONYMOUS, key, thread_id=shown[0])
        if chance("solves", key) < 0.3:
            with transaction():
                helping.solved(ANONYMOUS, key, shown[0])

    def _go_past(self, ticket: Ticket) -> None:
        actor = self._register.actor(ticket.requester)
        if self._look(actor, f"{ticket.requester} {ticket.subject}")[1]:
            with transaction():
                helping.refuse(actor, None)

    def _look(self, actor: Actor, key: str) -> tuple[bool, list[int]]:
        """Whether the answers stood closed, and which they were."""
        there = sorted(self._register.threads.values(), key=lambda thread_id: chance(key, thread_id))
        shown = there[:SHOWN]
        return helping.show(actor, key, thread_ids=shown, urgent=False), shown

    def _miss(self, words: str) -> None:
        part(Misses).note(words)
        part(Misses).write()
