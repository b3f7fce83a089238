"""When an accepted answer is asked after, and what settles it."""

from datetime import timedelta

OLD = timedelta(days=180)
"""An accepted answer, or its last confirmation, that is older is asked after. Two posting seasons: fees, carriers'
forms and cases change about that often."""

READ_WITHIN = timedelta(days=30)
FEWEST_READERS = 10
"""Only threads with as many readers within READ_WITHIN are asked about: elsewhere nobody would answer, and a question on
every old page would be noise."""

ENOUGH_YES = 3
"""So many readers renew it, or its author alone. More than say no: most readers have not tried it."""

ENOUGH_NO = 2
"""So many readers mark it as out of date, or its author alone. Fewer than say yes: stale advice costs more than a
second look, and the mark only says so and sinks, and goes again. However many, at least one of them is a member: the
words of new people count, but not alone."""
