"""How fast one person may write."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, exists, func, select

from app.accounts.actor import Actor, Role
from app.config import Settings
from app.core.clock import now
from app.core.db import db
from app.core.parts import part
from app.core.problems import TooSoon
from app.forum.models import EditProposal, Post, Revision


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one person may post. Sources: the limits of Discourse and GitLab, see docs/operate.md."""

    apart: timedelta
    apart_new: timedelta
    a_day: int | None
    first_day: int


THREADS = Pace(timedelta(seconds=15), timedelta(seconds=120), a_day=20, first_day=3)
EDITS_A_DAY = 30
REPLIES = Pace(timedelta(seconds=5), timedelta(seconds=30), a_day=None, first_day=10)


def keep_pace(actor: Actor, pace: Pace) -> None:
    """Counted from the rows themselves, inside the transaction. Raises TooSoon with the time to wait."""
    if not part(Settings).limits:
        return
    mine = (
        Post.author_id == actor.id,
        Post.parent_id.is_(None) if pace is THREADS else Post.parent_id.is_not(None),
    )
    day_ago = now() - timedelta(days=1)
    today = select(func.max(Post.created_at), func.count()).where(*mine, Post.created_at > day_ago)
    latest: datetime | None
    latest, in_a_day = db.session.execute(today).one()
    is_new = actor.role is Role.NEW
    apart = pace.apart_new if is_new else pace.apart
    if latest is not None and now() - latest < apart:
        wait = int((apart - (now() - latest)).total_seconds()) + 1
        raise TooSoon(_("That was quick. You can post again in %(seconds)s seconds.", seconds=wait), wait)
    first_day = is_new and not db.session.scalar(select(exists().where(*mine, Post.created_at <= day_ago)))
    most = pace.first_day if first_day else pace.a_day
    if most is not None and in_a_day >= most:
        raise TooSoon(_("That is enough for one day. Please keep this and post it tomorrow."), 3_600)


def keep_edits_few(actor: Actor) -> None:
    """At most EDITS_A_DAY. Raises TooSoon."""
    day_ago = now() - timedelta(days=1)
    _keep_few(select(func.count()).where(Revision.editor_id == actor.id, Revision.replaced_at > day_ago))


def keep_proposals_few(actor: Actor) -> None:
    """At most EDITS_A_DAY suggested changes, whatever became of them. Raises TooSoon."""
    day_ago = now() - timedelta(days=1)
    _keep_few(
        select(func.count()).where(EditProposal.proposer_id == actor.id, EditProposal.created_at > day_ago)
    )


def _keep_few(done_today: Select[int]) -> None:
    if part(Settings).limits and (db.session.scalar(done_today) or 0) >= EDITS_A_DAY:
        raise TooSoon(_("That is enough editing for one day. Please go on tomorrow."), 3_600)
