"""Some posts become a thread of their own, and that is taken back. For moderators, in a decision of theirs."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.core.problems import Problem
from app.forum import policy
from app.forum.masking import titled
from app.forum.models import Follow, Post, Saved, Tag, Thread, ThreadTag, Visibility
from app.forum.operations.grafting import (
    Place,
    bring,
    empty,
    graft,
    hold_all,
    moving,
    one,
    opening_of,
    outline,
)
from app.forum.operations.spaces import living_space
from app.forum.operations.tagging import keep_names, set_tags
from app.forum.ports import Facts


def split(
    thread_id: int, post_ids: Collection[int], title: str, space_id: int | None = None
) -> tuple[int, Facts]:
    """Let posts with everything under them be a thread of its own, in the open transaction; its id, and what `unsplit` needs.

    The oldest opens it; the others, and what hung on that one, are its answers, but comments on the thread stay such. It
    carries the same tags, stands in `space_id` or where the other stands, and has the same followers. The caller has
    asked whether that may be done. Raises NotFound, and Problem for what cannot be; see `hold_all` for when to call it.
    """
    title = title.strip()
    if not title:
        raise Problem(policy.SPLIT_UNTITLED, field="title")
    if space_id is not None:
        space_id = living_space(space_id)
    thread = hold_all(thread_id)[0]
    if thread.visibility != Visibility.PUBLIC:
        raise Problem(policy.MERGE_UNSEEN)
    kind = moving(thread.kind)
    if reason := kind.stays(thread_id, into=False):
        raise Problem(reason)
    tree = outline(thread_id)
    if not post_ids or not tree.keys() >= set(post_ids):
        raise Problem(policy.SPLIT_NOTHING)
    chosen = _uppermost(tree, set(post_ids))
    opening = one(Post.id == chosen[0])
    if opening.parent_id is None:
        raise Problem(policy.SPLIT_OPENING)
    if opening.visibility != Visibility.PUBLIC:
        raise Problem(policy.SPLIT_UNSEEN)
    activity = thread.last_activity_at
    new_id = _begin(thread, opening, title, space_id or thread.space_id, kind.first_state)
    on_thread = opening_of(thread_id).id
    under = [post_id for post_id, (parent_id, _comment) in tree.items() if parent_id == opening.id]
    places = {opening.id: Place(None)} | dict.fromkeys(under, Place(opening.id))
    for post_id in chosen[1:]:
        parent_id, comment = tree[post_id]
        places[post_id] = Place(opening.id, comment=comment and parent_id == on_thread)
    began = now()
    bring(Follow, thread_id, new_id)
    graft(thread_id, new_id, places)
    facts = {
        "thread_id": thread_id,
        "new_id": new_id,
        "posts": {str(post_id): list(tree[post_id]) for post_id in chosen},
        "activity": activity.isoformat(),
        "at": began.isoformat(),
        "kind": kind.split(thread_id, new_id),
    }
    return new_id, facts


def unsplit(facts: Facts) -> None:
    """Take a `split` back, in the open transaction: each post hangs where it hung, with what was written under it since.

    Where that stands by now, all goes; nobody sees the emptied thread any more, and its address leads on. Chosen posts
    that were moved on since stay there. Raises NotFound, and Problem when the new thread opens with another post or is
    not shown, and when the posts hung on such as stand in several threads by now.
    """
    new_id = facts["new_id"]
    # From now on everything stands where it is found.
    keep_names(alone=True)
    former = {int(post_id): Place(*place) for post_id, place in facts["posts"].items()}
    opening_id = min(former)
    tree = outline(new_id)
    roots = {post_id: place for post_id, place in former.items() if post_id in tree}
    above = select(Post.thread_id).where(Post.id.in_({place.parent_id for place in roots.values()}))
    homes = set(db.session.scalars(above)) - {new_id}
    if opening_id not in roots or tree[opening_id][0] is not None or len(homes) != 1:
        raise Problem(policy.MOVED_SINCE)
    home_id = homes.pop()
    new, home = hold_all(new_id, home_id)
    if {new.visibility, home.visibility} != {Visibility.PUBLIC}:
        raise Problem(policy.MOVED_SINCE)
    kind = moving(new.kind)
    if reason := kind.stays(new_id, into=False):
        raise Problem(reason)
    began = datetime.fromisoformat(facts["at"])
    bring(Follow, new_id, home_id, since=began)
    bring(Saved, new_id, home_id)
    back = home_id == facts["thread_id"]
    graft(
        new_id,
        home_id,
        roots,
        not_before={home_id: datetime.fromisoformat(facts["activity"]) if back else home.last_activity_at},
    )
    empty(new_id, opening_id)
    kind.unsplit(home_id, new_id, facts["kind"])


def _uppermost(tree: dict[int, tuple[int | None, bool]], chosen: set[int]) -> list[int]:
    """Those of `chosen` that hang under no other of them, the oldest first."""
    taken: set[int] = set()
    found = []
    for post_id, (parent_id, _comment) in tree.items():
        if parent_id in taken:
            taken.add(post_id)
        elif post_id in chosen:
            taken.add(post_id)
            found.append(post_id)
    return found


def _begin(thread: Thread, opening: Post, title: str, space_id: int, state: str) -> int:
    """A thread that waits for its posts, asked by whoever wrote the one that opens it."""
    row = Thread(
        kind=thread.kind,
        state=state,
        space_id=space_id,
        author_id=opening.author_id,
        **titled(title),
        visibility=Visibility.PUBLIC,
        created_at=opening.created_at,
        last_activity_at=opening.created_at,
    )
    db.session.add(row)
    db.session.flush()
    names = select(Tag.name).join(ThreadTag).where(ThreadTag.thread_id == thread.id)
    set_tags(row.id, db.session.scalars(names).all())
    return row.id
