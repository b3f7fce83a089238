"""The shape of an act."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import LazyString

from app.accounts.actor import Actor
from app.forum.operations import Named, Words
from app.moderation.targets import Subject, TargetKind
from app.moderation.words import Reason

Facts = Mapping[str, Any]
"""What an act changed, as it was: JSON, enough to take it back."""

POSTS = frozenset({TargetKind.POST, TargetKind.THREAD})
ALL = frozenset(TargetKind)


class Verb(StrEnum):
    KEEP = "keep"
    EDIT = "edit"
    HIDE = "hide"
    RESTORE = "restore"
    REMOVE = "remove"
    LOCK = "lock"
    UNLOCK = "unlock"
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    MOVE = "move"
    RETAG = "retag"
    MERGE = "merge"
    SPLIT = "split"
    DUPLICATE = "duplicate"
    WARN = "warn"
    SILENCE = "silence"
    SUSPEND = "suspend"
    HOLD_POSTS = "hold_posts"
    LIFT = "lift"
    MASK = "mask"
    TAKE_PHOTOS = "take_photos"
    ESCALATE = "escalate"


class Upholds(StrEnum):
    """How an act answers the flags that are open."""

    YES = "yes"
    NO = "no"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Details:
    """What a moderator says with an act. `said` is for those concerned to read, with personal data masked.

    `passages` are what a flag names of a post, and `flag_id` is that flag. `ticket` is what Support got.
    """

    reason: Reason | None = None
    said: str = ""
    until: date | None = None
    space_id: int | None = None
    tags: tuple[str, ...] = ()
    of: int | None = None
    title: str = ""
    words: Words | None = None
    passages: tuple[Named, ...] = ()
    photos: tuple[int, ...] = ()
    flag_id: int = 0
    ticket: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that moderators can do.

    `before_do` and `before_undo` take what has to be locked before any thread is. `do` runs in the open transaction, holding the target's thread, and returns what `undo` needs; it raises Problem for
    what cannot be. `aspect` names what it changes: of two acts on one aspect the later one counts; with None each stands on its own. `needs` are the
    details without which it is not done. `tells` says whether its author hears of it, `settles` whether the target waits
    no longer, `needs_second` whether another moderator has to agree first.
    """

    label: LazyString
    done: LazyString
    effect: LazyString
    do: Callable[[Actor, Subject, Details], Facts]
    undo: Callable[[Actor, Facts], None]
    aspect: str | None
    on: frozenset[TargetKind] = POSTS
    before_do: Callable[[Details], None] = field(default=lambda _details: None)
    before_undo: Callable[[Facts], None] = field(default=lambda _facts: None)
    unfit: Callable[[Subject], LazyString | None] = field(default=lambda _subject: None)
    needs: frozenset[str] = frozenset({"reason"})
    upholds: Upholds = Upholds.YES
    tells: bool = True
    settles: bool = True
    of_person: bool = False
    needs_second: Callable[[Details], bool] = field(default=lambda _details: False)
