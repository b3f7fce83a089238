"""Searching while there is no index."""

from collections.abc import Callable
from types import SimpleNamespace

from app.accounts.actor import ANONYMOUS, Actor
from app.forum.models import Visibility
from app.search import reduced
from app.search.query import parse

Ask = Callable[..., int]


def ids(actor: Actor, text: str) -> list[int]:
    return [ref.id for ref in reduced.search(actor, parse(text), 20)]


def test_the_database_alone_finds_forms_of_a_word_and_what_is_in_posts(
    ask: Ask, cast: SimpleNamespace
) -> None:
    delivery = ask("Delivery was late")
    lamp = ask("Something broke", "The lamp of my aunt.")
    both = ask("Late lamp")
    ask("Not this one", "Nothing.", "A lamp in hiding.", answers_are=Visibility.HIDDEN)
    assert ids(ANONYMOUS, "deliveries") == [delivery]
    assert ids(ANONYMOUS, "lamps late")[0] == both
    assert set(ids(ANONYMOUS, "lamps late")) == {both, delivery, lamp}
    assert len(reduced.search(ANONYMOUS, parse("lamp"), 1)) == 1
    assert len(ids(cast.mona.actor, "lamp")) == 3


def test_phrases_and_words_to_be_left_out_count_there_too(ask: Ask) -> None:
    silk = ask("Silk coat came late", "Blue.")
    wool = ask("Coat came early", "", "It is wool.")
    assert set(ids(ANONYMOUS, "coat")) == {silk, wool}
    assert ids(ANONYMOUS, "coat -wool") == [silk]
    assert ids(ANONYMOUS, '"coat came early"') == [wool]
    assert ids(ANONYMOUS, '"early coat"') == []
