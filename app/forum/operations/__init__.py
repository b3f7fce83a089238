"""Writes of the trunk. Kinds call `open_thread` and `add_post` inside their own transactions."""

from app.forum.operations.drafts import (
    MOST_KEPT,
    VISITOR_DRAFTS_KEPT,
    discard_draft,
    keep_draft,
    sweep_drafts,
)
from app.forum.operations.editing import edit, edit_draft
from app.forum.operations.showing import set_visibility
from app.forum.operations.spaces import space_named
from app.forum.operations.tagging import describe_tags, set_tags, tag_new_threads
from app.forum.operations.writing import Words, add_post, open_thread, past_posts, prepared, touch

__all__ = [
    "MOST_KEPT",
    "VISITOR_DRAFTS_KEPT",
    "Words",
    "add_post",
    "describe_tags",
    "discard_draft",
    "edit",
    "edit_draft",
    "keep_draft",
    "open_thread",
    "past_posts",
    "prepared",
    "set_tags",
    "set_visibility",
    "space_named",
    "sweep_drafts",
    "tag_new_threads",
    "touch",
]
