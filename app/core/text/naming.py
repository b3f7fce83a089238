"""Names after an @ in what people write, before anybody knows whether they are somebody's."""

import re

MOST_NAMES = 50
NAME_AFTER_AT = re.compile(r"@([a-z0-9][a-z0-9._-]{0,79})", re.IGNORECASE)


def names_in(source: str) -> list[str]:
    """What may be names in `source`, in lower case, the first MOST_NAMES; `render` finds which of them are meant.

    Each also without the full stop, hyphen or underscore at its end: that may belong to the sentence.
    """
    found: dict[str, None] = {}
    for at in NAME_AFTER_AT.finditer(source):
        name = at[1].lower()
        found |= {name: None, name.rstrip(".-_"): None}
        if len(found) >= MOST_NAMES:
            break
    return list(found)[:MOST_NAMES]
