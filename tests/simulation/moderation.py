"""A town of 2,000 people for 30 days, with spammers, mistaken and hostile flaggers, brigades and a few moderators:
`make simulate-moderation`, into docs/moderation.md.

Everything is done by the rooms' own operations, each at its moment; what people would do is drawn from the numbers below,
which are assumptions and not measured.
"""

import argparse
import heapq
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from flask_migrate import upgrade
from sqlalchemy import func, insert, select

from app.accounts import connections
from app.accounts.actor import Actor, Role
from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum.models import Post, Space, Thread, Visibility
from app.moderation import operations as moderation
from app.moderation import queries
from app.moderation.acts import Details, Verb
from app.moderation.models import Appeal, AppealState, Decision, Review, Told
from app.moderation.operations import Seen
from app.moderation.queries import Sieve
from app.moderation.targets import Target, TargetKind
from app.moderation.words import Reason
from app.questions import operations as questions
from tests.bench.moderation import site
from tests.questions.steps import token

PAGE = Path(__file__).parents[2] / "docs" / "moderation.md"
PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "moderation.svg"
BEGIN, END = "<!-- make simulate-moderation -->", "<!-- end of simulate-moderation -->"

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 30
PEOPLE = 2_000
TRUST = ((0, 0.30), (1, 0.45), (2, 0.18), (3, 0.07))
POSTS_A_DAY = 50
SPAM, ABUSE = 0.08, 0.02
"""Of all posts. Spam has no link here: with one, what somebody new posts waits for a look anyway."""

HONEST_FLAGS, HONEST_HOURS = 6.0, 4.0
"""A bad post is flagged by so many honest people while it can be read (Poisson), each after so many hours (exponential)."""

MISTAKEN_FLAGS, HEATED, HEATED_FLAGS = 0.06, 0.003, 4
"""A good post is flagged by so many who are wrong; and of a few, that are heated, so many established people are wrong."""

MORE_HEATED = 0.01
"""One month more, to see what rests on that."""

HOSTILE_PEOPLE, HOSTILE_FLAGS = 10, 3
"""So many established people flag so many good posts a day each, of whoever they do not like."""

FRESH_BRIGADES, FRESH = (4, 9, 14, 19, 24), 20
HOUSE_BRIGADE, HOUSE = (7, 12, 22), 5
"""Days on which so many accounts flag one good post within an hour: of that day, or established and at one address."""

SHIFTS = {"mona": (8, 19), "milo": (13,), "maya": (21,)}
WORKS = {"mona": range(7), "milo": (0, 2, 4), "maya": (1, 3, 5)}
NOBODY = range(16, 20)
"""Hours at which, weekdays on which, and days of the month on which no moderator works."""

A_SHIFT, MINUTES_EACH = 25, 1.5
WRONG, UNDONE, WRONG_AGAIN = 0.05, 0.02, 0.03
"""Moderators decide wrongly, notice a slip at once, or decide an appeal wrongly."""

APPEALS_RIGHTLY, APPEALS_WRONGLY, REPORTER_APPEALS = 0.6, 0.08, 0.2


@dataclass
class Said:
    """A post, and what the town knows of it and the software does not."""

    id: int
    author: Actor
    bad: Reason | None
    at: datetime
    gone: datetime | None = None
    back: datetime | None = None
    hidden_by_rule: list[datetime] = field(default_factory=list)
    targeted: bool = False


@dataclass
class Found:
    """What came of a month."""

    posts: int = 0
    bad: int = 0
    flags: int = 0
    brigade_flags: int = 0
    brigade_hid: int = 0
    visible_hours: list[float] = field(default_factory=list)
    never_hidden: int = 0
    by_rule: int = 0
    by_rule_bad: int = 0
    restored_hours: list[float] = field(default_factory=list)
    still_hidden: int = 0
    restored_by_time: int = 0
    decisions: int = 0
    undone: int = 0
    appeals: int = 0
    reversed: int = 0
    appeals_waiting: int = 0
    wrong_at_end: int = 0
    queue: list[int] = field(default_factory=list)
    hidden_a_day: list[int] = field(default_factory=list)
    wall: float = 0.0

    @property
    def accuracy(self) -> float:
        """The share of what hid by itself that was bad."""
        return self.by_rule_bad / self.by_rule if self.by_rule else 1.0


class Town:
    """Things to happen, in the order of time."""

    def __init__(self, seed: int, heated: float) -> None:
        self.dice = random.Random(seed)
        self.heated = heated
        self.due: list[tuple[datetime, int, Callable[[], None]]] = []
        self.number = 0
        self.said: dict[int, Said] = {}
        self.found = Found()
        self.at = FIRST
        self.space = db.session.scalars(select(Space.id)).first() or 0
        self.people = self._settle(PEOPLE, "p", FIRST - timedelta(days=200))
        self.established = [actor for actor in self.people if actor.trust >= 1]
        self.hostile = self.established[:HOSTILE_PEOPLE]
        self.house = self.established[HOSTILE_PEOPLE : HOSTILE_PEOPLE + HOUSE]
        away = len(self.hostile) + len(self.house)
        self.honest = [*self.established[away:], *(actor for actor in self.people if actor.trust == 0)]
        self.moderators = {name: self._moderator(name) for name in SHIFTS}
        self.threads: list[int] = []
        self.wronged: set[str] = set()

    def _settle(self, number: int, prefix: str, since: datetime, trust: int | None = None) -> list[Actor]:
        levels, shares = zip(*TRUST, strict=True)
        drawn = self.dice.choices(levels, shares, k=number) if trust is None else [trust] * number
        with transaction() as session:
            session.execute(
                insert(Account),
                [
                    {
                        "name": f"{prefix}{one}",
                        "display_name": f"{prefix}{one}",
                        "role": Role.MEMBER,
                        "trust": level,
                        "tz": "Europe/London",
                        "created_at": since,
                    }
                    for one, level in enumerate(drawn)
                ],
            )
            rows = select(Account.id, Account.trust).where(Account.name.startswith(prefix))
            found = session.execute(rows.order_by(Account.id).where(Account.created_at == since)).all()
        return [Actor(row.id, Role.MEMBER, row.trust, "en", "Europe/London") for row in found]

    def _moderator(self, name: str) -> Actor:
        with transaction() as session:
            account = Account(name=name, display_name=name, role=Role.MODERATOR, trust=3, tz="Europe/London")
            session.add(account)
            session.flush()
            return Actor(account.id, Role.MODERATOR, 3, "en", "Europe/London")

    def later(self, at: datetime, act: Callable[[], None]) -> None:
        self.number += 1
        heapq.heappush(self.due, (at, self.number, act))

    def after(self, hours: float, act: Callable[[], None]) -> None:
        self.later(self.at + timedelta(hours=hours), act)

    def live(self) -> Found:
        """The month."""
        began = time.monotonic()
        self._plan()
        ends = FIRST + timedelta(days=DAYS)
        while self.due and self.due[0][0] < ends:
            self.at, _number, act = heapq.heappop(self.due)
            with clock.frozen(self.at):
                act()
            self.number += 1
        self._look_back(ends)
        self.found.wall = time.monotonic() - began
        return self.found

    def _plan(self) -> None:
        for day in range(DAYS):
            begin = FIRST + timedelta(days=day)
            for _post in range(POSTS_A_DAY):
                self.later(begin + timedelta(hours=24 * self.dice.random()), self._post)
            for actor in self.hostile:
                for _flag in range(HOSTILE_FLAGS):
                    at = begin + timedelta(hours=24 * self.dice.random())
                    self.later(at, partial(self._hostile_flag, actor))
            for hour in range(24):
                self.later(begin + timedelta(hours=hour, minutes=7), self._restore)
            if day in FRESH_BRIGADES:
                self.later(begin + timedelta(hours=15), partial(self._brigade, day, fresh=True))
            if day in HOUSE_BRIGADE:
                self.later(begin + timedelta(hours=16), partial(self._brigade, day, fresh=False))
            for name, hours in SHIFTS.items():
                if begin.weekday() in WORKS[name] and day not in NOBODY:
                    for hour in hours:
                        self.later(begin + timedelta(hours=hour), partial(self._shift, name))
            self.later(begin + timedelta(hours=23, minutes=59), self._count)

    def _post(self) -> None:
        draw = self.dice.random()
        bad = Reason.SPAM if draw < SPAM else Reason.ABUSE if draw < SPAM + ABUSE else None
        author = self.dice.choice(self.people)
        if not self.threads or self.dice.random() < 0.2:
            asked = {"title": f"Where does my parcel go {self.number}", "source": "It is at the depot."}
            thread_id = questions.ask(author, **asked, space_id=self.space, tags=["parcels"], token=token())
            self.threads.append(thread_id)
            opening = select(Post.id).where(Post.thread_id == thread_id, Post.parent_id.is_(None))
            post_id = db.session.scalars(opening).one()
        else:
            thread_id = self.dice.choice(self.threads[-60:])
            try:
                post_id = questions.answer(
                    author, thread_id=thread_id, source=f"Ask the depot {self.number}.", token=token()
                )
            except (Problem, NotFound):
                return
        said = self.said[post_id] = Said(post_id, author, bad, self.at)
        if bad:
            self._draw_flags(said, bad)
        elif self.dice.random() < self.heated:
            for who in self.dice.sample(self.established, HEATED_FLAGS):
                self.after(self.dice.expovariate(1 / 6), partial(self._flag, who, post_id, Reason.OFF_TOPIC))
        else:
            for _flag in range(_poisson(self.dice, MISTAKEN_FLAGS)):
                who = self.dice.choice(self.people)
                self.after(self.dice.expovariate(1 / 12), partial(self._flag, who, post_id, Reason.OTHER))

    def _draw_flags(self, said: Said, reason: Reason) -> None:
        for who in self.dice.sample(self.honest, _poisson(self.dice, HONEST_FLAGS)):
            hours = self.dice.expovariate(1 / HONEST_HOURS)
            self.after(hours, partial(self._flag, who, said.id, reason))

    def _flag(self, who: Actor, post_id: int, reason: Reason) -> bool:
        """Whoever does not see it any more flags nothing."""
        target = Target(TargetKind.POST, post_id)
        try:
            moderation.flag(who, target=target, reason=reason, note="")
        except (Problem, NotFound):
            db.session.rollback()
            return False
        self.found.flags += 1
        self._note_state(post_id)
        return True

    def _hostile_flag(self, who: Actor) -> None:
        if said := self._good_one(hours=48):
            self._flag(who, said.id, self.dice.choice([Reason.SPAM, Reason.ABUSE]))

    def _good_one(self, hours: float) -> Said | None:
        recent = [
            said
            for said in self.said.values()
            if not said.bad and not said.targeted and self.at - said.at < timedelta(hours=hours)
        ]
        return self.dice.choice(recent) if recent else None

    def _brigade(self, day: int, *, fresh: bool) -> None:
        """On a good post that nobody else has flagged, so that it shows what they do alone."""
        flagged = set(db.session.scalars(select(Review.post_id).where(Review.flag_count > 0)))
        quiet = [
            said
            for said in self.said.values()
            if not said.bad and said.id not in flagged and self.at - said.at < timedelta(hours=36)
        ]
        said = self.dice.choice(quiet)
        said.targeted = True
        if fresh:
            people = self._settle(FRESH, f"b{day}x", self.at, trust=0)
        else:
            people = self.house
            with transaction():
                for actor in people:
                    connections.note(int(actor.id or 0), "203.0.113.7")
        for place, who in enumerate(people):
            self.after(place / len(people), partial(self._brigade_flag, who, said))

    def _brigade_flag(self, who: Actor, said: Said) -> None:
        self.found.brigade_flags += self._flag(who, said.id, Reason.SCAM)

    def _restore(self) -> None:
        self.found.restored_by_time += moderation.restore_unlooked()
        if hidden := [said.id for said in self.said.values() if said.gone and not said.back]:
            for post_id in hidden:
                self._note_state(post_id)

    def _note_state(self, post_id: int) -> None:
        """When it went and came back, as others see it."""
        row = db.session.execute(
            select(Post.visibility, Thread.visibility, Post.parent_id)
            .join(Thread, Thread.id == Post.thread_id)
            .where(Post.id == post_id)
        ).one()
        seen = row[1] if row[2] is None else row[0]
        said = self.said[post_id]
        if seen == Visibility.PUBLIC:
            if said.gone and not said.back:
                said.back = self.at
        else:
            said.gone, said.back = (self.at if said.gone is None or said.back else said.gone), None

    def _shift(self, name: str) -> None:
        actor = self.moderators[name]
        moderation.begin_shift(actor)
        for appeal_id in db.session.scalars(
            select(Appeal.id).where(Appeal.state == AppealState.WAITING).order_by(Appeal.id)
        ).all():
            self._decide_appeal(actor, appeal_id)
        rows = queries.queue(actor, Sieve(), 1).rows[:A_SHIFT]
        for place, row in enumerate(rows):
            hours = (place + 1) * MINUTES_EACH / 60
            self.after(hours, partial(self._decide, actor, row.id, row.target.id))
        self.after(A_SHIFT * MINUTES_EACH / 60 + 0.1, partial(moderation.end_shift, actor, note=""))

    def _decide(self, actor: Actor, review_id: int, post_id: int, *, slips: bool = True) -> None:
        said = self.said[post_id]
        right = self.dice.random() >= WRONG
        verb = Verb.HIDE if bool(said.bad) == right else Verb.KEEP
        review = db.session.get_one(Review, review_id, populate_existing=True)
        version = db.session.scalar(select(Post.version).where(Post.id == post_id))
        if review.opened_at is None:
            return
        state = db.session.get_one(Post, post_id, populate_existing=True)
        hidden = state.visibility == Visibility.HIDDEN or (
            state.parent_id is None
            and db.session.get_one(Thread, state.thread_id, populate_existing=True).visibility
            == Visibility.HIDDEN
        )
        if hidden and verb is Verb.HIDE:
            verb = Verb.REMOVE
        try:
            ref = moderation.decide(
                actor,
                review_id=review_id,
                verb=verb,
                details=Details(reason=said.bad or Reason.OFF_TOPIC),
                seen=Seen(review.version, version),
                token=token(),
            )
        except Problem:
            db.session.rollback()
            return
        self._note_state(post_id)
        if slips and self.dice.random() < UNDONE:
            self.after(0.05, partial(self._undo, actor, ref, review_id, post_id))
        else:
            self.after(self.dice.uniform(2, 30), partial(self._appeal, ref, said, verb))

    def _undo(self, actor: Actor, ref: str, review_id: int, post_id: int) -> None:
        moderation.undo(actor, ref=ref)
        self._note_state(post_id)
        self.after(0.05, partial(self._decide, actor, review_id, post_id, slips=False))

    def _appeal(self, ref: str, said: Said, verb: Verb) -> None:
        if verb is Verb.KEEP:
            if not said.bad or self.dice.random() >= REPORTER_APPEALS:
                return
            told = select(Told.account_id).join(Decision, Decision.id == Told.decision_id)
            told = told.where(Decision.ref == ref, Told.side == "reporter").order_by(Told.account_id)
            account_id = db.session.scalars(told).first()
            who = next((actor for actor in self.people if actor.id == account_id), None)
        else:
            who = (
                said.author
                if self.dice.random() < (APPEALS_WRONGLY if said.bad else APPEALS_RIGHTLY)
                else None
            )
        if who is None:
            return
        try:
            moderation.appeal(who, ref=ref, source="Please look again.", token=token())
        except (Problem, NotFound):
            db.session.rollback()

    def _decide_appeal(self, actor: Actor, appeal_id: int) -> None:
        """Whoever it may be: the first moderator in whose shift it waits, and who did not decide it."""
        row = db.session.execute(
            select(Decision.act, Review.post_id)
            .join(Review, Review.id == Decision.review_id)
            .join(Appeal, Appeal.decision_id == Decision.id)
            .where(Appeal.id == appeal_id)
        ).one()
        said = self.said[row.post_id]
        wrong = (row.act == Verb.KEEP) == bool(said.bad)
        reverse = wrong if self.dice.random() >= WRONG_AGAIN else not wrong
        try:
            moderation.decide_appeal(
                actor, appeal_id=appeal_id, reverse=reverse, answer="We looked again.", token=token()
            )
        except (Problem, NotFound):
            db.session.rollback()
            return
        self._note_state(row.post_id)

    def _count(self) -> None:
        waiting = select(func.count()).where(Review.opened_at.is_not(None))
        self.found.queue.append(db.session.scalar(waiting) or 0)
        automated = (
            Decision.automated,
            Decision.act == Verb.HIDE,
            Decision.made_at > self.at - timedelta(days=1),
        )
        self.found.hidden_a_day.append(
            db.session.scalar(select(func.count()).select_from(Decision).where(*automated)) or 0
        )

    def _look_back(self, ends: datetime) -> None:
        found = self.found
        found.posts, found.bad = len(self.said), sum(said.bad is not None for said in self.said.values())
        hidden = db.session.execute(
            select(Review.post_id, Decision.made_at)
            .join(Review, Review.id == Decision.review_id)
            .where(Decision.automated, Decision.act == Verb.HIDE)
        )
        for post_id, made_at in hidden:
            self.said[post_id].hidden_by_rule.append(made_at)
        for said in self.said.values():
            found.by_rule += len(said.hidden_by_rule)
            found.by_rule_bad += len(said.hidden_by_rule) if said.bad else 0
            found.brigade_hid += bool(said.targeted and said.hidden_by_rule)
            if said.hidden_by_rule and not said.bad:
                if said.back:
                    hours = (said.back - said.hidden_by_rule[0]).total_seconds() / 3600
                    found.restored_hours.append(hours)
                else:
                    found.still_hidden += 1
            visible = said.gone is None or said.back is not None
            found.wrong_at_end += visible == bool(said.bad) and self._was_decided(said.id)
            if said.bad is Reason.SPAM:
                until = said.gone or ends
                found.visible_hours.append((until - said.at).total_seconds() / 3600)
                found.never_hidden += said.gone is None
        made = Decision.by_id.is_not(None)
        found.decisions = db.session.scalar(select(func.count()).where(made)) or 0
        found.undone = db.session.scalar(select(func.count()).where(Decision.undone_at.is_not(None))) or 0
        for state, number in db.session.execute(select(Appeal.state, func.count()).group_by(Appeal.state)):
            found.appeals += number
            found.reversed += number if state == AppealState.REVERSED else 0
            found.appeals_waiting += number if state == AppealState.WAITING else 0

    def _was_decided(self, post_id: int) -> bool:
        rows = select(Decision.id).join(Review, Review.id == Decision.review_id)
        rows = rows.where(
            Review.post_id == post_id, Decision.by_id.is_not(None), Decision.undone_at.is_(None)
        )
        return db.session.scalar(rows.limit(1)) is not None


def _poisson(dice: random.Random, mean: float) -> int:
    """By counting exponential waits."""
    number, passed = 0, dice.expovariate(1)
    while passed < mean:
        number, passed = number + 1, passed + dice.expovariate(1)
    return number


def simulate(folder: Path, seed: int, heated: float = HEATED) -> Found:
    """A month on an empty database of its own."""
    with site(folder, f"sqlite:///{folder / 'town.db'}"):
        upgrade()
        return Town(seed, heated).live()


def p90(values: list[float]) -> float:
    return quantiles(values, n=10)[-1] if len(values) > 1 else (values or [0.0])[0]


def table(months: dict[str, Found]) -> str:
    """One column a month."""
    rows: list[tuple[str, Callable[[Found], str]]] = [
        ("posts, of them bad", lambda f: f"{f.posts:,}, {f.bad}"),
        ("flags, of them by brigades", lambda f: f"{f.flags:,}, {f.brigade_flags}"),
        ("posts that brigades hid alone", lambda f: str(f.brigade_hid)),
        (
            "spam could be read for, hours: median / p90",
            lambda f: f"{median(f.visible_hours):.1f} / {p90(f.visible_hours):.1f}",
        ),
        ("spam that could still be read at the end", lambda f: str(f.never_hidden)),
        (
            "hidden by itself, of it bad",
            lambda f: f"{f.by_rule}, {f.by_rule_bad} ({100 * f.accuracy:.1f} %)",
        ),
        (
            "good posts among them shown again: number, hours median / longest",
            lambda f: (
                f"{len(f.restored_hours)}, {median(f.restored_hours):.1f} / {max(f.restored_hours):.1f}"
                if f.restored_hours
                else "0"
            ),
        ),
        ("… still hidden at the end", lambda f: str(f.still_hidden)),
        (
            "shown again after 72 hours because nobody had looked, good or bad",
            lambda f: str(f.restored_by_time),
        ),
        ("decisions by moderators, undone at once", lambda f: f"{f.decisions:,}, {f.undone}"),
        ("appeals, reversed, waiting", lambda f: f"{f.appeals}, {f.reversed}, {f.appeals_waiting}"),
        ("decided, and wrong at the end", lambda f: str(f.wrong_at_end)),
        (
            "waiting at midnight: median / most",
            lambda f: f"{median(f.queue):.0f} / {max(f.queue)}",
        ),
        ("seconds it took", lambda f: f"{f.wall:.0f}"),
    ]
    lines = ["| | " + " | ".join(months) + " |", "|---" * (len(months) + 1) + "|"]
    lines += [
        f"| {name} | " + " | ".join(said(found) for found in months.values()) + " |" for name, said in rows
    ]
    return "\n".join(lines)


WIDTH, HEIGHT, LEFT, BOTTOM = 640, 240, 40, 30


def chart(found: Found) -> str:
    """Queue length by day as a line, what hid by itself as columns; grey is when no moderator worked."""
    most = max(10, *found.queue)
    step = (WIDTH - LEFT - 10) / len(found.queue)
    tall = HEIGHT - BOTTOM - 24

    def x(day: float) -> float:
        return round(LEFT + day * step, 1)

    def y(number: float) -> float:
        return round(24 + tall * (1 - number / most), 1)

    away = f'<rect x="{x(NOBODY.start)}" y="24" width="{step * len(NOBODY):.1f}" height="{tall}" fill="#e7e2d8"/>'
    columns = "".join(
        f'<rect x="{x(day + 0.2)}" y="{y(number)}" width="{step * 0.6:.1f}" height="{round(24 + tall - y(number), 1)}"'
        f' fill="#c9743f"/>'
        for day, number in enumerate(found.hidden_a_day)
    )
    line = " ".join(f"{x(day + 0.5)},{y(number)}" for day, number in enumerate(found.queue))
    scale = "".join(
        f'<text x="{LEFT - 6}" y="{y(number) + 4}" text-anchor="end">{number}</text>'
        f'<path d="M{LEFT} {y(number)}H{WIDTH - 10}" stroke="#bbb" stroke-width="0.5"/>'
        for number in (0, most // 2, most)
    )
    days = "".join(
        f'<text x="{x(day - 0.5)}" y="{HEIGHT - 12}" text-anchor="middle">{day}</text>'
        for day in (1, *range(5, len(found.queue) + 1, 5))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        f' font-size="11" fill="#333" role="img"><title>Waiting at midnight, and hidden by itself, by day</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{away}{scale}{columns}'
        f'<polyline points="{line}" fill="none" stroke="#22577a" stroke-width="2"/>{days}'
        f'<text x="{LEFT}" y="14"><tspan fill="#22577a">waiting at midnight (line)</tspan>, '
        f'<tspan fill="#a3531f">hidden by itself that day (columns)</tspan>, no moderator works (grey)</text></svg>\n'
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seeds", nargs="*", type=int, default=[1])
    parser.add_argument("--write", action="store_true", help="into docs/moderation.md and docs/pictures")
    asked = parser.parse_args()
    wanted = {f"seed {seed}": (seed, HEATED) for seed in asked.seeds}
    wanted[f"seed {asked.seeds[0]}, {MORE_HEATED:.0%} heated"] = (asked.seeds[0], MORE_HEATED)
    months = {}
    for name, (seed, heated) in wanted.items():
        with TemporaryDirectory() as folder:
            months[name] = simulate(Path(folder), seed, heated)
        print(f"{name}: {months[name].wall:.0f} s", file=sys.stderr)
    whole = f"{BEGIN}\n{table(months)}\n{END}"
    print(whole)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END, 1)[1]
        PAGE.write_text(f"{before}{whole}{after}", encoding="utf-8")
        PICTURE.write_text(chart(months[f"seed {asked.seeds[0]}"]), encoding="utf-8")


if __name__ == "__main__":
    main()
