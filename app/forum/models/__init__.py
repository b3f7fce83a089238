"""Tables of the trunk. Relationships point down only; hot pages select columns."""

from app.forum.models.deleting import Deletion
from app.forum.models.drafting import Draft
from app.forum.models.mentions import Mention
from app.forum.models.moving import LONGEST_EXTERNAL_ID, LONGEST_SOURCE, MergedThread, OldAddress
from app.forum.models.photos import LONGEST_CAPTION, MOST_PHOTOS, Photo
from app.forum.models.proposing import EditProposal, ProposalState
from app.forum.models.reading import AccountDay, ThreadReading
from app.forum.models.redacting import LONGEST_REDACTED, Away, Redaction
from app.forum.models.revising import LONGEST_REASON, Revision
from app.forum.models.saving import Saved
from app.forum.models.tagging import (
    LONGEST_DESCRIPTION,
    LONGEST_TAG,
    MOST_TAGS,
    MovedThread,
    Tag,
    TagAlias,
    ThreadTag,
)
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
    "LONGEST_CAPTION",
    "LONGEST_DESCRIPTION",
    "LONGEST_EXTERNAL_ID",
    "LONGEST_IMPORTED_TITLE",
    "LONGEST_REASON",
    "LONGEST_REDACTED",
    "LONGEST_SOURCE",
    "LONGEST_SPACE",
    "LONGEST_TAG",
    "LONGEST_TITLE",
    "MOST_PHOTOS",
    "MOST_TAGS",
    "AccountDay",
    "Away",
    "Deletion",
    "Draft",
    "EditProposal",
    "Follow",
    "Mention",
    "MergedThread",
    "MovedThread",
    "OldAddress",
    "Photo",
    "Post",
    "ProposalState",
    "Redaction",
    "Revision",
    "Saved",
    "Space",
    "Tag",
    "TagAlias",
    "Thread",
    "ThreadReading",
    "ThreadTag",
    "Visibility",
    "Vote",
]
