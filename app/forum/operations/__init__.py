"""Writes of the trunk. Kinds call `open_thread` and `add_post` inside their own transactions."""

from app.forum.operations.drafts import (
    DRAFTS_KEPT,
    MOST_DRAFTS,
    MOST_KEPT,
    VISITOR_DRAFTS_KEPT,
    discard_draft,
    discard_empty_draft,
    keep_draft,
    keep_typing,
    settle_form,
    sweep_drafts,
    throw_away,
)
from app.forum.operations.editing import edit, edit_draft
from app.forum.operations.following import follow, hear_again, hush, mute, save, unfollow, unmute, unsave
from app.forum.operations.merging import merge, unmerge
from app.forum.operations.naming import add_alias, describe_tag, merge_tags, remove_alias
from app.forum.operations.photos import (
    Album,
    add_photo,
    attach_photos,
    describe_photos,
    hold_photos,
    move_photo,
    remove_photo,
    sweep_photos,
    waiting_photos,
)
from app.forum.operations.proposing import approve, decline, propose, propose_draft
from app.forum.operations.redacting import Named, named_links, named_words, redact, redacted, unredact
from app.forum.operations.rewriting import rewrite
from app.forum.operations.showing import set_visibility
from app.forum.operations.spaces import add_space, edit_space, living_space, merge_spaces, space_named
from app.forum.operations.splitting import split, unsplit
from app.forum.operations.steering import place, retag, set_lock
from app.forum.operations.tagging import describe_tags, keep_names, set_tags, tag_new_threads
from app.forum.operations.taking import give_photos_back, take_photos
from app.forum.operations.voting import vote
from app.forum.operations.writing import (
    Words,
    add_post,
    hold_thread,
    open_thread,
    past_posts,
    prepared,
    touch,
    touch_all,
)

__all__ = [
    "DRAFTS_KEPT",
    "MOST_DRAFTS",
    "MOST_KEPT",
    "VISITOR_DRAFTS_KEPT",
    "Album",
    "Named",
    "Words",
    "add_alias",
    "add_photo",
    "add_post",
    "add_space",
    "approve",
    "attach_photos",
    "decline",
    "describe_photos",
    "describe_tag",
    "describe_tags",
    "discard_draft",
    "discard_empty_draft",
    "edit",
    "edit_draft",
    "edit_space",
    "follow",
    "give_photos_back",
    "hear_again",
    "hold_photos",
    "hold_thread",
    "hush",
    "keep_draft",
    "keep_names",
    "keep_typing",
    "living_space",
    "merge",
    "merge_spaces",
    "merge_tags",
    "move_photo",
    "mute",
    "named_links",
    "named_words",
    "open_thread",
    "past_posts",
    "place",
    "prepared",
    "propose",
    "propose_draft",
    "redact",
    "redacted",
    "remove_alias",
    "remove_photo",
    "retag",
    "rewrite",
    "save",
    "set_lock",
    "set_tags",
    "set_visibility",
    "settle_form",
    "space_named",
    "split",
    "sweep_drafts",
    "sweep_photos",
    "tag_new_threads",
    "take_photos",
    "throw_away",
    "touch",
    "touch_all",
    "unfollow",
    "unmerge",
    "unmute",
    "unredact",
    "unsave",
    "unsplit",
    "vote",
    "waiting_photos",
]
