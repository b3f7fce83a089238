"""What else is looked for: words that mean the same, and those that were meant by what nobody ever wrote."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.core.parts import part
from app.search.ports import Index, Query, Unavailable
from app.search.query import Typed, without
from app.search.synonyms import Synonyms
from app.search.words import WORD, fold, terms

MOST_CORRECTED = 4


@dataclass(frozen=True, slots=True)
class Widened:
    """A query with its `related` terms, and what each misspelled word, folded, was taken for."""

    query: Query
    corrected: dict[str, str]


def widened(query: Query, text: str, last: str = "") -> Widened:
    """`query` with what is related to the words of `text`, which follow each other; misspelled ones are put right first.

    `last` is a word after them that may be typed no further: it is never wrong, but may end a phrase.

    What was meant weighs half, like what means the same: words that are spelled right say more than those that were
    guessed.
    """
    corrected = dict(_corrections(text))
    meant = [term for word in [*_words(text), last] for term in terms(corrected.get(word, word))]
    right = [term for word in corrected.values() for term in terms(word)]
    related = dict.fromkeys([*right, *part(Synonyms).of(meant)])
    return Widened(
        replace(query, related=tuple(term for term in related if term not in query.words)), corrected
    )


def did_you_mean(typed: Typed) -> str | None:
    """The search box with the misspelled words of its phrases put right, which are looked for as they stand."""
    loose = set(_words(typed.loose))
    quoted = " ".join(word for word in _words(without(typed, typed.operators)) if word not in loose)
    corrected = dict(_corrections(quoted))
    if not corrected:
        return None
    put_right, position = [], 0
    for start, end in [*((each.start, each.end) for each in typed.operators), (len(typed.text),) * 2]:
        between = typed.text[position:start]
        put_right.append(WORD.sub(lambda word: corrected.get(fold(word[0]), word[0]), between))
        put_right.append(typed.text[start:end])
        position = end
    return "".join(put_right)


def _words(text: str) -> list[str]:
    return [fold(word) for word in WORD.findall(text)]


def _corrections(text: str) -> Iterator[tuple[str, str]]:
    """Words that stand in no document, each with the word of a title that it is nearest to."""
    index, know = part(Index), part(Synonyms).know
    found = 0
    for word in dict.fromkeys(_words(text)):
        stems = tuple(terms(word))
        if not stems or found == MOST_CORRECTED or any(map(know, stems)):
            continue
        try:
            meant = index.correct(word)
            # The ending may be all that titles lack, and words of answers are none of a title's.
            if meant and tuple(terms(meant)) != stems and not index.search(Query(words=stems), 1):
                found += 1
                yield word, meant
        except Unavailable:
            return
