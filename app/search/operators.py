"""What operators ask of a thread: `is:solved`, `-tag:returns`, `by:ada`, `before:2026-11`."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.accounts.actor import Actor
from app.accounts.queries import ids_named
from app.core.parts import part
from app.forum.documents import KindsOfDocument
from app.forum.forms import tag_names
from app.forum.queries import tags_meant
from app.search.ports import Query
from app.search.query import Operator, Typed

OFFICIAL, UNSOLVED, UNANSWERED = "official", "unsolved", "unanswered"
PHOTO = "photo"
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_ENDS = ",;!?)"


def states() -> list[str]:
    """The states that threads of any kind can have, each once."""
    return list(dict.fromkeys(state for kind in part(KindsOfDocument)().values() for state in kind.states))


def known() -> dict[str, list[str]]:
    """What may stand after `is:`, `kind:` and `has:`."""
    return {
        "is": [*states(), OFFICIAL, UNSOLVED, UNANSWERED],
        "kind": list(part(KindsOfDocument)()),
        "has": [PHOTO],
    }


def asked(actor: Actor, typed: Typed) -> tuple[Query, list[str]]:
    """The query with what its operators ask, and a sentence for each that asks nothing sensible and is left out.

    Several states, kinds or people are alternatives; several tags must all be there. Dates begin in `actor`'s zone. At
    most two statements, however many operators there are.
    """
    wish = _Wish(
        zone=ZoneInfo(actor.tz),
        people=ids_named([_name(each) for each in typed.operators if each.name == "by"]),
        tags=tags_meant([_tag(each) for each in typed.operators if each.name == "tag"]),
    )
    wrong = [sentence for each in typed.operators if (sentence := _READERS[each.name](wish, each))]
    alternatives = (frozenset(facets) for facets in wish.alternatives.values())
    query = replace(
        typed.query,
        required=(*alternatives, *(frozenset([facet]) for facet in wish.needed)),
        refused=frozenset(wish.refused),
        since=wish.since,
        until=wish.until,
    )
    return query, list(dict.fromkeys(wrong))


@dataclass(slots=True)
class _Wish:
    """What the operators read so far ask for together."""

    zone: ZoneInfo
    people: dict[str, int]
    tags: dict[str, str]
    alternatives: dict[str, set[str]] = field(default_factory=dict)
    needed: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    since: datetime | None = None
    until: datetime | None = None

    def one_of(self, operator: Operator, facet: str, without: bool | None = None) -> None:
        """Another facet that may be the one it has, among those of the same operator."""
        if operator.without if without is None else without:
            self.refused.add(facet)
        else:
            self.alternatives.setdefault(operator.name, set()).add(facet)

    def each(self, operator: Operator, facet: str) -> None:
        """Another facet that it must have."""
        if operator.without:
            self.refused.add(facet)
        else:
            self.needed.append(facet)


def _is(wish: _Wish, operator: Operator) -> str | None:
    value = _plain(operator)
    if value == OFFICIAL:
        wish.each(operator, f"is:{OFFICIAL}")
    elif value == UNSOLVED:
        wish.one_of(operator, "is:solved", without=not operator.without)
    elif value == UNANSWERED:
        wish.one_of(operator, "is:open")
    elif value in states():
        wish.one_of(operator, f"is:{value}")
    else:
        return _unknown(operator)
    return None


def _kind(wish: _Wish, operator: Operator) -> str | None:
    value, kinds = _plain(operator), part(KindsOfDocument)()
    # People say 'questions' of several.
    kind = value if value in kinds else value.removesuffix("s")
    if kind not in kinds:
        return _unknown(operator)
    wish.one_of(operator, f"kind:{kind}")
    return None


def _has(wish: _Wish, operator: Operator) -> str | None:
    if _plain(operator).removesuffix("s") != PHOTO:
        return _unknown(operator)
    wish.each(operator, f"has:{PHOTO}")
    return None


def _tagged(wish: _Wish, operator: Operator) -> str | None:
    meant = wish.tags.get(_tag(operator))
    if meant is None:
        return str(_("There is no tag “%(name)s”, so it is left out of the search.", name=operator.value))
    wish.each(operator, f"tag:{meant}")
    return None


def _by(wish: _Wish, operator: Operator) -> str | None:
    account_id = wish.people.get(_name(operator))
    if account_id is None:
        return str(
            _("Nobody here is called “%(name)s”, so that is left out of the search.", name=operator.value)
        )
    wish.one_of(operator, f"by:{account_id}")
    return None


def _dated(wish: _Wish, operator: Operator) -> str | None:
    moment = _beginning(operator.value.rstrip(_ENDS), wish.zone)
    if moment is None:
        return str(
            _(
                "“%(value)s” is no date, so it is left out of the search. Write a year, month or day: "
                "%(name)s:2026, %(name)s:2026-11 or %(name)s:2026-11-24.",
                name=operator.name,
                value=operator.value,
            )
        )
    if (operator.name == "after") is not operator.without:
        wish.since = max(moment, wish.since or moment)
    else:
        wish.until = min(moment, wish.until or moment)
    return None


_READERS: dict[str, Callable[[_Wish, Operator], str | None]] = {
    "is": _is,
    "kind": _kind,
    "has": _has,
    "tag": _tagged,
    "by": _by,
    "before": _dated,
    "after": _dated,
}


def _beginning(text: str, zone: ZoneInfo) -> datetime | None:
    """The moment a year, month or day begins; None when there is none such."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None
    year, month, day = (int(number or 1) for number in parts.groups())
    try:
        return datetime(year, month, day, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _unknown(operator: Operator) -> str:
    return str(
        _(
            "“%(typed)s” means nothing here, so it is left out of the search. Known: %(known)s.",
            typed=f"{operator.name}:{operator.value}",
            known=", ".join(f"{operator.name}:{value}" for value in known()[operator.name]),
        )
    )


def _plain(operator: Operator) -> str:
    return operator.value.lower().rstrip(_ENDS)


def _name(operator: Operator) -> str:
    return _plain(operator).removeprefix("@")


def _tag(operator: Operator) -> str:
    """As tags are written: “Lost Parcel” is lost-parcel."""
    return "-".join(tag_names(operator.value))
