"""Putting a passage of a post away, which a trusted person's flag does by itself."""

from collections.abc import Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.forum import operations as forum
from app.forum.models import Away
from app.forum.operations import Named
from app.moderation.acts.act import Details, Facts
from app.moderation.targets import Subject


def mask(_actor: Actor, subject: Subject, details: Details) -> Facts:
    if subject.post is None:
        raise TypeError("people have no passages")
    done = forum.redact(subject.post.id, details.passages, by_flag=details.flag_id)
    return {"post": subject.post.id, "put_away": written([(each, details.flag_id) for each in done])}


def unmask(_actor: Actor, facts: Facts) -> None:
    """What was brought back meanwhile stays so."""
    forum.unredact(int(facts["post"]), [named for named, _flag in read(facts["put_away"])])


def unfit(_subject: Subject) -> LazyString:
    """Moderators hide or edit."""
    return _("Only the flag of somebody trusted does that, by itself.")


def written(named: Sequence[tuple[Named, int]]) -> list[dict[str, Any]]:
    """What is put away, as facts keep it."""
    return [{"kind": each.kind.value, "passage": each.passage, "flag": flag} for each, flag in named]


def read(rows: Sequence[dict[str, Any]]) -> list[tuple[Named, int]]:
    return [(Named(Away(row["kind"]), row["passage"]), int(row["flag"])) for row in rows]
