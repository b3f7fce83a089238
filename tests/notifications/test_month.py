"""A month of a town through the real operations, over three changes of the clocks: each letter has a reason, none is
doubled, none comes at night, and digests come once a day at their hour.
"""

import random
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import Account
from app.accounts.queries import actor_of
from app.core.clock import frozen, now
from app.core.db import db
from app.core.events import emit
from app.core.parts import put
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.events import Mentioned
from app.forum.models import Follow, Post, Space, Thread, Visibility
from app.jobs import operations as jobs
from app.jobs.models import Job
from app.mail import naming, stopping
from app.mail.ports import Mailer
from app.notifications import mailing, operations, timing
from app.notifications.models import Cadence, Kind, Letter, Notification
from app.notifications.timing import Hours
from app.questions import operations as questions

BEGIN = datetime(2026, 3, 7, tzinfo=UTC)
"""New York puts its clocks forward on 8 March, Europe on 29 March, and Auckland its back on 5 April."""

DAYS = 31
STEP = timedelta(minutes=15)
AWAY = (BEGIN + timedelta(days=12, hours=3), BEGIN + timedelta(days=14, hours=16))
"""The worker stands still meanwhile."""

PEOPLE = 40
ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "UTC")
HOURS = (1, 2, 2, 8, 8, 18)
TOKEN = re.compile(r"\btoken\d+\b")


@dataclass
class Sent:
    """One letter as it left, with what was true at that moment."""

    at: datetime
    to: int
    name: str
    text: str
    letter_id: int
    digest: bool
    notices: frozenset[int]


@dataclass
class Records:
    """A mailer that keeps what it is given."""

    sent: list[Sent] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)
    unseen: list[str] = field(default_factory=list)
    by_name: dict[str, int] = field(default_factory=dict)

    def send(self, message: EmailMessage) -> None:
        address, name = str(message["To"]), str(message["Message-ID"])
        letter = self._letter(address, name)
        body = message.get_body(("plain",))
        told = db.session.execute(
            select(Notification.id).where(
                Notification.letter_id == letter.id, Notification.account_id == letter.account_id
            )
        ).scalars()
        text = str(message["Subject"]) + str(body.get_content() if body else "")
        account_id = self.people[address]
        self.sent.append(
            Sent(now(), account_id, name, text, letter.id, letter.digest_day is not None, frozenset(told))
        )
        for token in set(TOKEN.findall(text)):
            post = db.session.scalars(select(Post).where(Post.source.contains(f"{token} "))).one()
            if post.visibility != Visibility.PUBLIC and post.author_id != account_id:
                self.unseen.append(f"{token} to {address} at {now()}")

    def _letter(self, address: str, name: str) -> Letter:
        rows = db.session.scalars(
            select(Letter).where(Letter.account_id == self.people[address]).order_by(Letter.id.desc())
        )
        return next(
            row for row in rows if naming.message_id(f"letter:{row.id}", address, "localhost") == name
        )


@dataclass
class Life:
    """The town's people and what they do; the same every time."""

    app: Flask
    records: Records
    draw: random.Random = field(default_factory=lambda: random.Random(2026))
    zones: dict[int, str] = field(default_factory=dict)
    hours: dict[int, Hours] = field(default_factory=dict)
    choices: dict[int, dict[Kind, Cadence]] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    follows: set[tuple[int, int]] = field(default_factory=set)
    mutes: dict[tuple[int, int], datetime] = field(default_factory=dict)
    threads: list[int] = field(default_factory=list)
    posts: list[int] = field(default_factory=list)
    written: int = 0
    stopped: tuple[int, datetime, datetime] = (0, BEGIN, BEGIN)

    def settle(self) -> None:
        for number in range(PEOPLE):
            tz = ZONES[number % len(ZONES)]
            name = f"person{number}"
            with transaction() as session:
                account = Account(
                    name=name,
                    display_name=name.capitalize(),
                    skeleton=name,
                    email=f"{name}@example.org",
                    email_confirmed_at=BEGIN,
                    role="member",
                    tz=tz,
                )
                session.add(account)
                session.flush()
                account_id = account.id
            self.records.people[f"{name}@example.org"] = account_id
            self.zones[account_id] = tz
            hour = HOURS[number // len(ZONES) % len(HOURS)]
            quiet = (22, 7) if hour >= 8 else (12, 16) if number % 2 else (0, 0)
            self.hours[account_id] = Hours(hour, self.draw.randrange(7), *quiet)
            chosen = dict(timing.DEFAULTS)
            for kind in (Kind.ANSWER, Kind.REPLY, Kind.MENTION, Kind.FOLLOWED, Kind.ACCEPTED):
                if self.draw.random() < 0.5:
                    chosen[kind] = self.draw.choice(list(Cadence))
            self.choices[account_id] = chosen
            operations.choose(account_id, choices=chosen)
            operations.choose_hours(account_id, hours=self.hours[account_id])

    def act(self) -> None:
        """One thing happens."""
        what = self.draw.choices(
            [
                self.ask,
                self.answer,
                self.reply,
                self.accept,
                self.follow,
                self.mute,
                self.read,
                self.hide,
                self.mention,
            ],
            [3, 14, 14, 3, 8, 1, 3, 2, 4],
        )[0]
        what() if self.threads and self.posts else self.ask()

    def _who(self) -> Any:
        actor = actor_of(self.draw.choice(list(self.zones)))
        assert actor is not None
        return actor

    def _words(self) -> str:
        self.written += 1
        return f"It is token{self.written} that I mean."

    def ask(self) -> None:
        space_id = db.session.scalar(select(Space.id).order_by(Space.id)) or 0
        self.threads.append(
            questions.ask(
                self._who(),
                title=f"Thread number {len(self.threads)}",
                source=self._words(),
                space_id=space_id,
                tags=[],
                token=secrets.token_urlsafe(18),
            )
        )
        if not self.posts:
            self.answer()

    def answer(self) -> None:
        thread_id = self.draw.choice(self.threads[-12:])
        self.posts.append(
            questions.answer(
                self._who(), thread_id=thread_id, source=self._words(), token=secrets.token_urlsafe(18)
            )
        )

    def reply(self) -> None:
        post_id = self._public(self.posts[-20:])
        if post_id:
            self.posts.append(
                questions.reply(
                    self._who(), post_id=post_id, source=self._words(), token=secrets.token_urlsafe(18)
                )
            )

    def accept(self) -> None:
        row = db.session.execute(
            select(Post.id, Thread.author_id)
            .join(Thread)
            .where(Post.id.in_(self.posts[-40:]), Post.visibility == "public", Thread.state == "answered")
            .order_by(Post.id)
        ).first()
        actor = actor_of(row.author_id) if row else None
        if row and actor:
            questions.accept(actor, post_id=row.id, seen=None)

    def follow(self) -> None:
        key = (int(self._who().id), self.draw.choice(self.threads[-12:]))
        if key not in self.follows and key not in self.mutes:
            self.follows.add(key)
            with transaction() as session:
                session.add(Follow(account_id=key[0], thread_id=key[1], muted=False, created_at=now()))

    def mute(self) -> None:
        row = db.session.execute(
            select(Notification.id, Notification.account_id, Notification.thread_id)
            .where(Notification.thread_id.in_(self.threads[-12:]))
            .order_by(Notification.id.desc())
        ).first()
        actor = actor_of(row.account_id) if row else None
        if row and actor:
            self.mutes.setdefault((row.account_id, row.thread_id), now())
            operations.mute(actor, notification_id=row.id, muted=True)

    def read(self) -> None:
        operations.read_all(self._who(), newest=10**6)

    def hide(self) -> None:
        hidden = db.session.scalars(select(Post.id).where(Post.visibility == "hidden")).all()
        post_id = (
            self.draw.choice(hidden)
            if hidden and self.draw.random() < 0.5
            else self._public(self.posts[-10:])
        )
        if post_id:
            with transaction():
                forum.set_visibility(
                    post_id, Visibility.PUBLIC if post_id in hidden else Visibility.HIDDEN, by_id=None
                )

    def mention(self) -> None:
        post_id = self._public(self.posts[-5:])
        if post_id:
            thread_id = db.session.scalar(select(Post.thread_id).where(Post.id == post_id)) or 0
            with transaction():
                emit(Mentioned(post_id, thread_id, int(self._who().id)))

    def _public(self, ids: list[int]) -> int | None:
        found = db.session.scalars(
            select(Post.id).where(Post.id.in_(ids), Post.visibility == "public").order_by(Post.id)
        ).all()
        return self.draw.choice(found) if found else None

    def change_mind(self) -> None:
        """Somebody chooses other hours and paces."""
        account_id = self.draw.choice([person for person in self.zones if person not in self.changed])
        self.changed.add(account_id)
        self.choices[account_id] = dict.fromkeys(Kind, Cadence.DAILY)
        self.hours[account_id] = Hours(18, 0, 22, 7)
        operations.choose(account_id, choices=self.choices[account_id])
        operations.choose_hours(account_id, hours=self.hours[account_id])


def _work() -> None:
    mailing.send_due()
    while due := jobs.due():
        for job_id in due:
            jobs.carry_out(job_id)


def _steps() -> Iterator[datetime]:
    moment = BEGIN
    while moment < BEGIN + timedelta(days=DAYS):
        yield moment
        moment += STEP


@pytest.fixture
def month(app: Flask) -> Life:
    """The month, lived."""
    records = Records()
    put(app, Mailer, records)
    life = Life(app, records)
    with frozen(BEGIN - timedelta(hours=1)):
        life.settle()
    bouncing = next(iter(life.zones))
    life.stopped = (bouncing, BEGIN + timedelta(days=10), BEGIN + timedelta(days=20))
    address = next(address for address, account_id in records.people.items() if account_id == bouncing)
    for moment in _steps():
        # Nights are quiet in Europe, where most things happen; some happen then too.
        busy = 0.8 if 6 <= moment.hour < 22 else 0.2
        for minute in sorted(life.draw.sample(range(15), k=int(busy + life.draw.random()))):
            with frozen(moment - STEP + timedelta(minutes=minute, seconds=life.draw.randrange(60))):
                life.act()
        with frozen(moment):
            if moment == life.stopped[1]:
                stopping.bounced([naming.Name("0" * 20, naming.address_key(address))], for_good=True)
            if moment == life.stopped[2]:
                stopping.start_again(address)
            if moment.hour == 10 and moment.minute == 0 and moment.day % 6 == 0:
                life.change_mind()
            if not AWAY[0] <= moment < AWAY[1]:
                _work()
            if life.draw.random() < 0.01:
                # A worker killed between sending and noting: the letter goes out again, under its name.
                with transaction() as session:
                    last = select(Job.id).where(Job.name == mailing.LETTER).order_by(Job.id.desc()).limit(1)
                    session.execute(
                        update(Job)
                        .where(Job.id.in_(last.scalar_subquery()))
                        .values(done_at=None, due_at=now())
                    )
    return life


def _once(life: Life) -> list[Sent]:
    """What a mailbox holds: letters of one name are one letter."""
    first: dict[str, Sent] = {}
    for letter in life.records.sent:
        first.setdefault(letter.name, letter)
    return list(first.values())


@pytest.mark.slow
def test_a_month_of_letters(month: Life, request: pytest.FixtureRequest) -> None:
    letters = _once(month)
    digests = [letter for letter in letters if letter.digest]
    print(
        f"{month.written} posts, {db.session.query(Notification).count()} notices, {len(letters)} letters,"
        f" {len(digests)} of them digests, {len(month.records.sent) - len(letters)} sent again"
    )
    assert len(letters) > 500
    assert len(digests) > 150
    assert len(month.records.sent) > len(letters)
    _none_doubled(letters)
    _each_has_its_reasons(month, letters)
    _none_at_night(month, letters)
    _one_digest_a_day_at_its_hour(month, digests)
    _nothing_forgotten_or_late(month, letters)
    assert month.records.unseen == []
    who, since, until = month.stopped
    assert [letter for letter in letters if letter.to == who and since <= letter.at < until] == []
    assert [letter for letter in letters if letter.to == who]


def _none_doubled(letters: list[Sent]) -> None:
    seen: dict[int, str] = {}
    for letter in letters:
        assert letter.notices
        for notice in letter.notices:
            assert seen.setdefault(notice, letter.name) == letter.name
    told = [
        token for letter in letters for token in {(letter.to, token) for token in TOKEN.findall(letter.text)}
    ]
    # One post tells a person twice only as two events: that it was written, and that it was accepted or hidden.
    for to, token in set(told):
        post_id = _post_of(token)
        events = db.session.query(Notification).filter_by(account_id=to, post_id=post_id).count()
        assert told.count((to, token)) <= events


def _post_of(token: str) -> int:
    return db.session.scalars(select(Post.id).where(Post.source.contains(f"{token} "))).one()


def _each_has_its_reasons(month: Life, letters: list[Sent]) -> None:
    mailed = {notice for letter in letters for notice in letter.notices}
    rows = db.session.execute(
        select(Notification, Post, Thread)
        .join(Post, Post.id == Notification.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Notification.id.in_(mailed))
    ).all()
    assert len(rows) == len(mailed)
    authors = {post.id: post.author_id for post in db.session.query(Post)}
    for notice, post, thread in rows:
        to = notice.account_id
        reason = {
            Kind.ANSWER: to == thread.author_id,
            Kind.REPLY: to in {thread.author_id, authors[post.parent_id or 0]} if post.parent_id else False,
            Kind.FOLLOWED: (to, thread.id) in month.follows,
            Kind.ACCEPTED: to == post.author_id,
            Kind.YOURS: to == post.author_id,
            Kind.MENTION: True,
        }[Kind(notice.kind)]
        assert reason, (notice.kind, notice.id)
        assert notice.actor_id != to
        muted = month.mutes.get((to, thread.id))
        if muted and notice.kind not in {Kind.MENTION, Kind.YOURS}:
            assert notice.mailed_at <= muted


def _none_at_night(month: Life, letters: list[Sent]) -> None:
    for letter in letters:
        if letter.to not in month.changed:
            local = letter.at.astimezone(ZoneInfo(month.zones[letter.to]))
            assert not month.hours[letter.to].quiet_at(local.hour), letter


def _one_digest_a_day_at_its_hour(month: Life, digests: list[Sent]) -> None:
    days: defaultdict[tuple[int, date], int] = defaultdict(int)
    for letter in digests:
        zone = ZoneInfo(month.zones[letter.to])
        local = letter.at.astimezone(zone)
        days[letter.to, local.date()] += 1
        late = AWAY[1] <= letter.at < AWAY[1] + timedelta(hours=24)
        if letter.to in month.changed or late:
            continue
        # At its hour and in the first step of it; an hour left out that day is its successor.
        hour = month.hours[letter.to].digest_hour
        there = datetime(local.year, local.month, local.day, hour, tzinfo=zone)
        assert timedelta() <= letter.at - there.astimezone(UTC) < STEP, letter
    assert set(days.values()) == {1}
    changes = {
        ("America/New_York", date(2026, 3, 8)),
        ("Europe/London", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Pacific/Auckland", date(2026, 4, 5)),
    }
    assert len({(month.zones[who], day) for who, day in days} & changes) >= 3


def _nothing_forgotten_or_late(month: Life, letters: list[Sent]) -> None:
    """Of people who never changed their mind: what was to come did, in the first step of its time."""
    sent_at = {notice: letter.at for letter in letters for notice in letter.notices}
    end = BEGIN + timedelta(days=DAYS)
    checked = 0
    for notice in db.session.scalars(select(Notification)):
        who = notice.account_id
        if who in month.changed or who == month.stopped[0]:
            continue
        kind = Kind(notice.kind)
        cadence, hours, tz = month.choices[who][kind], month.hours[who], month.zones[who]
        at = sent_at.get(notice.id)
        if cadence is Cadence.OFF:
            assert at is None
            continue
        due = timing.due(notice.created_at, tz, hours, cadence)
        assert due is not None
        if cadence is Cadence.NOW:
            # The worker comes round every STEP only, and quiet hours may have begun meanwhile.
            due = timing.after_quiet(BEGIN - (BEGIN - due) // STEP * STEP, tz, hours)
        if at is not None and cadence is not Cadence.NOW:
            assert at >= due
        if at is not None:
            assert at >= notice.created_at
        near_outage = AWAY[0] - timedelta(days=8) < notice.created_at < AWAY[1] and due >= AWAY[0] - STEP
        excused = (
            notice.read_at is not None
            or (who, notice.thread_id) in month.mutes
            or notice.post_id in _ever_hidden()
            or kind is Kind.ACCEPTED
            or due >= end - STEP
            or near_outage
        )
        if not excused:
            checked += 1
            assert at is not None, (notice.id, kind, cadence, due)
            assert at - due < STEP, (notice.id, kind, cadence, due, at)
    assert checked > 300


def _ever_hidden() -> set[int | None]:
    rows = select(Notification.post_id).where(Notification.what.in_(["hidden", "shown"]))
    return {
        *db.session.scalars(rows),
        *db.session.scalars(select(Post.id).where(Post.visibility == "hidden")),
    }
