"""Authors take back what nobody has answered yet, and may bring it back for a while."""

from sqlalchemy import delete as remove
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Deletion, Post, Thread, Visibility
from app.questions import policy
from app.questions.keeping import hangs_on
from app.questions.operations import loading


def delete(actor: Actor, *, post_id: int) -> None:
    """Delete what one wrote: a question without answers, an answer or reply that nobody replied to and nobody accepted.

    Raises NotFound for what is not `actor`'s to see, Problem for what stays.
    """
    with transaction() as session:
        post, thread = loading.held_post(actor, post_id)
        if reason := policy.delete(actor, post, thread, hangs=hangs_on(post, thread)):
            raise Problem(reason)
        was = thread.visibility if post.parent_id is None else post.visibility
        session.execute(remove(Deletion).where(Deletion.post_id == post_id))
        forum.set_visibility(post_id, Visibility.DELETED, by_id=actor.id)
        session.add(Deletion(post_id=post_id, by_id=actor.id, was=was, deleted_at=now()))


def undelete(actor: Actor, *, post_id: int) -> None:
    """Bring back what one deleted within `policy.UNDO`; twice changes nothing. Raises NotFound for all else."""
    with transaction() as session:
        forum.keep_names()
        if thread_id := session.scalar(select(Post.thread_id).where(Post.id == post_id)):
            forum.hold_thread(thread_id)
        row = session.execute(
            select(Deletion, Post, Thread)
            .join(Post, Post.id == Deletion.post_id)
            .join(Thread, Thread.id == Post.thread_id)
            .where(Deletion.post_id == post_id)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if row is None:
            # Brought back a moment ago by the same click, or never deleted: whoever may see it sees it.
            loading.held_post(actor, post_id)
            return
        if row.Deletion.by_id != actor.id:
            raise NotFound
        if reason := policy.undelete(actor, row.Deletion, row.Thread):
            raise Problem(reason)
        was = Visibility(row.Deletion.was)
        session.delete(row.Deletion)
        forum.set_visibility(post_id, was, by_id=actor.id)
