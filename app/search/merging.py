"""Which segments become one: few to read, none too large to write anew when something in it must go."""

from collections.abc import Mapping

# The largest segment. One is written anew in about this many times two milliseconds, and forty are read in a search of
# 100,000 documents.
LARGEST = 2_500
# So many of one size become one of the next.
ALIKE = 8
# So many deleted of a hundred, and a segment is worth writing anew.
DELETED_PERCENT = 20


def due(sizes: Mapping[str, int]) -> list[str]:
    """Segments to be made one, smallest first: `sizes` says how many documents that are not deleted each has."""
    ascending = sorted(sizes, key=lambda name: (sizes[name], name))
    bound = ALIKE
    chosen: list[str] = []
    while bound < ALIKE * LARGEST:
        together: list[str] = []
        total = 0
        for name in ascending:
            total += sizes[name]
            if sizes[name] > bound or total > LARGEST:
                break
            together.append(name)
        if len(together) >= ALIKE:
            chosen = together
        bound *= ALIKE
    return chosen


def worn(size: int, deleted: int) -> bool:
    """Whether so much of a segment is deleted that it is worth writing anew."""
    return deleted * 100 >= size * DELETED_PERCENT
