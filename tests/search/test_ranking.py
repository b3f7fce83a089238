"""What the forum knows breaks ties, and never goes against the words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from app.accounts.actor import ANONYMOUS
from app.accounts.models import AccountState
from app.accounts.queries import Person
from app.core.clock import frozen, now
from app.core.parts import part
from app.core.transaction import transaction
from app.forum.documents import Seen
from app.forum.models import Post, Thread, Visibility
from app.forum.queries import ThreadRow
from app.questions.models import Question
from app.questions.ports import Suggest
from app.search.indexing import drain
from app.search.ports import Hit, Ref
from app.search.queries import Order, find
from app.search.ranking import RERANKED, WEIGHTS, folded, reranked

Ask = Callable[..., int]
Change = Callable[..., None]
LONG_AGO = datetime(2016, 11, 20, tzinfo=UTC)
ADA = Person(1, "ada", "Ada", "member", AccountState.ACTIVE)  # type: ignore[arg-type]


def seen(number: int, **known: object) -> Seen:
    row = ThreadRow(number, "question", "open", "Lamp", "Postage", ADA, LONG_AGO, LONG_AGO, 1)
    return replace(Seen(row), **known)  # type: ignore[arg-type]


def hit(number: int, score: float = 10.0) -> Hit:
    return Hit("question", number, score, 1, "", "")


def order(hits: list[Hit], *threads: Seen, words: tuple[str, ...] = ("lamp",)) -> list[int]:
    known = {Ref("question", each.row.id): each for each in threads}
    return [each.id for each in reranked(hits, known, words)]


@pytest.mark.parametrize(
    "better",
    [{"solved": True}, {"official": True}, {"score": 3}, {"tags": ("lamp",)}],
)
def test_each_thing_known_breaks_a_tie(better: dict[str, object]) -> None:
    assert order([hit(1), hit(2)], seen(1), seen(2, **better)) == [2, 1]
    assert order([hit(1), hit(2)], seen(1, stale=True), seen(2)) == [2, 1]


def test_the_fresh_come_before_the_old() -> None:
    fresh = replace(seen(2).row, last_activity_at=now())
    assert order([hit(1), hit(2)], seen(1), Seen(fresh)) == [2, 1]


def test_a_tag_of_several_words_agrees_when_all_are_there() -> None:
    tagged = seen(2, tags=("moth-holes",))
    assert order([hit(1), hit(2)], seen(1), tagged, words=("moth",)) == [1, 2]
    assert order([hit(1), hit(2)], seen(1), tagged, words=("moth", "hole")) == [2, 1]


def test_all_of_it_together_is_a_sixth_of_what_the_words_say() -> None:
    assert sum(map(abs, WEIGHTS.values())) == pytest.approx(1 / 6, abs=0.01)
    best = seen(2, solved=True, official=True, score=10_000, tags=("lamp", "lamps"))
    assert order([hit(1, 11.5), hit(2, 10)], seen(1, stale=True), best) == [2, 1]
    assert order([hit(1, 12), hit(2, 10)], seen(1, stale=True), best) == [1, 2]


def test_only_the_first_change_places() -> None:
    hits = [hit(number) for number in range(1, RERANKED + 3)]
    threads = [seen(number, solved=number >= RERANKED) for number in range(1, RERANKED + 3)]
    assert order(hits, *threads) == [RERANKED, *range(1, RERANKED), RERANKED + 1, RERANKED + 2]


def refs(*numbers: int) -> list[Ref]:
    return [Ref("question", number) for number in numbers]


def test_those_asked_before_are_folded_into_the_better_place() -> None:
    threads = {ref: seen(ref.id) for ref in refs(1, 2, 3, 4)}
    threads |= dict(
        zip(refs(5, 6, 7), (seen(5, instead=3), seen(6, instead=5), seen(7, instead=9)), strict=True)
    )
    assert list(folded(refs(1, 5, 2, 3), threads)) == refs(1, 3, 2)
    assert list(folded(refs(3, 2, 5), threads)) == refs(3, 2)
    assert list(folded(refs(6, 1), threads)) == refs(3, 1)
    # What answers it is not to be seen.
    assert list(folded(refs(7, 1), threads)) == refs(7, 1)
    assert list(folded(refs(5, 1), threads, among=frozenset(refs(5, 1)))) == refs(5, 1)


def test_a_ring_ends() -> None:
    ring = dict(zip(refs(1, 2), (seen(1, instead=2), seen(2, instead=1)), strict=True))
    assert len(folded(refs(1, 2), ring)) <= 2


@pytest.fixture
def pointing(ask: Ask) -> SimpleNamespace:
    """A question that was asked before, in other words."""
    made = SimpleNamespace(earlier=ask("Glass came in pieces", "", "Claim for it.", accepted=0))
    made.later = ask("My lamp is broken")
    with transaction() as session:
        session.execute(
            update(Question).where(Question.thread_id == made.later).values(duplicate_of_id=made.earlier)
        )
        session.execute(update(Thread).where(Thread.id == made.later).values(state="duplicate"))
    drain()
    return made


def test_whoever_finds_the_later_question_is_shown_the_earlier(pointing: SimpleNamespace) -> None:
    found = find(ANONYMOUS, "broken lamp", 1).page.rows
    assert [row.id for row in found] == [pointing.earlier]
    assert found[0].passage_html == "Claim for it."


def test_what_stands_for_another_covers_no_more_than_that(pointing: SimpleNamespace) -> None:
    words = "lamp zeppelin submarine orchid quasar"
    assert [row.id for row in find(ANONYMOUS, words, 1).page.rows] == [pointing.earlier]
    assert find(ANONYMOUS, words, 1).weak
    assert part(Suggest)(ANONYMOUS, title=f"{words} ") == []
    assert [match.thread_id for match in part(Suggest)(ANONYMOUS, title="broken lamp ")] == [pointing.earlier]


def test_an_earlier_question_that_is_hidden_is_shown_to_nobody(
    pointing: SimpleNamespace, change: Change
) -> None:
    change(pointing.earlier, visibility=Visibility.HIDDEN, told=False)
    assert [row.id for row in find(ANONYMOUS, "broken lamp", 1).page.rows] == [pointing.later]


@pytest.mark.parametrize("typed", ["is:duplicate", "lamp is:duplicate", '"lamp is broken"'])
def test_whoever_asks_for_the_later_question_gets_it(pointing: SimpleNamespace, typed: str) -> None:
    assert [row.id for row in find(ANONYMOUS, typed, 1).page.rows] == [pointing.later]


def test_newest_and_most_helpful_are_other_orders_of_the_best(ask: Ask, change: Change) -> None:
    with frozen(now() - timedelta(days=30)):
        helpful = ask("Lamp box", "", "Double box it.")
    with frozen(now() - timedelta(days=20)):
        best = ask("Lamp box for a lamp", "lamp box", "A box for a lamp.", accepted=0)
    newest = ask("A box, a lamp", "Which?", "This.")
    only_one_word = ask("A lamp", "Old.")
    with transaction() as session:
        session.execute(
            update(Post).where(Post.thread_id == helpful, Post.parent_id.is_not(None)).values(up_count=4)
        )
    drain()

    def ids(order: Order) -> list[int]:
        return [row.id for row in find(ANONYMOUS, "lamp box", 1, order).page.rows]

    assert ids(Order.BEST)[-1] == only_one_word
    assert ids(Order.NEWEST)[:3] == [newest, best, helpful]
    assert ids(Order.HELPFUL)[0] == helpful
    assert best in ids(Order.BEST)
