"""Reads of the trunk, always through what the actor may see."""

from app.forum.queries.drafts import DraftRow, draft, draft_and_photos, drafts, drafts_beginning, place_of
from app.forum.queries.guessing import Guess, guess
from app.forum.queries.moving import merged_url, moved, moved_from, old_addresses, standing_in
from app.forum.queries.outlines import POSTS_A_PAGE, Entry, Node, entries, outline, outlines, page_starts
from app.forum.queries.people import people_beginning, person_columns
from app.forum.queries.photos import PhotoRow, photo, photos_in, photos_of
from app.forum.queries.posts import PostRow, author_name, post, posts
from app.forum.queries.proposals import ProposalPage, ProposalRow, proposal, proposals, proposals_waiting
from app.forum.queries.revisions import RevisionRow, revisions
from app.forum.queries.saving import Marks, mark_columns, marks_of, saved, watched
from app.forum.queries.spaces import in_space, space, space_by_id, spaces
from app.forum.queries.tags import (
    TagRow,
    aliases,
    popular_tags,
    related_tags,
    tag,
    tag_line,
    tagged,
    tags_by_use,
    tags_meant,
    tags_of,
)
from app.forum.queries.threads import (
    PAGE_SIZE,
    ThreadRow,
    post_url,
    thread,
    thread_url,
    threads,
    threads_by_id,
    threads_of,
    url_of,
)

__all__ = [
    "PAGE_SIZE",
    "POSTS_A_PAGE",
    "DraftRow",
    "Entry",
    "Guess",
    "Marks",
    "Node",
    "PhotoRow",
    "PostRow",
    "ProposalPage",
    "ProposalRow",
    "RevisionRow",
    "TagRow",
    "ThreadRow",
    "aliases",
    "author_name",
    "draft",
    "draft_and_photos",
    "drafts",
    "drafts_beginning",
    "entries",
    "guess",
    "in_space",
    "mark_columns",
    "marks_of",
    "merged_url",
    "moved",
    "moved_from",
    "old_addresses",
    "outline",
    "outlines",
    "page_starts",
    "people_beginning",
    "person_columns",
    "photo",
    "photos_in",
    "photos_of",
    "place_of",
    "popular_tags",
    "post",
    "post_url",
    "posts",
    "proposal",
    "proposals",
    "proposals_waiting",
    "related_tags",
    "revisions",
    "saved",
    "space",
    "space_by_id",
    "spaces",
    "standing_in",
    "tag",
    "tag_line",
    "tagged",
    "tags_by_use",
    "tags_meant",
    "tags_of",
    "thread",
    "thread_url",
    "threads",
    "threads_by_id",
    "threads_of",
    "url_of",
    "watched",
]
