"""Words as search counts them: folded, without stop words, reduced to their stems.

Every adapter indexes these terms, every query is made of them, and highlighting compares them. Words of one and two
letters count (XL, UK, M). The stemmer is Snowball's for English (Porter2), https://snowballstem.org.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from threading import Lock

from snowballstemmer import stemmer

LONGEST_TERM = 40
# Letters joined by & are one word, as people say it: P&P, H&M, T&Cs.
WORD = re.compile(r"(?<![^\W_])[^\W_]&[^\W_]s?(?![^\W_])|[^\W_]+(?:['’][^\W_]+)*")

# Articles, prepositions, pronouns, auxiliaries and question words. Not 'not' and 'no', which turn a sentence round,
# and nothing that is a size, a place or a thing too, like 'us' and 'won'.
_STOP_WORDS = """
    a about an and any are as at be been but by can could did do does for from had has have how i if in into is it
    its me my of on or our should so some that the their them then there these they this those to was we were what
    when where which who will with would you your
    aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't shouldn't wasn't weren't won't wouldn't
    arent cant didnt doesnt dont isnt wasnt wont
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_TAIL = re.compile(r"'(?:d|ll|m|re|s|ve)$")
_english = stemmer("english")
# The stemmer keeps the word it works on in itself.
_stemming = Lock()


def terms(text: str) -> list[str]:
    """The terms of `text` in their order, stop words left out."""
    return [term for word in WORD.findall(text) if (term := _term(word[:LONGEST_TERM]))]


def distinct(text: str, most: int) -> tuple[str, ...]:
    """The first `most` different terms of `text`."""
    return tuple(dict.fromkeys(terms(text)))[:most]


def spellings(text: str) -> set[str]:
    """The words of `text` that are no stop words, folded but whole: what an unfinished word may become."""
    return {folded for word in WORD.findall(text) if (folded := fold(word[:LONGEST_TERM])) not in STOP_WORDS}


def becoming(prefix: str, completions: Sequence[str], of_answers: Callable[[], Iterable[str]]) -> list[str]:
    """The terms that an unfinished word may become: its own, those of its `completions` in titles, else those `of_answers`."""
    own = [*terms(prefix), *(term for word in completions for term in terms(word))]
    return list(dict.fromkeys(own if completions else [*own, *of_answers()]))


def fold(word: str) -> str:
    """One word without case, accents, curly apostrophes and &: what is compared, and completed."""
    if word.isascii():
        return word.lower().replace("&", "")
    spread = unicodedata.normalize("NFKD", word.casefold().replace("’", "'"))
    return "".join(letter for letter in spread if letter.isalnum() or letter == "'")[:LONGEST_TERM]


@lru_cache(maxsize=50_000)
def _term(word: str) -> str:
    folded = fold(word)
    if folded in STOP_WORDS:
        return ""
    bare = _TAIL.sub("", folded).replace("'", "")
    if bare in STOP_WORDS:
        return ""
    with _stemming:
        stem: str = _english.stemWord(bare)
    return stem
