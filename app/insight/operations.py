"""Starting and stopping a trial."""

import secrets
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.insight import policy
from app.insight.statistics import needed
from app.search.models import Trial

LONGEST = timedelta(days=366)

ELSEWHERE = _("Here people are led to the marketplace's own help, and what they file there nobody can count.")
ONE_ALREADY = _("One trial is planned or running. Another can begin when it is over.")
LOOK_FIRST = _("See first how many sessions it takes at this rate, then start it.")


def start_trial(actor: Actor, *, begins_on: date, ends_on: date, share: int, rate: int, seen: int) -> int:
    """Compare, from one day to another (UTC, both included), on `share` percent of the help sessions; the trial's id.

    `seen` is how many sessions an arm needs at `rate` percent filing, as the admin saw it. Raises NotFound for anybody
    but an admin, Problem beside begins_on, ends_on, share or rate.
    """
    if not policy.run(actor):
        raise NotFound
    if not policy.can_count():
        raise Problem(ELSEWHERE)
    if not 1 <= rate <= 99:
        raise Problem(_("A percentage from 1 to 99."), "rate")
    if seen != needed(rate / 100):
        raise Problem(LOOK_FIRST, "rate")
    if not 2 <= share <= 100:
        raise Problem(_("A percentage from 2 to 100: half of it sees the answers closed."), "share")
    if begins_on < now().date():
        raise Problem(_("That day is over. A trial begins today or later."), "begins_on")
    if ends_on < begins_on:
        raise Problem(_("It cannot end before it begins."), "ends_on")
    if ends_on - begins_on > LONGEST:
        raise Problem(_("At most a year: the site is another by then."), "ends_on")
    with transaction() as session:
        last = session.scalar(select(Trial).order_by(Trial.id.desc()).limit(1))
        if last and last.stopped_at is None and last.ends_on >= now().date():
            raise Problem(ONE_ALREADY)
        fresh = insert_ignoring(Trial).values(
            id=last.id + 1 if last else 1,
            started_by_id=actor.id,
            started_at=now(),
            begins_on=begins_on,
            ends_on=ends_on,
            share=share,
            rate=rate,
            needed=seen,
            salt=secrets.token_hex(16),
        )
        trial_id = session.connection().execute(fresh.returning(Trial.id)).scalar()
        if trial_id is None:
            raise Problem(ONE_ALREADY)
        facts = {"begins_on": begins_on.isoformat(), "ends_on": ends_on.isoformat(), "share": share}
        record("start trial", actor_id=actor.id, target="trial", target_id=trial_id, facts=facts)
        return int(trial_id)


def stop_trial(actor: Actor, *, trial_id: int) -> None:
    """End it before its time: from now on everybody sees everything. Sessions that were drawn stay in its result.

    One that is over changes nothing. Raises NotFound for anybody but an admin.
    """
    if not policy.run(actor):
        raise NotFound
    with transaction():
        trial = db.session.get(Trial, trial_id, with_for_update=True)
        if trial is None:
            raise NotFound
        if trial.stopped_at is None and trial.ends_on >= now().date():
            trial.stopped_at = now()
            record("stop trial", actor_id=actor.id, target="trial", target_id=trial_id)
