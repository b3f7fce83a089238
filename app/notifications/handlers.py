"""Who hears of an event. Each handler runs in the event's transaction and writes rows, nothing else."""

from sqlalchemy import and_, or_, select

from app.accounts.queries import actor_of
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.parts import part
from app.forum.models import Post, Thread
from app.forum.policy import can_see_post
from app.jobs.operations import enqueue
from app.notifications.models import Kind, Notification
from app.notifications.ports import TicketNotices
from app.questions.events import AnswerAccepted, AnswerPosted, ReplyPosted

MAIL = "notifications.mail"


def answer_posted(event: AnswerPosted) -> None:
    """The asker hears of an answer."""
    post, thread = _post(event.post_id)
    _tell_of_post(thread.author_id, Kind.ANSWER, post, thread, key=f"post:{post.id}", actor_id=post.author_id)


def reply_posted(event: ReplyPosted) -> None:
    """Everybody in that conversation hears of it: who answered, who replied before, and the asker."""
    post, thread = _post(event.post_id)
    beside = and_(Post.parent_id == post.parent_id, Post.comment == post.comment)
    here = select(Post.author_id).where(or_(Post.id == post.parent_id, beside))
    for recipient_id in sorted({thread.author_id, *db.session.scalars(here)}):
        _tell_of_post(recipient_id, Kind.REPLY, post, thread, key=f"post:{post.id}", actor_id=post.author_id)


def answer_accepted(event: AnswerAccepted) -> None:
    """Who answered hears that it was accepted; accepted again after a change of mind, they hear nothing more."""
    post, thread = _post(event.post_id)
    _tell_of_post(
        post.author_id, Kind.ACCEPTED, post, thread, key=f"accepted:{post.id}", actor_id=event.by_id
    )


def ticket_replied(ticket_id: int, message_id: int, author_id: int, recipient_id: int) -> None:
    """`recipient_id` hears of a message in a ticket, if they may read it."""
    recipient = actor_of(recipient_id)
    if recipient is not None and message_id in part(TicketNotices)(recipient, [message_id]):
        _tell(
            Kind.TICKET,
            account_id=recipient_id,
            actor_id=author_id,
            key=f"message:{message_id}",
            ticket_id=ticket_id,
            message_id=message_id,
        )


def _post(post_id: int) -> tuple[Post, Thread]:
    row = db.session.execute(select(Post, Thread).join(Thread).where(Post.id == post_id)).one()
    return row.Post, row.Thread


def _tell_of_post(
    recipient_id: int, kind: Kind, post: Post, thread: Thread, *, key: str, actor_id: int
) -> None:
    recipient = actor_of(recipient_id)
    if recipient is not None and can_see_post(recipient, post, thread):
        _tell(kind, account_id=recipient_id, actor_id=actor_id, key=key, thread_id=thread.id, post_id=post.id)


def _tell(kind: Kind, *, account_id: int, actor_id: int, key: str, **about: int) -> None:
    if account_id == actor_id:
        return
    row = insert_ignoring(Notification).values(
        account_id=account_id, kind=kind, key=key, actor_id=actor_id, created_at=now(), **about
    )
    notification_id = db.session().connection().execute(row.returning(Notification.id)).scalar()
    if notification_id is not None:
        enqueue(MAIL, {"notification_id": notification_id}, key=f"notice:{notification_id}")
