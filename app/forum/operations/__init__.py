"""Writes of the trunk. Kinds call `open_thread` and `add_post` inside their own transactions."""

from app.forum.operations.drafts import (
    MOST_KEPT,
    VISITOR_DRAFTS_KEPT,
    discard_draft,
    keep_draft,
    sweep_drafts,
)
from app.forum.operations.editing import edit, edit_draft
from app.forum.operations.naming import add_alias, describe_tag, merge_tags, remove_alias
from app.forum.operations.showing import set_visibility
from app.forum.operations.spaces import add_space, edit_space, living_space, merge_spaces, space_named
from app.forum.operations.tagging import set_tags
from app.forum.operations.writing import Words, add_post, lock, open_thread, past_post, prepared, touch

__all__ = [
    "MOST_KEPT",
    "VISITOR_DRAFTS_KEPT",
    "Words",
    "add_alias",
    "add_post",
    "add_space",
    "describe_tag",
    "discard_draft",
    "edit",
    "edit_draft",
    "edit_space",
    "keep_draft",
    "living_space",
    "lock",
    "merge_spaces",
    "merge_tags",
    "open_thread",
    "past_post",
    "prepared",
    "remove_alias",
    "set_tags",
    "set_visibility",
    "space_named",
    "sweep_drafts",
    "touch",
]
