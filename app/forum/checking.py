"""The 'check this' step: before something is posted, its writer sees what others will not, and what to do first.

An operation asks with `check`; a form that derives from `CheckedForm` shows the answer above itself once. What was shown
comes back with the button, so that only what is new is shown again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from app.core.problems import Problem
from app.core.text import Found, Kind, plain
from app.core.web.forms import Form
from app.forum.masking import found_in
from app.forum.signs import Sign, signs_in

if TYPE_CHECKING:
    from app.forum.operations.writing import Words

MOST_SHOWN = 12
_KEY_CHARACTERS = 16

NAMES: dict[Kind, LazyString] = {
    Kind.PHONE: _("A phone number"),
    Kind.EMAIL: _("An e-mail address"),
    Kind.IBAN: _("A bank account"),
    Kind.CARD: _("A card number"),
    Kind.CODE: _("The code of a card"),
    Kind.PARCEL: _("A parcel number"),
    Kind.ADDRESS: _("An address"),
    Kind.WORD: _("Words that are not shown here"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that was found: `name` says what it is, `in_title` where."""

    name: LazyString
    written: str
    masked: str
    in_title: bool


class CheckThis(Problem):
    """Nothing is posted yet: its writer has not seen what is in it. `digest` says that they have."""

    def __init__(self, things: list[Shown], signs: tuple[Sign, ...], digest: str) -> None:
        super().__init__(_("Look at what is in your text, then post it."))
        self.things = things[:MOST_SHOWN]
        self.more = len(things) - len(self.things)
        self.signs = signs
        self.digest = digest


class CheckedForm(Form):
    """A form whose text is for everybody to read; `checked` comes of the button under what was found."""

    checked = HiddenField()
    check: CheckThis | None = None

    def refuse(self, problem: Problem) -> None:
        if isinstance(problem, CheckThis):
            self.check = problem
        else:
            super().refuse(problem)

    @property
    def seen(self) -> str:
        """What the writer was shown before, for `check`."""
        return str(self.checked.data or "")


def check(seen: str | None, *, words: "Words", title: str | None = None) -> None:
    """Raise CheckThis when there is personal data or a sign of a scam in it that its writer was not shown.

    `seen` is the digest they were shown before, empty for none; None asks nothing, for what no form sends.
    """
    if seen is None:
        return
    in_title = found_in(title) if title else []
    things = [*_shown(in_title, in_title=True), *_shown(words.found, in_title=False)]
    signs = signs_in(f"{title or ''}\n{plain(words.unmasked_html or words.html)}")
    keys = [_key(found.kind, found.written) for found in (*in_title, *words.found)]
    keys += [_key("sign", sign.key) for sign in signs]
    if set(keys) - set(seen.split(".")):
        raise CheckThis(things, signs, ".".join(dict.fromkeys(keys)))


def _shown(found: Iterable[Found], *, in_title: bool) -> list[Shown]:
    return [Shown(NAMES[each.kind], each.written, each.masked, in_title) for each in found]


def _key(kind: str, written: str) -> str:
    return hashlib.sha256(f"{kind}\n{written}".encode()).hexdigest()[:_KEY_CHARACTERS]
