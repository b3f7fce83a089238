"""How long questions wait, and which still do."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.web.pages import Page, cut
from app.forum import queries as forum
from app.forum.models import Post, Space, Tag, Thread, ThreadTag, Visibility
from app.forum.policy import visible_threads
from app.forum.queries import ThreadRow
from app.insight.policy import ENOUGH
from app.insight.queries.trials import LATELY
from app.insight.statistics import quantile
from app.questions.models import KIND, Question, State

MOST_SHOWN = 20
PAGE_SIZE = 50


class Until(StrEnum):
    """What a question waits for."""

    ANSWERED = "answered"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the last ninety days, and when it was answered and solved."""

    id: int
    space: str
    asked_at: datetime
    at: dict[Until, datetime | None]

    def wait(self, until: Until) -> tuple[float, bool]:
        """Seconds, and whether it is over."""
        end = self.at[until]
        return ((end or now()) - self.asked_at).total_seconds(), end is not None


@dataclass(frozen=True, slots=True)
class Times:
    """How long the questions of a topic take, in seconds; None where too few are known or most wait still."""

    asked: int
    over: dict[Until, int]
    median: dict[Until, float | None]
    most: dict[Until, float | None]


def asked() -> list[Asked]:
    """Every public question of the last ninety days that was asked here and not asked before: those wait elsewhere.

    Brought along from elsewhere do not count. Solved by a post that nobody sees any more is not solved.
    """
    opening, answer, accepted = aliased(Post), aliased(Post), aliased(Post)
    first = (
        select(func.min(answer.created_at))
        .join(opening, answer.parent_id == opening.id)
        .where(
            opening.thread_id == Thread.id,
            opening.parent_id.is_(None),
            answer.comment.is_(False),
            answer.visibility == Visibility.PUBLIC,
            answer.author_id != Thread.author_id,
        )
        .correlate(Thread)
        .scalar_subquery()
    )
    rows = (
        select(
            Thread.id,
            Space.name,
            Thread.created_at,
            first,
            case((accepted.visibility == Visibility.PUBLIC, Question.accepted_at)),
        )
        .join(Space, Space.id == Thread.space_id)
        .join(Question, Question.thread_id == Thread.id)
        .outerjoin(accepted, accepted.id == Question.accepted_post_id)
        .where(
            Thread.kind == KIND,
            Thread.visibility == Visibility.PUBLIC,
            Thread.source.is_(None),
            Thread.state != State.DUPLICATE,
            Thread.created_at >= now() - LATELY,
        )
        .order_by(Thread.created_at.desc(), Thread.id.desc())
    )
    return [
        Asked(row[0], row[1], row[2], {Until.ANSWERED: row[3], Until.SOLVED: row[4]})
        for row in db.session.execute(rows)
    ]


def times(questions: Sequence[Asked]) -> Times:
    """Median and 90th percentile of both waits; those that wait still count as waiting, not as left out."""
    waits = {until: [question.wait(until) for question in questions] for until in Until}
    enough = len(questions) >= ENOUGH
    return Times(
        asked=len(questions),
        over={until: sum(over for _lasted, over in waits[until]) for until in Until},
        median={until: quantile(waits[until], 0.5) if enough else None for until in Until},
        most={until: quantile(waits[until], 0.9) if enough else None for until in Until},
    )


def by_space(questions: Sequence[Asked]) -> dict[str, Times]:
    """The same by topic, in the alphabet's order."""
    found: defaultdict[str, list[Asked]] = defaultdict(list)
    for question in questions:
        found[question.space].append(question)
    return {space: times(found[space]) for space in sorted(found)}


def waiting_by_tag(actor: Actor) -> list[tuple[str, Counter[State]]]:
    """Tags of questions that need an answer, those with most of them first: how many have none, how many are unsolved."""
    rows = (
        select(Tag.name, Thread.state, func.count())
        .join(ThreadTag, ThreadTag.tag_id == Tag.id)
        .join(Thread, Thread.id == ThreadTag.thread_id)
        .where(_waits(actor))
        .group_by(Tag.name, Thread.state)
    )
    found: defaultdict[str, Counter[State]] = defaultdict(Counter)
    for name, state, number in db.session.execute(rows):
        found[name][State(state)] = number
    return sorted(found.items(), key=lambda each: (-each[1].total(), each[0]))[:MOST_SHOWN]


def waiting(actor: Actor, tag: str, state: State | None, number: int) -> Page[ThreadRow]:
    """The questions with this tag that need an answer, the longest waiting first."""
    tagged = select(ThreadTag.thread_id).join(Tag, Tag.id == ThreadTag.tag_id).where(Tag.name == tag)
    narrowed = [Thread.state == state] if state else []
    order = (Thread.created_at, Thread.id)
    return forum.threads(
        actor, _waits(actor), Thread.id.in_(tagged), *narrowed, order=order, number=number, size=PAGE_SIZE
    )


def asked_rows(space: str | None, until: Until | None, number: int) -> Page[Asked]:
    """The questions behind a time, the latest first; with `until` only those whose wait for it is over."""
    rows = [
        question
        for question in asked()
        if space in {None, question.space} and (until is None or question.at[until] is not None)
    ]
    begin = (number - 1) * PAGE_SIZE
    return cut(rows[begin : begin + PAGE_SIZE + 1], number, PAGE_SIZE)


def _waits(actor: Actor) -> ColumnElement[bool]:
    unsolved = Thread.state.in_([State.OPEN, State.ANSWERED])
    return (
        (Thread.kind == KIND) & unsolved & (Thread.visibility == Visibility.PUBLIC) & visible_threads(actor)
    )
