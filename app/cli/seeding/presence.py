"""Who was here on which day, and read what: trust and the question whether an answer is still right rest on it."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from app.accounts.actor import ANONYMOUS, Actor
from app.cli.demo import Thread, Town
from app.cli.seeding.register import Moment, Register, chance
from app.core.parts import part
from app.forum.readings import KEPT, Readings

DAYS = 100
"""As far back as trust looks."""

HERE = {"new": 0.9, "member": 0.6}
HERE_OTHERWISE = 0.85
"""How likely somebody is here on a day."""

VISITORS = 3
WEEK_HOURS = 7 * 24
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


class Presence:
    """Notes day by day who reads, as the pages do while they are read."""

    def __init__(self, town: Town, register: Register) -> None:
        self._town = town
        self._register = register
        self._actors: dict[str, Actor] = {}

    def moments(self) -> Iterator[Moment]:
        for days_ago in reversed(range(DAYS)):
            at = self._register.now - timedelta(days=days_ago)
            yield Moment(at, partial(self._day, days_ago))

    def _day(self, days_ago: int) -> None:
        hours_ago = days_ago * 24
        there = [
            thread
            for thread in self._town.threads
            if thread.asked_hours_ago > hours_ago and thread.key in self._register.threads
        ]
        for person in self._town.people:
            likely = HERE.get(person.role, HERE_OTHERWISE)
            if person.joined_days_ago <= days_ago or chance("here", person.name, days_ago) >= likely:
                continue
            # Who they are is enough here; what they may do has no part in it.
            if person.name not in self._actors:
                self._actors[person.name] = self._register.actor(person.name)
            for thread in there:
                if chance("reads", person.name, thread.key, days_ago) < _drawn_to(thread, hours_ago):
                    self._note(self._actors[person.name], thread)
        if timedelta(days=days_ago) < KEPT:
            self._visitors(there, days_ago)

    def _visitors(self, there: list[Thread], days_ago: int) -> None:
        for thread in there:
            for number in range(VISITORS):
                drawn = 3 * _drawn_to(thread, days_ago * 24)
                if chance("visits", number, thread.key, days_ago) < drawn:
                    self._note(ANONYMOUS, thread, address=f"192.0.2.{number}")

    def _note(self, actor: Actor, thread: Thread, *, address: str = "") -> None:
        part(Readings).note(actor, self._register.threads[thread.key], address=address, agent=BROWSER)


def _drawn_to(thread: Thread, hours_ago: float) -> float:
    """How likely somebody opens it on a day: what is new, and now and then what was asked long ago."""
    return 0.5 if thread.asked_hours_ago - hours_ago < WEEK_HOURS else 0.08
