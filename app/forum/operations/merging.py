"""Two threads become one, and that is taken back. For moderators, who call this in a decision of theirs."""

from datetime import datetime

from sqlalchemy import delete, select

from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.problems import Problem
from app.forum import policy
from app.forum.models import Follow, MergedThread, Post, Saved, Thread, Visibility
from app.forum.operations.grafting import (
    Place,
    bring,
    empty,
    fill,
    graft,
    hold_all,
    moving,
    one,
    opening_of,
    outline,
    take_back,
)
from app.forum.operations.tagging import keep_names
from app.forum.ports import Facts


def merge(thread_id: int, into_id: int) -> Facts:
    """Let all posts of a thread stand in an older one, in the open transaction; what `unmerge` needs to take it back.

    Its answers are answers there, its opening post is a comment on the other, and who asked it follows that. Nobody
    sees the emptied thread any more, and its address leads on. The caller has asked whether that may be done. Raises
    NotFound, and Problem for what cannot be; see `hold_all` for when to call it.
    """
    if thread_id == into_id:
        raise Problem(policy.MERGE_INTO_ITSELF)
    thread, into = hold_all(thread_id, into_id)
    if thread.kind != into.kind:
        raise Problem(policy.MERGE_OTHER_KIND)
    if {thread.visibility, into.visibility} != {Visibility.PUBLIC}:
        raise Problem(policy.MERGE_UNSEEN)
    kind = moving(thread.kind)
    if reason := kind.stays(thread_id, into=False) or kind.stays(into_id, into=True):
        raise Problem(reason)
    opening, first = opening_of(thread_id), opening_of(into_id)
    if opening.id < first.id:
        raise Problem(policy.MERGE_THE_LATER)
    answers = [
        post_id
        for post_id, (parent_id, comment) in outline(thread_id).items()
        if parent_id == opening.id and not comment
    ]
    opening_id, first_id, activity = opening.id, first.id, into.last_activity_at
    followed = bring(Follow, thread_id, into_id)
    asker = _follow(thread, into)
    saved = bring(Saved, thread_id, into_id)
    roots = {opening_id: Place(first_id, comment=True)} | dict.fromkeys(answers, Place(first_id))
    graft(thread_id, into_id, roots, not_before={into_id: max(activity, thread.last_activity_at)})
    empty(thread_id, opening_id)
    return {
        "thread_id": thread_id,
        "into_id": into_id,
        "opening_id": opening_id,
        "answers": answers,
        "activity": activity.isoformat(),
        "followed": followed,
        "asker": asker,
        "saved": saved,
        "kind": kind.merged(thread_id, into_id),
    }


def unmerge(facts: Facts) -> None:
    """Take a `merge` back, in the open transaction: what was written since under a post that goes, goes with it.

    Answers that were moved on elsewhere since stay there. Raises NotFound, and Problem when the thread's opening post
    opens another one by now, or when it is not shown.
    """
    thread_id, opening_id = facts["thread_id"], facts["opening_id"]
    # From now on everything stands where it is found.
    keep_names(alone=True)
    opening = one(Post.id == opening_id)
    from_id = opening.thread_id
    thread, place = hold_all(thread_id, from_id)
    known = db.session.scalar(select(MergedThread.post_id).where(MergedThread.thread_id == thread_id))
    if (
        known != opening_id
        or opening.parent_id is None
        or {opening.visibility, place.visibility} != {Visibility.PUBLIC}
    ):
        raise Problem(policy.MOVED_SINCE)
    kind = moving(thread.kind)
    there = outline(from_id)
    roots = {opening_id: Place(None)} | {
        post_id: Place(opening_id) for post_id in facts["answers"] if post_id in there
    }
    not_before = {thread_id: thread.last_activity_at}
    if from_id == facts["into_id"]:
        not_before[from_id] = datetime.fromisoformat(facts["activity"])
    graft(from_id, thread_id, roots, not_before=not_before)
    fill(thread_id)
    into_id = facts["into_id"]
    take_back(Follow, into_id, thread_id, facts["followed"])
    take_back(Saved, into_id, thread_id, facts["saved"])
    if facts["asker"]:
        theirs = (Follow.thread_id == into_id, Follow.account_id == thread.author_id, ~Follow.muted)
        since = datetime.fromisoformat(facts["asker"])
        db.session.execute(delete(Follow).where(*theirs, Follow.created_at == since))
    kind.unmerged(thread_id, from_id, facts["kind"])


def _follow(thread: Thread, into: Thread) -> str | None:
    """Whoever began a thread hears of all that is said in it; in another's they follow it. When that began."""
    said = db.session.get(Follow, (thread.author_id, thread.id))
    if thread.author_id == into.author_id or said is not None:
        return None
    moment = now()
    row = {"account_id": thread.author_id, "thread_id": into.id, "created_at": moment}
    new = insert_ignoring(Follow).values(row).returning(Follow.account_id)
    began = db.session().connection().execute(new).scalar() is not None
    return moment.isoformat() if began else None
