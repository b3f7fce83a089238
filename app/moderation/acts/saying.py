"""What moderators say with an act for everybody to read, not only for those concerned."""

from flask_babel import lazy_gettext as _

from app.core.problems import Problem
from app.forum.models import LONGEST_REASON


def to_readers(said: str) -> str:
    """The same. Raises Problem, beside `said`, for more than stands beside a post or above a question."""
    if len(said) > LONGEST_REASON:
        most = _("At most %(most)s characters: everybody reads it.", most=LONGEST_REASON)
        raise Problem(most, field="said")
    return said
