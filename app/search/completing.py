"""The search box, while somebody types in it."""

from app.core.parts import part
from app.core.text import clean_line
from app.search.ports import Index, Unavailable
from app.search.query import MOST_CHARACTERS, read, unfinished
from app.search.words import fold

SHORTEST_BEGINNING = 2
MOST_COMPLETIONS = 8


def completions(text: str) -> list[str]:
    """The search box with its last word ended as titles end it, the commonest first; at most MOST_COMPLETIONS.

    Empty when nothing begins so, when the word is an operator's, and while there is no index.
    """
    line = clean_line(text)
    before, last = unfinished(line)
    beginning = fold(last)
    if text[-1:].isspace() or len(line) > MOST_CHARACTERS or len(beginning) < SHORTEST_BEGINNING:
        return []
    if any(operator.end == len(line) for operator in read(line).operators):
        return []
    try:
        words = part(Index).complete(beginning, MOST_COMPLETIONS + 1)
    except Unavailable:
        return []
    return [before + word for word in words if word != beginning][:MOST_COMPLETIONS]
