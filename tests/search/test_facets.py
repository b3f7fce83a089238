"""How many proposals are of which state, kind and tag, each a filter to add or to take away."""

from collections.abc import Callable
from dataclasses import replace

from flask.testing import FlaskClient

from app.core.transaction import transaction
from app.forum.documents import Seen
from app.forum.models import Tag, ThreadTag
from app.search.facets import facets
from app.search.indexing import drain
from app.search.ports import Query
from app.search.query import MOST_CHARACTERS, read
from tests.search.test_ranking import seen

Ask = Callable[..., int]


def thread(number: int, state: str = "open", kind: str = "question", tags: tuple[str, ...] = ()) -> Seen:
    known = seen(number, tags=tags)
    return replace(known, row=replace(known.row, state=state, kind=kind))


def counted(text: str, *threads: Seen, on: tuple[str, ...] = ()) -> list[tuple[str, int, str, bool]]:
    query = Query(required=tuple(frozenset([facet]) for facet in on))
    found = facets(read(text), query, threads)
    return [(facet.operator, facet.count, facet.text, facet.on) for facet in found]


def test_the_commonest_come_first_and_add_an_operator() -> None:
    threads = [thread(1, "solved"), thread(2, "solved", tags=("wool",)), thread(3, tags=("wool", "silk"))]
    assert counted("lamp", *threads) == [
        ("is:solved", 2, "is:solved lamp", False),
        ("is:open", 1, "is:open lamp", False),
        ("tag:wool", 2, "tag:wool lamp", False),
        ("tag:silk", 1, "tag:silk lamp", False),
    ]


def test_behind_an_inch_mark_it_is_an_operator_too() -> None:
    added = {text for _operator, _count, text, _on in counted('12" doll', thread(1, "solved"), thread(2))}
    assert added == {'is:solved 12" doll', 'is:open 12" doll'}
    assert all(len(read(text).operators) == 1 for text in added)


def test_what_all_of_them_are_tells_nothing_apart() -> None:
    assert counted("lamp", thread(1, tags=("wool",)), thread(2, tags=("wool",))) == []


def test_kinds_are_told_when_there_are_several() -> None:
    found = counted("lamp", thread(1), thread(2, kind="alert"), thread(3))
    assert found == [
        ("kind:question", 2, "kind:question lamp", False),
        ("kind:alert", 1, "kind:alert lamp", False),
    ]


def test_what_is_on_can_be_taken_away() -> None:
    found = counted(
        "tag:wool lamp  IS:solved", thread(1, "solved", tags=("wool",)), on=("tag:wool", "is:solved")
    )
    assert found == [
        ("is:solved", 1, "tag:wool lamp", True),
        ("tag:wool", 1, "lamp  IS:solved", True),
    ]


def test_a_full_box_takes_no_more() -> None:
    threads = [thread(1, "solved"), thread(2)]
    assert counted("x" * MOST_CHARACTERS, *threads) == []
    assert len(counted("x" * (MOST_CHARACTERS - 10), *threads)) == 2


def test_the_page_links_them_in_words(client: FlaskClient, ask: Ask) -> None:
    solved = ask("Lamp came broken", "Glass.", "Photograph it.", accepted=0)
    ask("An old lamp")
    with transaction() as session:
        tag = Tag(name="glass-things", thread_count=1)
        session.add(tag)
        session.flush()
        session.add(ThreadTag(thread_id=solved, tag_id=tag.id))
    drain()
    page = client.get("/search?q=lamp").text
    assert 'href="/search?q=is:solved+lamp"' in page
    assert 'href="/search?q=tag:glass-things+lamp"' in page
    assert "Not answered yet" in page
    narrowed = client.get("/search?q=lamp+is:solved&sort=newest").text
    assert 'href="/search?q=lamp&amp;sort=newest"' in narrowed
    assert "(take this filter away)" in narrowed
    assert "1 thread on this page" in narrowed
