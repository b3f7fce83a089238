"""Reads of the trunk, always through what the actor may see."""

from app.forum.queries.drafts import draft
from app.forum.queries.moving import moved, moved_from, old_addresses
from app.forum.queries.people import person_columns
from app.forum.queries.posts import PostRow, post, tree
from app.forum.queries.spaces import spaces
from app.forum.queries.tags import popular_tags, tag, tagged, tags_of
from app.forum.queries.threads import PAGE_SIZE, ThreadRow, thread, thread_url, threads, threads_by_id

__all__ = [
    "PAGE_SIZE",
    "PostRow",
    "ThreadRow",
    "draft",
    "moved",
    "moved_from",
    "old_addresses",
    "person_columns",
    "popular_tags",
    "post",
    "spaces",
    "tag",
    "tagged",
    "tags_of",
    "thread",
    "thread_url",
    "threads",
    "threads_by_id",
    "tree",
]
