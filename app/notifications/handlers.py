"""Who hears of an event. Each handler runs in the event's transaction and writes rows, nothing else."""

from sqlalchemy import select, update

from app.accounts.queries import actor_of
from app.core.db import db
from app.core.parts import part
from app.forum.events import Mentioned, PostEdited, PostsMoved, PostVisibilityChanged, ThreadLocked
from app.forum.models import Follow, Post, Thread, Visibility
from app.forum.queries import standing_in
from app.jobs.operations import enqueue
from app.moderation.events import PostRefused
from app.notifications import words
from app.notifications.models import Kind, Notification
from app.notifications.ports import TicketNotices
from app.notifications.telling import News, tell
from app.questions.events import (
    AnswerAccepted,
    AnswerPosted,
    Archived,
    MarkedDuplicate,
    Reopened,
    ReplyPosted,
)

FOLLOWERS = "notifications.followers"

TURNS = {
    (Visibility.HELD, Visibility.PUBLIC): "released",
    (Visibility.HELD, Visibility.DELETED): "removed",
    (Visibility.PUBLIC, Visibility.HIDDEN): "hidden",
    (Visibility.PUBLIC, Visibility.DELETED): "removed",
    (Visibility.HIDDEN, Visibility.DELETED): "removed",
    (Visibility.HIDDEN, Visibility.PUBLIC): "shown",
    (Visibility.DELETED, Visibility.PUBLIC): "shown",
}
"""What becomes of a post, as its author is told."""


def answer_posted(event: AnswerPosted) -> None:
    """The asker hears of an answer, and then who follows the thread."""
    post, thread = _post(event.post_id)
    tell(
        News(Kind.ANSWER, _of(post), actor_id=post.author_id, post=post, thread=thread), to=[thread.author_id]
    )
    _tell_followers(post)


def reply_posted(event: ReplyPosted) -> None:
    """Whoever is replied to hears of it, the asker, and then who follows the thread."""
    post, thread = _post(event.post_id)
    above = db.session.get_one(Post, post.parent_id).author_id
    tell(
        News(Kind.REPLY, _of(post), actor_id=post.author_id, post=post, thread=thread),
        to=[above, thread.author_id],
    )
    _tell_followers(post)


def answer_accepted(event: AnswerAccepted) -> None:
    """Who answered hears that it was accepted; accepted again after a change of mind, they hear nothing more."""
    post, thread = _post(event.post_id)
    news = News(Kind.ACCEPTED, f"accepted:{post.id}", actor_id=event.by_id, post=post, thread=thread)
    tell(news, to=[post.author_id])


def mentioned(event: Mentioned) -> None:
    """Who is named hears of it, unless they hear of that post anyway."""
    post, thread = _post(event.post_id)
    tell(
        News(Kind.MENTION, _of(post), actor_id=post.author_id, post=post, thread=thread),
        to=[event.account_id],
    )


def post_edited(event: PostEdited) -> None:
    """An author hears that somebody else changed their words."""
    _tell_author(event.post_id, "edited", by_id=event.by_id, named=True)


def visibility_changed(event: PostVisibilityChanged) -> None:
    """An author hears what became of their post, unless it was their own doing."""
    if what := TURNS.get((event.before, event.after)):
        _tell_author(event.post_id, what, by_id=event.by_id, even_unseen=what == "removed")


def post_refused(event: PostRefused) -> None:
    """An author hears that what waited for a look is not shown, and why."""
    _tell_author(event.post_id, words.refused(event.reason), by_id=event.by_id)


def marked_duplicate(event: MarkedDuplicate) -> None:
    _tell_author(_opening(event.thread_id), "duplicate", by_id=event.by_id)


def reopened(event: Reopened) -> None:
    _tell_author(_opening(event.thread_id), "reopened", by_id=event.by_id)


def thread_locked(event: ThreadLocked) -> None:
    _tell_author(_opening(event.thread_id), "locked" if event.locked else "unlocked", by_id=event.by_id)


def archived(event: Archived) -> None:
    what = "archived" if event.archived else "unarchived"
    _tell_author(_opening(event.thread_id), what, by_id=event.by_id)


def edit_proposed(post_id: int, by_id: int, proposal_id: int) -> None:
    """An author hears that `by_id` would change their words."""
    post, thread = _post(post_id)
    key = f"proposed:{proposal_id}"
    tell(News(Kind.YOURS, key, actor_id=by_id, what="proposed", post=post, thread=thread), [post.author_id])


def edit_decided(post_id: int, proposer_id: int, by_id: int, proposal_id: int, *, approved: bool) -> None:
    """Who proposed an edit hears what became of it."""
    post, thread = _post(post_id)
    what = "approved" if approved else "declined"
    news = News(Kind.YOURS, f"decided:{proposal_id}", actor_id=by_id, what=what, post=post, thread=thread)
    tell(news, [proposer_id])


def question_routed(thread_id: int, account_id: int) -> None:
    """Somebody whose answers fit is asked whether they can help."""
    post, thread = _post(_opening(thread_id))
    key = f"asked:{thread_id}"
    tell(News(Kind.ASKED, key, actor_id=thread.author_id, post=post, thread=thread), [account_id])


def escalation_changed(thread_id: int, what: str, escalation_id: int, account_ids: list[int]) -> None:
    """`account_ids` (the asker, whoever sent it) hear what became of a thread that is with support.

    `what` is `sent` or `closed`; each is told once an escalation.
    """
    post, thread = _post(_opening(thread_id))
    key = f"{what}:{escalation_id}"
    tell(News(Kind.SUPPORT, key, what=what, post=post, thread=thread), account_ids)


def support_answered(post_id: int) -> None:
    """The asker hears that support answered in their thread: not as of another answer, and even if they muted it."""
    post, thread = _post(post_id)
    tell(
        News(Kind.SUPPORT, _of(post), actor_id=post.author_id, what="answered", post=post, thread=thread),
        to=[thread.author_id],
    )
    _tell_followers(post)


def posts_moved(event: PostsMoved) -> None:
    """What was told of a post is told of the thread it stands in now."""
    there = select(Post.id).where(Post.thread_id == event.thread_id)
    other = (Notification.post_id.in_(there), Notification.thread_id != event.thread_id)
    moved = update(Notification).where(*other).values(thread_id=event.thread_id)
    db.session().connection().execute(moved)


def outcome_asked(thread_id: int, account_id: int) -> None:
    """Somebody is asked, once, how it went with the marketplace's support; not of a question that stands in another."""
    if standing_in([thread_id])[thread_id] != thread_id:
        return
    post, thread = _post(_opening(thread_id))
    tell(News(Kind.OUTCOME, f"outcome:{thread_id}", post=post, thread=thread), [account_id])


def standing_changed(account_id: int, what: str, key: str) -> None:
    """A person hears that they count for more or less, or may not post for a while.

    `what` is one of `rose`, `fell`, `suspended` and `lifted`; `key` names this one occurrence.
    """
    tell(News(Kind.STANDING, f"standing:{key}", what=what), [account_id])


def ticket_replied(ticket_id: int, message_id: int, author_id: int, recipient_id: int) -> None:
    """`recipient_id` hears of a message in a ticket, if they may read it."""
    recipient = actor_of(recipient_id)
    if recipient is not None and message_id in part(TicketNotices)(recipient, [message_id]):
        news = News(
            Kind.TICKET,
            f"message:{message_id}",
            actor_id=author_id,
            ticket_id=ticket_id,
            message_id=message_id,
        )
        tell(news, [recipient_id])


def _post(post_id: int) -> tuple[Post, Thread]:
    """As the transaction has them: whoever wrote in the thread holds it, so nobody else has changed them since."""
    post = db.session.get_one(Post, post_id)
    return post, db.session.get_one(Thread, post.thread_id)


def _opening(thread_id: int) -> int:
    opening = select(Post.id).where(Post.thread_id == thread_id, Post.parent_id.is_(None))
    return db.session.execute(opening).scalar_one()


def _of(post: Post) -> str:
    """The one key of all that tells of a post being written."""
    return f"post:{post.id}"


def _tell_author(
    post_id: int, what: str, *, by_id: int | None, named: bool = False, even_unseen: bool = False
) -> None:
    """Tell an author what somebody else did with their post; moderators are not named.

    The thread's version, which every such act moves, tells one act from the next.
    """
    post, thread = _post(post_id)
    if by_id == post.author_id:
        return
    version = db.session.scalar(select(Thread.version).where(Thread.id == thread.id))
    news = News(
        Kind.YOURS,
        f"{what}:{post.id}:{version}",
        actor_id=by_id if named else None,
        what=what,
        post=post,
        thread=thread,
        even_unseen=even_unseen,
    )
    tell(news, [post.author_id])


def _tell_followers(post: Post) -> None:
    """Followers may be thousands, so a job tells them."""
    follows = select(Follow.account_id).where(Follow.thread_id == post.thread_id, Follow.muted.is_(False))
    if db.session.scalar(follows.limit(1)) is not None:
        enqueue(FOLLOWERS, {"post_id": post.id}, key=f"followers:{post.id}")
