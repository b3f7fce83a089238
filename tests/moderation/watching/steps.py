"""What moderators do with watched words, in one line each."""

from typing import Any

from app.moderation.watching.models import Action, Kind
from app.moderation.watching.operations import add_word
from app.moderation.watching.trying import try_out
from tests.questions.steps import token


def watch(
    who: Any,
    pattern: str,
    action: Action = Action.FLAG,
    kind: Kind = Kind.WORDS,
    *,
    rule: int = 1,
    note: str = "",
) -> int:
    """Try it, then save it."""
    what = {"kind": kind, "pattern": pattern, "action": action}
    seal = try_out(who.actor, **what).seal
    return add_word(who.actor, **what, rule=rule, note=note, seal=seal, token=token())
