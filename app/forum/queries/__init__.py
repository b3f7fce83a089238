"""Reads of the trunk, always through what the actor may see."""

from app.forum.queries.drafts import draft
from app.forum.queries.outlines import POSTS_A_PAGE, Entry, Node, entries, outline, page_starts
from app.forum.queries.people import person_columns
from app.forum.queries.posts import PostRow, author_name, post, posts
from app.forum.queries.saving import Marks, mark_columns, marks_of, saved, watched
from app.forum.queries.spaces import spaces
from app.forum.queries.tags import popular_tags, tag, tagged, tags_of
from app.forum.queries.threads import (
    PAGE_SIZE,
    ThreadRow,
    post_url,
    thread,
    thread_url,
    threads,
    threads_by_id,
)

__all__ = [
    "PAGE_SIZE",
    "POSTS_A_PAGE",
    "Entry",
    "Marks",
    "Node",
    "PostRow",
    "ThreadRow",
    "author_name",
    "draft",
    "entries",
    "mark_columns",
    "marks_of",
    "outline",
    "page_starts",
    "person_columns",
    "popular_tags",
    "post",
    "post_url",
    "posts",
    "saved",
    "spaces",
    "tag",
    "tagged",
    "tags_of",
    "thread",
    "thread_url",
    "threads",
    "threads_by_id",
    "watched",
]
