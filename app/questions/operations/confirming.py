"""Whether an accepted answer is still right."""

from sqlalchemy import delete, select

from app.accounts.actor import Actor, Role
from app.accounts.models import Account
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Post
from app.questions import policy
from app.questions.aging import ENOUGH_NO, ENOUGH_YES
from app.questions.keeping import asks_still_right
from app.questions.models import Confirmation, Question
from app.questions.operations import loading


def confirm(actor: Actor, *, thread_id: int, post_id: int, is_right: bool) -> None:
    """Say whether the accepted answer `post_id` is still right; a later word takes the place of an earlier one.

    Its author's word settles it at once, readers' words do together (`aging`). Raises Problem when another answer is
    accepted by now. When nobody is asked (any more), nothing changes.
    """
    with transaction() as session:
        thread = loading.held(actor, thread_id)
        if reason := policy.confirm(actor, thread):
            raise Problem(reason)
        question = session.get_one(Question, thread_id, populate_existing=True)
        if question.accepted_post_id != post_id:
            raise Problem(policy.RACED)
        post = session.get(Post, post_id)
        if post is None:
            raise NotFound
        if not asks_still_right(question):
            return
        own = post.author_id == actor.id
        session.connection().execute(
            insert_ignoring(Confirmation).values(
                post_id=post_id, account_id=actor.id, is_right=is_right, created_at=now()
            )
        )
        word = session.get_one(Confirmation, (post_id, actor.id), populate_existing=True)
        word.is_right, word.created_at = is_right, now()
        session.flush()
        if own or _enough(post_id, is_right):
            _settle(question, is_right=is_right)


def begin_anew(thread_id: int) -> None:
    """Another answer is accepted, or none: what was said of the one before says nothing of it. In the open transaction."""
    posts = select(Post.id).where(Post.thread_id == thread_id)
    db.session.execute(delete(Confirmation).where(Confirmation.post_id.in_(posts)))


def _settle(question: Question, *, is_right: bool) -> None:
    """Renew it or mark it as out of date; what was said is counted from the beginning again."""
    if is_right:
        question.confirmed_at, question.stale_at = now(), None
    elif question.stale_at is None:
        question.stale_at = now()
    db.session().flush()
    db.session.execute(delete(Confirmation).where(Confirmation.post_id == question.accepted_post_id))
    forum.touch(question.thread_id)


def _enough(post_id: int, is_right: bool) -> bool:
    """Whether so many readers say so, and not new ones alone: accounts cost nothing, history does."""
    said = db.session.scalars(
        select(Account.role)
        .join(Confirmation, Confirmation.account_id == Account.id)
        .where(Confirmation.post_id == post_id, Confirmation.is_right == is_right)
    ).all()
    return len(said) >= (ENOUGH_YES if is_right else ENOUGH_NO) and set(said) != {Role.NEW}
