"""Tables of the trunk. Relationships point down only; hot pages select columns."""

from app.forum.models.drafting import Draft
from app.forum.models.moving import LONGEST_EXTERNAL_ID, LONGEST_SOURCE, OldAddress
from app.forum.models.revising import LONGEST_REASON, Revision
from app.forum.models.tagging import LONGEST_TAG, MOST_TAGS, Tag, ThreadTag
from app.forum.models.trunk import (
    LONGEST_IMPORTED_TITLE,
    LONGEST_SPACE,
    LONGEST_TITLE,
    Post,
    Space,
    Thread,
    Visibility,
)
from app.forum.models.voting import Follow, Vote

__all__ = [
    "LONGEST_EXTERNAL_ID",
    "LONGEST_IMPORTED_TITLE",
    "LONGEST_REASON",
    "LONGEST_SOURCE",
    "LONGEST_SPACE",
    "LONGEST_TAG",
    "LONGEST_TITLE",
    "MOST_TAGS",
    "Draft",
    "Follow",
    "OldAddress",
    "Post",
    "Revision",
    "Space",
    "Tag",
    "Thread",
    "ThreadTag",
    "Visibility",
    "Vote",
]
