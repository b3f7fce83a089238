"""Writes of the trunk. Kinds call `open_thread` and `add_post` inside their own transactions."""

from app.forum.operations.drafts import (
    DRAFTS_KEPT,
    MOST_DRAFTS,
    MOST_KEPT,
    VISITOR_DRAFTS_KEPT,
    discard_draft,
    keep_draft,
    keep_typing,
    sweep_drafts,
    throw_away,
)
from app.forum.operations.editing import edit, edit_draft
from app.forum.operations.showing import set_visibility
from app.forum.operations.spaces import space_named
from app.forum.operations.tagging import set_tags
from app.forum.operations.writing import Words, add_post, open_thread, past_post, prepared, touch

__all__ = [
    "DRAFTS_KEPT",
    "MOST_DRAFTS",
    "MOST_KEPT",
    "VISITOR_DRAFTS_KEPT",
    "Words",
    "add_post",
    "discard_draft",
    "edit",
    "edit_draft",
    "keep_draft",
    "keep_typing",
    "open_thread",
    "past_post",
    "prepared",
    "set_tags",
    "set_visibility",
    "space_named",
    "sweep_drafts",
    "throw_away",
    "touch",
]
