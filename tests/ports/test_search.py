"""The search port: what every index must do, whatever stands behind it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.db import db
from app.core.transaction import transaction
from app.forum.documents import Document
from app.search.ports import Busy, Entry, Index, Query, Ref, Unavailable
from app.search.postgres_index import PostgresIndex
from app.search.query import for_draft, parse, plain
from app.search.whoosh_index import WhooshIndex
from app.wiring import create_app
from tests.conftest import _settings
from tests.search.hostile import HOSTILE

ADAPTERS = {"whoosh": WhooshIndex, "postgresql": PostgresIndex}
AT = datetime(2026, 11, 20, 9, 12, tzinfo=UTC)


def entry(
    thread_id: int,
    title: str = "",
    body: str = "",
    answer: str = "",
    replies: str = "",
    version: int = 1,
    **more: object,
) -> Entry:
    document = Document("question", thread_id, title, body, answer, replies, "answered", ("postage",), AT)
    return Entry(replace(document, **more), version)


def ref(thread_id: int) -> Ref:
    return Ref("question", thread_id)


TOWN = [
    entry(
        1,
        "Parcel shows delivered but the buyer has nothing",
        "Tracked 48, signed for.",
        "Ask for the GPS scan.",
    ),
    entry(
        2,
        "Buyer wants to return a coat that does not fit",
        "It is an XL.",
        "Sizes were in the listing: no return.",
    ),
    entry(
        3,
        "Payout is late",
        "Bank says nothing arrived.",
        "Payouts take five days.",
        "Mine took six. Café money!",
    ),
    entry(4, "How to pack a lamp", "", "Double box it, and photograph the parcel."),
]


@pytest.fixture(scope="module")
def _on_postgresql(_postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for all: nothing here needs more of it than its database."""
    app = create_app(_settings(tmp_path_factory.mktemp("search"), _postgres_url))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(params=sorted(ADAPTERS))
def within(request: pytest.FixtureRequest) -> Iterator[Callable[[], AbstractContextManager[object]]]:
    """What has to be entered where the index is used; here it is."""
    if ADAPTERS[request.param] is WhooshIndex:
        yield nullcontext
        return
    app = request.getfixturevalue("_on_postgresql")
    with app.app_context():
        with transaction() as session:
            for table in ("search_index", "search_document", "search_term"):
                session.execute(text(f"DELETE FROM {table}"))
        yield app.app_context
        db.session.remove()


@pytest.fixture
def make(
    request: pytest.FixtureRequest, within: Callable[[], object], tmp_path: Path
) -> Iterator[type[Index]]:
    """Opens the same index anew, as another process would."""
    adapter = ADAPTERS[request.node.callspec.params["within"]]
    made = []

    def open_it() -> Index:
        made.append(WhooshIndex(tmp_path / "index") if adapter is WhooshIndex else PostgresIndex())
        return made[-1]

    yield open_it  # type: ignore[misc]
    for index in made:
        index.close()


@pytest.fixture
def index(make: type[Index]) -> Index:
    made = make()
    made.rebuild(TOWN, 10)
    return made


def ids(index: Index, query: Query | str, limit: int = 20) -> list[int]:
    return [hit.id for hit in index.search(plain(query) if isinstance(query, str) else query, limit)]


def test_any_word_is_enough_and_more_of_them_come_first(index: Index) -> None:
    assert ids(index, "return of a coat, submarine") == [2]
    assert ids(index, "parcel with nothing in it, the buyer says")[0] == 1


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("parcels", {1, 4}),
        ("PACKING", {4}),
        ("xl", {2}),
        ("cafe", {3}),
        ("CAFÉ", {3}),
        ("five", {3}),
        ("six", {3}),
        ("gps", {1}),
        ("the is how", set()),
        ("submarine", set()),
        ("", set()),
        ("lam", set()),
    ],
)
def test_words_are_found_by_their_stems_in_every_text(index: Index, words: str, found: set[int]) -> None:
    assert set(ids(index, words)) == found


def test_a_title_says_more_than_an_answer_and_an_answer_more_than_the_question(make: type[Index]) -> None:
    index = make()
    index.rebuild(
        [entry(1, body="lamp"), entry(2, answer="lamp"), entry(3, "lamp"), entry(4, "coat", "coat", "coat")],
        0,
    )
    assert ids(index, "lamp") == [3, 2, 1]


def test_rare_words_say_more_than_common_ones(make: type[Index]) -> None:
    index = make()
    index.rebuild(
        [
            entry(1, "parcel lamp"),
            entry(2, "parcel coat"),
            *(entry(number, "parcel shoe") for number in range(3, 9)),
        ],
        0,
    )
    assert ids(index, "parcel coat")[0] == 2


def test_equals_come_in_the_order_they_were_asked_in(make: type[Index]) -> None:
    index = make()
    index.rebuild([entry(number, "coat") for number in range(1, 6)], 0)
    assert ids(index, "coat", limit=3) == [1, 2, 3]


def test_hits_carry_kind_version_and_texts(make: type[Index]) -> None:
    index = make()
    index.rebuild([entry(7, "Lamp", "It broke.", "Double box.", version=3)], 0)
    hit = index.search(plain("lamp"), 1)[0]
    assert (hit.ref, hit.version, hit.body, hit.answer) == (ref(7), 3, "It broke.", "Double box.")
    assert hit.score > 0


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ('"buyer wants"', {2}),
        ('"wants buyer"', set()),
        ('"buyer return"', set()),
        ('"payouts take five days"', {3}),
        ('"five days mine"', {3}),
        ('"nothing payout"', set()),
        ('parcel "double box"', {4}),
        ("buyer -coat", {1}),
        ('parcel -"double box"', {1}),
        ("parcel -parcel", set()),
        ("-coat", set()),
    ],
)
def test_phrases_and_excluded_words_are_filters(index: Index, typed: str, found: set[int]) -> None:
    assert set(ids(index, parse(typed))) == found


def test_a_phrase_stands_in_one_text(make: type[Index]) -> None:
    index = make()
    index.rebuild([entry(1, "double", "box"), entry(2, "a double box"), entry(3, "box double box double")], 0)
    assert set(ids(index, parse('"double box"'))) == {2, 3}
    assert ids(index, parse('"box double box"')) == [3]


def test_the_draft_says_what_the_title_leaves_open(index: Index) -> None:
    assert ids(index, for_draft("The buyer writes ", "")) == [1, 2]
    assert ids(index, for_draft("The buyer writes ", "about the sizes: the XL does not fit")) == [2, 1]
    assert ids(index, for_draft("", "lamp")) == []


def test_a_draft_weighs_less_than_the_title(index: Index) -> None:
    assert ids(index, for_draft("coat ", "lamp"))[:2] == [2, 4]


@pytest.mark.parametrize("typed", ["pac", "pack", "a parc", "parcel", "l", "deliv", "delivered", "xl"])
def test_an_unfinished_word_finds_what_it_may_become(index: Index, typed: str) -> None:
    expected = {"pac": 4, "pack": 4, "a parc": 1, "parcel": 1, "l": 4, "deliv": 1, "delivered": 1, "xl": 2}
    assert expected[typed] in ids(index, for_draft(typed, ""))


def test_a_finished_word_is_not_completed(index: Index) -> None:
    assert ids(index, for_draft("parc ", "")) == []
    assert ids(index, for_draft("parc?", "")) == []


def test_completions_are_the_commonest_words_of_titles(make: type[Index]) -> None:
    index = make()
    titles = ["parcel", "parcels", "parcel party", "parka", "Party", "party", "coat"]
    index.rebuild([entry(number, title, "parsnip") for number, title in enumerate(titles, 1)], 0)
    assert index.complete("par") == ["party", "parcel", "parcels", "parka"]
    assert index.complete("par", 2) == ["party", "parcel"]
    assert index.complete("zz") == []


def test_of_an_unfinished_word_only_its_best_completion_counts(make: type[Index]) -> None:
    index = make()
    index.rebuild([entry(1, "part party parka"), entry(2, "part lamp"), entry(3, "coat")], 0)
    assert ids(index, for_draft("lamp par", ""))[0] == 2


def test_related_words_are_found_and_weigh_half(make: type[Index]) -> None:
    index = make()
    index.rebuild([entry(1, "refund"), entry(2, "payout"), entry(3, "coat"), entry(4, "lamp")], 0)
    related = Query(words=("refund",), related=("payout",))
    assert ids(index, related) == [1, 2]
    first, second = index.search(related, 5)
    assert second.score == pytest.approx(first.score / 2, rel=0.01)
    assert ids(index, Query(related=("payout",))) == []


def test_related_words_are_marked_where_they_are_found() -> None:
    assert Query(words=("refund",), related=("payout",)).terms == {"refund", "payout"}


def test_a_weight_multiplies_what_the_words_score(make: type[Index]) -> None:
    index = make()
    index.rebuild([entry(1, "coat"), entry(2, "coat", weight=1.5), entry(3, "coat", weight=0.5)], 0)
    hits = index.search(plain("coat"), 5)
    assert [hit.id for hit in hits] == [2, 1, 3]
    assert hits[0].score == pytest.approx(1.5 * hits[1].score, rel=0.001)
    assert hits[2].score == pytest.approx(0.5 * hits[1].score, rel=0.001)
    index.replace([entry(1, "coat", weight=2.0)], [], 1)
    assert ids(index, "coat") == [1, 2, 3]


FILTERED = [
    entry(1, "coat", state="open", tags=("returns",), at=AT, marks=("by:7", "has:photo")),
    entry(2, "coat", state="solved", tags=("returns", "wool"), at=AT + timedelta(days=2), marks=("by:8",)),
    entry(3, "lamp", "coat", state="solved", tags=("wool",), at=AT + timedelta(days=1), marks=("by:7",)),
    entry(4, "lamp", state="answered", tags=(), at=AT - timedelta(days=400), marks=("by:77", "is:official")),
]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(required=(frozenset(["is:solved"]),)), [2, 3]),
        (Query(required=(frozenset(["kind:question"]),)), [2, 3, 1, 4]),
        (Query(required=(frozenset(["kind:alert"]),)), []),
        (Query(required=(frozenset(["is:solved", "is:open"]),)), [2, 3, 1]),
        (Query(required=(frozenset(["is:solved"]), frozenset(["by:7"]))), [3]),
        (Query(required=(frozenset(["is:official"]),)), [4]),
        (Query(required=(frozenset(["is:nothing"]), frozenset(["by:7"]))), []),
        (Query(required=(frozenset(),)), []),
        (Query(refused=frozenset(["is:solved"])), [1, 4]),
        (Query(refused=frozenset(["tag:wool", "has:photo"])), [4]),
        (Query(required=(frozenset(["tag:returns"]),), refused=frozenset(["tag:wool"])), [1]),
        (Query(since=AT), [2, 3, 1]),
        (Query(since=AT + timedelta(seconds=1)), [2, 3]),
        (Query(until=AT), [4]),
        (Query(until=AT + timedelta(microseconds=1)), [1, 4]),
        (Query(since=AT, until=AT + timedelta(days=2)), [3, 1]),
        (Query(phrases=(("coat",),)), [2, 3, 1]),
        (Query(phrases=(("coat",),), refused=frozenset(["by:8"])), [3, 1]),
        (Query(excluded=(("coat",),), required=(frozenset(["kind:question"]),)), [4]),
        (Query(words=("coat",), required=(frozenset(["is:solved"]),)), [2, 3]),
        (Query(words=("lamp",), refused=frozenset(["by:77"])), [3]),
        (Query(words=("coat",), since=AT, until=AT + timedelta(days=2)), [1, 3]),
        (Query(words=("submarin",), required=(frozenset(["is:solved"]),)), []),
        (Query(unfinished="coa", required=(frozenset(["by:7"]),)), [1, 3]),
        (Query(excluded=(("coat",),)), []),
    ],
)
def test_filters_say_what_may_be_found_and_alone_find_the_newest_first(
    make: type[Index], query: Query, found: list[int]
) -> None:
    index = make()
    index.rebuild(FILTERED, 0)
    assert ids(index, query) == found
    assert ids(index, query, limit=1) == found[:1]


def test_filters_go_with_what_changed(make: type[Index]) -> None:
    index = make()
    index.rebuild(FILTERED, 0)
    solved = Query(required=(frozenset(["is:solved"]),))
    index.replace(
        [entry(1, "coat", state="solved", at=AT + timedelta(days=9)), entry(2, "coat", state="open")], [], 1
    )
    assert ids(index, solved) == [1, 3]
    index.replace([], [ref(3)], 2)
    assert ids(index, solved) == [1]
    assert ids(index, Query(required=(frozenset(["tag:wool"]),))) == []


def test_a_hit_says_how_much_of_what_was_looked_for_it_covers(make: type[Index]) -> None:
    index = make()
    common = [entry(number, "parcel shoe") for number in range(10, 20)]
    index.rebuild(
        [entry(1, "parcel coat"), entry(2, "parcel", "", "", "A coat"), entry(3, "coat"), *common], 0
    )

    def covered(query: Query) -> dict[int, float]:
        return {hit.id: hit.covered for hit in index.search(query, 30)}

    both = covered(plain("parcel coat"))
    assert both[1] == both[2] == pytest.approx(1.0)
    assert 0.0 < both[10] < 0.3 < both[3] < 1.0
    assert both[3] + both[10] == pytest.approx(1.0)
    # What nobody ever wrote is the rarest of all.
    assert 0.0 < covered(plain("coat submarine"))[3] < 0.5
    assert covered(for_draft("coat par", ""))[1] == pytest.approx(1.0)
    assert covered(for_draft("coat par", ""))[3] < 1.0
    # A text below is not what is looked for.
    assert covered(for_draft("coat ", "parcel submarine"))[3] == pytest.approx(1.0)


def test_related_words_cover_half_of_their_weight_and_nothing_more_than_all(make: type[Index]) -> None:
    index = make()
    index.rebuild([entry(1, "refund"), entry(2, "payout"), entry(3, "refund payout"), entry(4, "coat")], 0)
    found = {hit.id: hit.covered for hit in index.search(Query(words=("refund",), related=("payout",)), 5)}
    assert found == {1: pytest.approx(1.0), 2: pytest.approx(0.5), 3: pytest.approx(1.0)}


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("parcle", "parcel"),
        ("prcel", "parcel"),
        ("parcell", "parcel"),
        ("delivrd", "delivered"),
        ("dleivered", "delivered"),
        ("delivxxxd", None),
        ("parcel", None),
        ("lapm", "lamp"),
        ("alpm", None),
        ("lmp", None),
        ("packk", "pack"),
        ("submarine", None),
        ("", None),
        ("parc3l", None),
    ],
)
def test_a_misspelled_word_is_led_to_the_nearest_word_of_a_title(
    index: Index, word: str, meant: str | None
) -> None:
    assert index.correct(word) == meant


def test_of_the_nearest_words_the_commonest_is_meant(make: type[Index]) -> None:
    index = make()
    titles = ["board", "beard", "beard", "boards", "boards", "boards", "bread"]
    index.rebuild([entry(number, title, "byard") for number, title in enumerate(titles, 1)], 0)
    assert index.correct("beaxd") == "beard"
    assert index.correct("byard") == "beard"
    assert index.correct("boardz") == "boards"
    index.replace([], [ref(2), ref(3)], 1)
    index.replace([entry(8, "Board")], [], 2)
    assert index.correct("byard") == "board"


def test_words_of_titles_that_are_gone_are_neither_completed_nor_meant(index: Index) -> None:
    assert index.complete("deliv") == ["delivered"]
    index.replace([entry(4, "A zip is stuck")], [ref(1)], 11)
    assert index.complete("deliv") == []
    assert index.complete("lam") == []
    assert index.correct("delivred") is None
    assert index.correct("lampp") is None
    assert index.complete("z") == ["zip"]


def test_what_is_replaced_is_found_as_it_is_now_and_once(index: Index) -> None:
    for _ in range(3):
        index.replace([entry(1, "Courier left it with a neighbour")], [], 11)
    assert ids(index, "neighbour") == [1]
    assert 1 not in ids(index, "delivered buyer nothing gps")
    assert len(index.fingerprints()) == len(TOWN)


def test_what_is_gone_is_not_found(index: Index) -> None:
    index.replace([], [ref(1), ref(99)], 11)
    assert ids(index, "parcel delivered scan") == [4]
    assert ref(1) not in index.fingerprints()


def test_new_and_gone_in_one_go(index: Index) -> None:
    index.replace([entry(5, "A zip is stuck"), entry(2, "A coat came back")], [ref(3)], 11)
    assert set(index.fingerprints()) == {ref(1), ref(2), ref(4), ref(5)}
    assert ids(index, "zip coat payout") == [5, 2]


def test_the_same_thread_twice_in_one_batch_counts_once(index: Index) -> None:
    index.replace([entry(1, "First words"), entry(1, "Second words")], [], 11)
    assert ids(index, "first") == []
    assert ids(index, "second") == [1]


def test_many_small_changes_leave_one_truth(index: Index) -> None:
    for round_ in range(25):
        index.replace([entry(round_ % 5 + 1, f"Round {round_} says lamp{round_}")], [], 11 + round_)
    for round_ in range(25):
        assert ids(index, f"lamp{round_}") == ([round_ % 5 + 1] if round_ >= 20 else [])
    assert len(index.fingerprints()) == 5


def test_ids_of_different_kinds_do_not_meet(index: Index) -> None:
    alert = entry(1, "Fake courier message")
    alert = replace(alert, document=replace(alert.document, kind="alert"))
    index.replace([alert], [], 11)
    assert {hit.ref for hit in index.search(plain("courier delivered"), 5)} == {Ref("alert", 1), ref(1)}
    index.replace([], [Ref("alert", 1)], 12)
    assert ids(index, "delivered") == [1]


def test_the_position_only_goes_on(index: Index) -> None:
    assert index.position() == 10
    index.replace([], [], 15)
    index.replace([TOWN[0]], [], 12)
    assert index.position() == 15
    index.rebuild(TOWN, 12)
    assert index.position() == 12


def test_a_rebuild_holds_exactly_what_it_was_given(index: Index) -> None:
    index.rebuild([entry(8, "A zip is stuck")], 20)
    assert set(index.fingerprints()) == {ref(8)}
    assert ids(index, "parcel coat payout lamp") == []


def test_an_empty_index_answers(make: type[Index]) -> None:
    index = make()
    index.rebuild([], 0)
    assert ids(index, "parcel") == []
    assert index.complete("par") == []
    assert index.correct("parcle") is None
    assert ids(index, Query(required=(frozenset(["kind:question"]),))) == []
    assert index.fingerprints() == {}
    index.replace([TOWN[0]], [], 1)
    assert ids(index, "parcel") == [1]


def test_the_old_index_answers_while_the_new_one_is_made(index: Index) -> None:
    def entries() -> Iterator[Entry]:
        yield entry(8, "A zip is stuck")
        assert ids(index, "zip parcel") == [1, 4]

    index.rebuild(entries(), 20)
    assert ids(index, "zip parcel") == [8]


def test_a_rebuild_that_fails_leaves_the_old_index(index: Index) -> None:
    def entries() -> Iterator[Entry]:
        yield entry(8, "A zip is stuck")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        index.rebuild(entries(), 20)
    assert ids(index, "zip parcel") == [1, 4]
    index.replace([entry(8, "A zip is stuck")], [], 21)
    assert ids(index, "zip") == [8]


def test_a_change_that_fails_changes_nothing(index: Index) -> None:
    def entries() -> Iterator[Entry]:
        yield entry(1, "Half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        index.replace(entries(), [ref(2)], 20)
    assert index.position() == 10
    assert set(index.fingerprints()) == {ref(1), ref(2), ref(3), ref(4)}
    assert ids(index, "half") == []


def test_others_see_what_was_written_at_once(index: Index, make: type[Index]) -> None:
    other = make()
    assert ids(other, "zip") == []
    index.replace([entry(5, "A zip is stuck")], [], 11)
    assert ids(other, "zip") == [5]
    index.rebuild([entry(6, "A zip is open")], 12)
    assert ids(other, "zip") == [6]
    assert other.position() == 12


def test_without_an_index_everything_says_so(make: type[Index]) -> None:
    index = make()
    for ask in (
        lambda: index.search(plain("parcel"), 5),
        lambda: index.complete("par"),
        lambda: index.correct("parcle"),
        index.fingerprints,
        index.position,
        lambda: index.replace([TOWN[0]], [], 1),
    ):
        with pytest.raises(Unavailable):
            ask()


def test_there_is_one_writer(index: Index, make: type[Index]) -> None:
    other = make()
    with index.writing():
        index.replace([entry(5, "A zip is stuck")], [], 11)
        with pytest.raises(Busy), other.writing():
            pass
        assert ids(other, "zip") == [5]
    with other.writing():
        pass


def test_fingerprints_tell_whether_two_entries_say_the_same(index: Index) -> None:
    before = index.fingerprints()
    assert before == {each.ref: each.fingerprint for each in TOWN}
    assert replace(TOWN[0], version=9).fingerprint == TOWN[0].fingerprint
    document = TOWN[0].document
    changes = {
        "title": "x",
        "body": "x",
        "answer": "x",
        "replies": "x",
        "state": "x",
        "tags": ("x",),
        "at": AT.replace(day=1),
        "marks": ("has:photo",),
        "weight": 1.5,
    }
    for name, value in changes.items():
        changed = replace(TOWN[0], document=replace(document, **{name: value}))
        assert changed.fingerprint != TOWN[0].fingerprint, name
    moved = replace(document, title=document.title + "\0" + document.body, body="")
    assert replace(TOWN[0], document=moved).fingerprint != TOWN[0].fingerprint


@pytest.mark.parametrize("typed", HOSTILE)
def test_odd_input_is_cheap(index: Index, typed: str) -> None:
    began = time.process_time()
    index.search(parse(typed[:200]), 20)
    index.search(for_draft(typed, typed * 20), 20)
    assert time.process_time() - began < 1


def test_threads_may_search_while_another_writes(
    index: Index, within: Callable[[], AbstractContextManager[object]]
) -> None:
    wrong: list[object] = []
    done = threading.Event()

    def ask() -> None:
        for number in count():
            try:
                if done.is_set() and number > 50:
                    return
                with within():
                    found = ids(index, parse('"double box" parcel' if number % 2 else "coat return"))
                if found[:1] != [4 if number % 2 else 2]:
                    wrong.append(found)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test shall say it
                wrong.append(error)
                return

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for number in range(20):
        index.replace([entry(100 + number, f"A zip is stuck, the {number}th")], [], 11 + number)
    done.set()
    for asker in askers:
        asker.join()
    assert wrong == []
    assert len(ids(index, "zip")) == 20
