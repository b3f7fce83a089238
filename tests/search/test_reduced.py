"""Searching while there is no index."""

from collections.abc import Callable
from types import SimpleNamespace

from app.accounts.actor import ANONYMOUS
from app.forum.models import Visibility
from app.search import queries, reduced

Ask = Callable[..., int]


def test_the_database_alone_finds_forms_of_a_word_and_what_is_in_posts(
    ask: Ask, cast: SimpleNamespace
) -> None:
    delivery = ask("Delivery was late")
    lamp = ask("Something broke", "The lamp of my aunt.")
    both = ask("Late lamp")
    ask("Not this one", "Nothing.", "A lamp in hiding.", answers_are=Visibility.HIDDEN)
    assert reduced.search(ANONYMOUS, queries.parse("deliveries"), 20) == [delivery]
    assert reduced.search(ANONYMOUS, queries.parse("lamps late"), 20)[0] == both
    assert set(reduced.search(ANONYMOUS, queries.parse("lamps late"), 20)) == {both, delivery, lamp}
    assert len(reduced.search(ANONYMOUS, queries.parse("lamp"), 1)) == 1
    assert len(reduced.search(cast.mona.actor, queries.parse("lamp"), 20)) == 3
