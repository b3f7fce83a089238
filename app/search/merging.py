"""Which segments become one: few to read, none too large to write anew when something in it must go."""

from collections.abc import Mapping
from itertools import accumulate

# The largest segment. One is written anew in about this many times two milliseconds, and forty are read in a search of
# 100,000 documents.
LARGEST = 2_500
# So many of one size become one of the next.
ALIKE = 8
# So many deleted of a hundred, and a segment is worth writing anew.
DELETED_PERCENT = 20


def due(sizes: Mapping[str, int]) -> list[str]:
    """Segments to be made one, smallest first: `sizes` says how many documents that are not deleted each has.

    Where there are ALIKE of one size, they and all that are smaller, as far as they fit into the largest.
    """
    ascending = sorted(sizes, key=lambda name: (sizes[name], name))
    smaller, bound = 0, ALIKE
    while smaller < LARGEST:
        alike = [name for name in ascending if smaller < sizes[name] <= bound]
        fitting = [
            name
            for name, total in zip(ascending, accumulate(map(sizes.__getitem__, ascending)), strict=True)
            if sizes[name] <= bound and total <= LARGEST
        ]
        if len(alike) >= ALIKE and len({*alike} & {*fitting}) > 1:
            return fitting
        smaller, bound = bound, bound * ALIKE
    return [name for name in ascending if not sizes[name]]


def worn(size: int, deleted: int) -> bool:
    """Whether so much of a segment is deleted that it is worth writing anew."""
    return deleted * 100 >= size * DELETED_PERCENT
