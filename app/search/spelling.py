"""Which word was meant by one that nobody wrote.

Nearness is counted in letters that are put in, left out, exchanged or swapped with their neighbour (optimal string
alignment).
"""

from collections.abc import Iterable, Mapping

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract_iter

SHORTEST = 4
# From so many letters on, two slips are believed.
LONG = 6


def most_edits(word: str) -> int:
    """How far what was meant may be from `word`; 0 for words that are too short, or no words but numbers."""
    if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
        return 0
    return 2 if len(word) >= LONG else 1


def near(word: str, known: Iterable[str]) -> dict[str, int]:
    """Those of the `known` words that `word` may have been meant to be, each with how far it is."""
    most = most_edits(word)
    if not most:
        return {}
    alike = extract_iter(word, known, scorer=OSA.distance, processor=None, score_cutoff=most)
    return {found: int(edits) for found, edits, _place in alike if not any(map(str.isdigit, found))}


def nearest(word: str, counts: Mapping[str, int]) -> str | None:
    """The commonest of the nearest of the words in `counts`, else the first by name.

    None when `counts` has `word` itself, or nothing is near.
    """
    if counts.get(word):
        return None
    found = near(word, [known for known, count in counts.items() if count > 0])
    return min(found, key=lambda each: (found[each], -counts[each], each), default=None)
