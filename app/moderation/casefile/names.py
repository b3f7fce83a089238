"""Who is who in a case file: its subject by name, everybody else by a number."""

import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from flask_babel import gettext as _

from app.accounts.models import Account
from app.accounts.queries import Person, ids_named, people
from app.core.text import names_in
from app.forum.masking import public_source
from app.moderation.models import Report

Key = TypeVar("Key", bound=Hashable)

LEAST_NAME = 3
"""Shorter display names would take parts of ordinary words with them."""


class Names:
    """Numbers people in the order in which they come up, moderators apart from those they decide about, and apart from
    both who has no account: those whose reports name one address are one, and so are seconds from outside of one name.

    `hide` takes personal data out of a text as the public reads it, and the names of everybody who has a number and of
    those called by `@name`.
    """

    def __init__(
        self,
        subject: Account,
        texts: Iterable[str],
        others: Iterable[int],
        staff: Iterable[int],
        reports: Sequence[Report],
        outside: Iterable[str],
    ) -> None:
        self._subject = subject
        called = ids_named({name for text in texts for name in names_in(text)})
        self._staff = _numbered(staff, but={subject.id})
        self._people = _numbered([*others, *called.values()], but={subject.id, *self._staff})
        self._reporters = _numbered((_whose(report) for report in reports), but=())
        self._outside = _numbered(filter(None, outside), but=())
        known = people([*self._people, *self._staff])
        labels = {
            name.casefold(): label
            for name, label in [
                *((report.name, self.reporter(report)) for report in reports),
                *((name, _outsider(number)) for name, number in self._outside.items()),
            ]
            if len(name) >= LEAST_NAME
        }
        for account_id, number in self._staff.items():
            labels |= dict.fromkeys(_names_of(known, account_id), _moderator(number))
        for account_id, number in self._people.items():
            labels |= dict.fromkeys(_names_of(known, account_id), _person(number))
        labels |= {name: _person(self._people[who]) for name, who in called.items() if who in self._people}
        for own in (subject.name, subject.display_name.casefold()):
            labels.pop(own, None)
        self._labels = labels
        longest_first = sorted(labels, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first))
        self._names = re.compile(rf"(?<!\w)@?({either})(?!\w)", re.IGNORECASE) if labels else None

    def person(self, account_id: int) -> str:
        """Somebody who flagged, edited or appealed."""
        if account_id == self._subject.id:
            return self._subject.name
        if account_id in self._staff:
            return _moderator(self._staff[account_id])
        return _person(self._people[account_id])

    def moderator(self, account_id: int | None) -> str | None:
        """Somebody who decided; None for a rule."""
        return None if account_id is None else self.person(account_id)

    def reporter(self, report: Report) -> str:
        """Somebody who reported it without an account."""
        return str(_("reporter without an account %(number)s", number=self._reporters[_whose(report)]))

    def second(self, account_id: int | None, outside: str) -> str | None:
        """Somebody who agreed with a decision by two; None of one that needed nobody else."""
        return _outsider(self._outside[outside]) if outside else self.moderator(account_id)

    def hide(self, text: str) -> str:
        shown = public_source(text)
        if self._names is None:
            return shown
        return self._names.sub(lambda met: self._labels.get(met[1].casefold(), met[0]), shown)


def _names_of(known: Mapping[int, Person], account_id: int) -> list[str]:
    person = known.get(account_id)
    names = (person.name, person.display_name) if person else ()
    return [name.casefold() for name in names if len(name) >= LEAST_NAME]


def _numbered(keys: Iterable[Key], but: Collection[Key]) -> dict[Key, int]:
    in_order = dict.fromkeys(key for key in keys if key not in but)
    return {key: number for number, key in enumerate(in_order, start=1)}


def _whose(report: Report) -> str | int:
    """Their address, while it is kept; afterwards nobody can tell who sent which."""
    return report.email or report.id


def _person(number: int) -> str:
    return str(_("person %(number)s", number=number))


def _outsider(number: int) -> str:
    return str(_("second from outside %(number)s", number=number))


def _moderator(number: int) -> str:
    return str(_("moderator %(number)s", number=number))
