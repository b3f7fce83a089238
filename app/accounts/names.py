"""What a person may be called: short, readable, and not mistakable for another or for staff."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from confusable_homoglyphs import categories, confusables
from flask_babel import lazy_gettext as _

from app.config import Settings
from app.core.parts import part
from app.core.problems import Problem
from app.core.text import REGION, clean_line, masked

SHORTEST, LONGEST = 3, 20
DISPLAY_LONGEST = 40
RESERVED = (
    "admin",
    "administrator",
    "agent",
    "bartack",
    "everyone",
    "help",
    "helpdesk",
    "mod",
    "moderator",
    "moderators",
    "official",
    "root",
    "security",
    "staff",
    "support",
    "system",
    "team",
)

# Addresses under /people/ that are not somebody's.
PAGES = {"complete"}

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SEPARATORS = re.compile(r"[\s._-]+")
_ANY_SCRIPT = {"COMMON", "INHERITED"}
# Scripts that are written together in one language (Unicode UTS 39, section 5.1, augmented script sets).
_WRITTEN_TOGETHER = ({"HAN", "HIRAGANA", "KATAKANA"}, {"HAN", "HANGUL"}, {"HAN", "BOPOMOFO"})


def brands() -> tuple[str, str]:
    """The names of the site and of its marketplace."""
    settings = part(Settings)
    return settings.site_name, settings.marketplace


def country() -> str:
    """Whose telephone numbers are read without a calling code."""
    return part(Settings).region


def checked(typed: str, brands: Iterable[str], *, staff: bool = False, region: str = REGION) -> str:
    """The name to store, lower-cased. `brands` are the site's and the marketplace's own, kept for `staff`; no name is a
    telephone number as `region` writes them.

    Raises Problem beside `name`. Whether somebody has it already is not looked at here.
    """
    name = typed.strip().lower()
    if not SHORTEST <= len(name) <= LONGEST or not _NAME.fullmatch(name):
        raise Problem(
            _(
                "Choose a name of %(least)s to %(most)s characters: letters a to z, digits, dots, hyphens and"
                " underscores, starting with a letter or digit.",
                least=SHORTEST,
                most=LONGEST,
            ),
            "name",
        )
    _refuse_personal(name, region, "name")
    if name in PAGES:
        raise Problem(_("That name is taken by a page of this site. Choose another one."), "name")
    if not staff and is_reserved(name, brands):
        raise Problem(_("That name would be taken for staff. Choose another one."), "name")
    return name


def checked_display(typed: str, brands: Iterable[str], *, staff: bool = False, region: str = REGION) -> str:
    """A display name in one script, cleaned, without personal data. Raises Problem beside `display_name`."""
    typed = clean_line(typed)
    if not 1 <= len(typed) <= DISPLAY_LONGEST:
        raise Problem(
            _("Choose a display name of at most %(most)s characters.", most=DISPLAY_LONGEST), "display_name"
        )
    if not in_one_script(typed):
        raise Problem(_("Write the display name in one alphabet."), "display_name")
    _refuse_personal(typed, region, "display_name")
    if not staff and is_reserved(typed, brands):
        raise Problem(_("That display name would be taken for staff. Choose another one."), "display_name")
    return typed


def _refuse_personal(typed: str, region: str, field: str) -> None:
    if masked(typed, region) != typed:
        raise Problem(
            _("Everybody reads your name, so leave numbers and addresses that reach you out of it."), field
        )


def in_one_script(name: str) -> bool:
    """Whether all letters belong to one script, or to scripts one language writes together."""
    scripts = categories.unique_aliases(name) - _ANY_SCRIPT
    return len(scripts) <= 1 or any(scripts <= together for together in _WRITTEN_TOGETHER)


def is_reserved(name: str, brands: Iterable[str]) -> bool:
    """Whether the name, or a part of it between separators, looks like staff or like one of `brands`."""
    words = [word.rstrip("0123456789") for word in _SEPARATORS.split(name)]
    looks = {skeleton(word) for word in words} | {skeleton("".join(words)), skeleton(name)}
    return not looks.isdisjoint({skeleton(word) for word in (*RESERVED, *brands)} - {""})


def skeleton(name: str) -> str:
    """What is left of a name for an eye in a hurry: two names with one skeleton are mistaken for each other.

    Unicode UTS 39 confusables (with i, l, 1 as one and o, 0 as one), without case, accents and separators.
    """
    bare = "".join(
        character
        for character in unicodedata.normalize("NFKD", name)
        if unicodedata.category(character) not in {"Mn", "Me", "Cf"}
    )
    looks = _looks()
    seen = "".join(looks.get(character, character) for character in bare).casefold()
    seen = "".join(looks.get(character, character) for character in seen)
    seen = seen.translate(_SAME_IN_A_HURRY).replace("rn", "m").replace("vv", "w")
    return _SEPARATORS.sub("", seen)


_SAME_IN_A_HURRY = str.maketrans("ilo", "110")


@cache
def _looks() -> dict[str, str]:
    """Each confusable character with the one that stands for all that look like it.

    The library lists pairs; a look is a whole connected group of them.
    """
    group: dict[str, str] = {}

    def root(character: str) -> str:
        while group.setdefault(character, character) != character:
            character = group[character]
        return character

    for character, others in confusables.confusables_data.items():
        for other in others:
            one, two = sorted((root(_bare(character)), root(_bare(other["c"]))), key=_plainness)
            group[two] = one
    return {
        character: root(character) for character in group if len(character) == 1 and not character.isspace()
    }


def _bare(entry: str) -> str:
    return entry.replace("\u200e", "")


def _plainness(entry: str) -> tuple[bool, int, str]:
    return (not (entry.isascii() and entry.isalnum()), len(entry), entry)
