"""Reads of the trunk, always through what the actor may see."""

from app.forum.queries.drafts import draft
from app.forum.queries.people import person_columns
from app.forum.queries.posts import PostRow, post, tree
from app.forum.queries.spaces import in_space, space, space_by_id, spaces
from app.forum.queries.tags import (
    TagRow,
    aliases,
    popular_tags,
    related_tags,
    tag,
    tagged,
    tags_by_use,
    tags_of,
)
from app.forum.queries.threads import PAGE_SIZE, ThreadRow, thread, thread_url, threads, threads_by_id

__all__ = [
    "PAGE_SIZE",
    "PostRow",
    "TagRow",
    "ThreadRow",
    "aliases",
    "draft",
    "in_space",
    "person_columns",
    "popular_tags",
    "post",
    "related_tags",
    "space",
    "space_by_id",
    "spaces",
    "tag",
    "tagged",
    "tags_by_use",
    "tags_of",
    "thread",
    "thread_url",
    "threads",
    "threads_by_id",
    "tree",
]
