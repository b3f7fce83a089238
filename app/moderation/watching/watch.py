"""`forum.ports.Watch`: watched words asked of what people post. Compiled once a process and version."""

import threading
from dataclasses import dataclass, replace

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.events import emit
from app.core.problems import Problem
from app.core.text import links, plain
from app.forum.ports import Watched
from app.moderation.events import PostWatched
from app.moderation.rules import RULES
from app.moderation.spam.operations import score_later, suspicious
from app.moderation.watching.matching import Matcher
from app.moderation.watching.models import Action, Kind, WatchedVersion, WatchedWord

_KNOWN = "bartack.watched-version"


@dataclass(frozen=True, slots=True)
class Compiled:
    """The words of one version: what masks, what else is done, and for what each stands."""

    version: int
    masks: Matcher
    others: Matcher
    actions: dict[int, Action]
    rules: dict[int, int]


class Words:
    """The words that are on, as last read; a process keeps one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._compiled = Compiled(-1, Matcher([]), Matcher([]), {}, {})

    def passages(self, text: str) -> list[tuple[int, int]]:
        masks = self._current().masks
        joined: list[tuple[int, int]] = []
        for _key, start, end in masks.spans(text):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined

    def look(self, actor: Actor, *, title: str, html: str) -> Watched:
        if actor.is_staff:
            return Watched()
        seen = self.look_at(actor, text=title, field="title") if title else Watched()
        seen |= self.look_at(actor, text=text_of(html), field="source")
        return seen if seen.waits else replace(seen, waits=suspicious(actor, title=title, html=html))

    def look_at(self, actor: Actor, *, text: str, field: str) -> Watched:
        if actor.is_staff:
            return Watched()
        words = self._current()
        met, all_read = words.others.ids(text)
        blocked = sorted(key for key in met if words.actions[key] is Action.BLOCK)
        if blocked:
            raise Problem(against(words.rules[blocked[0]]), field)
        holding = {key for key in met if words.actions[key] is Action.HOLD}
        return Watched(frozenset(met), frozenset(holding), waits=not all_read)

    def fresh(self, actor: Actor, watched: Watched, *, title: str, html: str) -> Watched:
        if watched.waits and suspicious(actor, title=title, html=html):
            watched = replace(watched, waits=False)
        if not watched.word_ids:
            return watched
        others = self._current().others
        before = (others.ids(title)[0] if title else set()) | others.ids(text_of(html))[0]
        return replace(watched, word_ids=watched.word_ids - before, holding=watched.holding - before)

    def note(self, actor: Actor, post_id: int, watched: Watched) -> None:
        for word_id in sorted(watched.word_ids):
            emit(PostWatched(post_id, word_id))
        score_later(actor, post_id=post_id)

    def _current(self) -> Compiled:
        version = _version()
        compiled = self._compiled
        if compiled.version == version:
            return compiled
        # Others go on with what they have meanwhile; whoever comes here needs what is new.
        with self._lock:
            if self._compiled.version != version:
                self._compiled = _compile(version)
            return self._compiled


def text_of(html: str) -> str:
    """What words are looked for in: what a reader sees of rendered `html`, and where its links lead."""
    return "\n".join([plain(html), *links(html)])


def against(number: int) -> LazyString:
    """What whoever wrote something that may not be posted reads. It names the rule, never the word."""
    rule = next(rule for rule in RULES if rule.number == number)
    return _(
        "This cannot be posted: it goes against rule %(number)s, “%(title)s”. Change it, then post it.",
        number=number,
        title=rule.title,
    )


def _version() -> int:
    """Asked once a transaction of the database: within one, what is read does not change."""
    session = db.session()
    reading = session.get_transaction()
    known = session.info.get(_KNOWN)
    if known is not None and known[0] is reading and reading is not None:
        return int(known[1])
    version = session.scalar(select(WatchedVersion.version)) or 0
    session.info[_KNOWN] = (session.get_transaction(), version)
    return version


def _compile(version: int) -> Compiled:
    rows = db.session.execute(
        select(WatchedWord.id, WatchedWord.kind, WatchedWord.pattern, WatchedWord.action, WatchedWord.rule)
        .where(WatchedWord.active, WatchedWord.deleted_at.is_(None))
        .order_by(WatchedWord.id)
    ).all()
    masks, others = (
        Matcher(
            (row.id, Kind(row.kind), row.pattern) for row in rows if (row.action == Action.MASK) is masking
        )
        for masking in (True, False)
    )
    actions = {row.id: Action(row.action) for row in rows}
    return Compiled(version, masks, others, actions, {row.id: row.rule for row in rows})
