"""Whole threads in outline: who hangs under whom, without the words; and the pages that a long one is cut into."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from app.accounts.actor import Actor, Role
from app.accounts.models import Account
from app.core.db import db
from app.core.problems import NotFound
from app.forum import policy
from app.forum.models import Post, Thread
from app.forum.queries.posts import PostRow

POSTS_A_PAGE = 50
FULL_ENOUGH = 35
MOST_ON_A_PAGE = 60


@dataclass(slots=True)
class Node:
    """One post of a thread without its words, and what hangs under it, oldest first.

    Of a post that is not `seen` there is only its place, kept for what is seen below it: pages say nothing of it but
    its `visibility`.
    """

    id: int
    parent_id: int | None
    author_id: int
    author_name: str
    official: bool
    visibility: str
    comment: bool
    up_count: int
    down_count: int
    created_at: datetime
    seen: bool
    children: list["Node"] = field(default_factory=list)

    def below(self) -> Iterator["Node"]:
        """Everything under this post, each before its own replies; imported chains may be any depth."""
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children[::-1]


@dataclass(slots=True)
class Entry:
    """A post at its place in a thread: `depth` is 0 for what hangs on the opening post, `above` is what it answers.

    `row` is the post in full; None while it is not fetched, and for ever where there is only a place.
    """

    node: Node
    depth: int
    above: Node | None
    row: PostRow | None = None

    @property
    def anchor(self) -> str:
        return f"p-{self.node.id}"


def outline(actor: Actor, thread_id: int) -> Node:
    """The opening post with everything under it, in one statement of narrow rows.

    What `actor` may not see stays, as a place, where something below it is seen. Raises NotFound when the opening
    post is not for `actor` to see.
    """
    found = outlines(actor, [thread_id])
    if thread_id not in found:
        raise NotFound
    return found[thread_id]


def outlines(actor: Actor, thread_ids: Collection[int]) -> dict[int, Node]:
    """`outline` of those of these threads whose opening post `actor` may see, in one statement."""
    rows = db.session.execute(
        select(
            Post.id,
            Post.parent_id,
            Post.author_id,
            Account.display_name,
            Account.role == Role.AGENT,
            Post.visibility,
            Post.comment,
            Post.up_count,
            Post.down_count,
            Post.created_at,
            policy.visible_posts(actor),
            Post.thread_id,
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Account, Account.id == Post.author_id)
        .where(Post.thread_id.in_(thread_ids))
        .order_by(Post.id)
    )
    nodes: dict[int, Node] = {}
    openings: dict[int, Node] = {}
    for *columns, thread_id in rows:
        node = nodes[columns[0]] = Node(*columns)
        if node.parent_id is None and node.seen:
            openings[thread_id] = node
    # A reply is younger than what it answers: from the last to the first, everything below a node has come before it.
    for node in reversed(nodes.values()):
        node.children.sort(key=lambda child: (child.created_at, child.id))
        if node.parent_id is not None and (node.seen or node.children):
            nodes[node.parent_id].children.append(node)
    return openings


def entries(direct: Sequence[Node]) -> list[Entry]:
    """What hangs on the opening post, in the order given, each with everything under it."""
    found: list[Entry] = []
    waiting = [Entry(node, 0, None) for node in reversed(direct)]
    while waiting:
        entry = waiting.pop()
        found.append(entry)
        waiting += [Entry(node, entry.depth + 1, entry.node) for node in reversed(entry.node.children)]
    return found


def page_starts(found: Sequence[Entry]) -> list[int]:
    """Where each page begins among `found`: POSTS_A_PAGE or so, MOST_ON_A_PAGE at most.

    A page ends early, once it is FULL_ENOUGH, rather than part a conversation that fits on one.
    """
    left = _left(found)
    starts = [0]
    for place, entry in enumerate(found):
        filled = place - starts[-1]
        if entry.depth == 0:
            full = filled >= POSTS_A_PAGE or (filled >= FULL_ENOUGH and filled + left[place] > MOST_ON_A_PAGE)
        else:
            full = filled >= POSTS_A_PAGE and filled + left[place] > MOST_ON_A_PAGE
        if full:
            starts.append(place)
    return starts


def _left(found: Sequence[Entry]) -> list[int]:
    """How much of its conversation is left from each place on, that place counted."""
    left = [0] * len(found)
    rest = 0
    for place in range(len(found) - 1, -1, -1):
        rest += 1
        left[place] = rest
        if found[place].depth == 0:
            rest = 0
    return left
