"""Who hears of an event. Each handler runs in the event's transaction and writes rows, nothing else."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, select, update

from app.accounts.actor import Role
from app.accounts.models import Account
from app.accounts.queries import actor_of
from app.core.clock import now
from app.core.db import db
from app.core.parts import part
from app.core.transaction import transaction
from app.forum.events import Mentioned, PostEdited, PostsMoved
from app.forum.models import Follow, Post, Thread
from app.forum.queries import standing_in
from app.jobs.operations import enqueue
from app.moderation import targets
from app.moderation.acts import ACTS, Upholds, Verb
from app.moderation.events import (
    AppealDecided,
    Appealed,
    DecisionMade,
    DecisionTakenBack,
    Flagged,
    Proposed,
    Reported,
)
from app.moderation.models import Appeal, Decision, Proposal, Review, Side, Told
from app.notifications.models import Kind, Notification
from app.notifications.ports import TicketNotices
from app.notifications.telling import News, tell
from app.questions.events import (
    AnswerAccepted,
    AnswerPosted,
    MarkedDuplicate,
    Reopened,
    ReplyPosted,
)

FOLLOWERS = "notifications.followers"
REPORTERS = "notifications.reporters"


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
    """An author hears that somebody else changed their words, unless that was decided: then they hear so."""
    if event.decided:
        return
    _tell_author(event.post_id, "edited", by_id=event.by_id, named=True)


def decision_made(event: DecisionMade) -> None:
    """Whose words it is about hears at once; who flagged it, by a job, for they may be thousands."""
    decision, review = _decision(event.decision_id)
    side = select(Told.side).where(
        Told.decision_id == decision.id, Told.account_id == decision.subject_id, Told.side == Side.AUTHOR
    )
    if db.session.scalar(side) is not None:
        _tell_of_decision(decision, review, Kind.YOURS, _done(decision), [decision.subject_id])
    if _has_reporters(decision.id):
        enqueue(
            REPORTERS,
            {"decision_id": decision.id, "what": _outcome(decision)},
            key=f"reporters:{decision.id}",
        )


def decision_taken_back(event: DecisionTakenBack) -> None:
    """Who was told of a decision hears that it counts no more, instead of it where they have not read of it."""
    decision, review = _decision(event.decision_id)
    unread = (
        Notification.account_id == decision.subject_id,
        Notification.key == _key(_done(decision), decision),
        Notification.read_at.is_(None),
        Notification.saved_at.is_(None),
        Notification.letter_id.is_(None),
    )
    db.session().connection().execute(delete(Notification).where(*unread))
    what = "reversed" if event.reversed else "undone"
    told = select(Told.account_id).where(Told.decision_id == decision.id, Told.side == Side.AUTHOR)
    _tell_of_decision(decision, review, Kind.YOURS, what, db.session.scalars(told).all())
    if _has_reporters(decision.id):
        enqueue(
            REPORTERS,
            {"decision_id": decision.id, "what": "reopened"},
            key=f"reopened:{decision.id}",
        )


def proposed(event: Proposed) -> None:
    """Other moderators hear that one of them needs a second, but for whom it is about."""
    proposal = db.session.get_one(Proposal, event.proposal_id)
    about = db.session.get_one(Review, proposal.review_id).author_id
    others = set(_moderators()) - {proposal.by_id, about}
    tell(News(Kind.QUEUE, f"proposal:{proposal.id}", what="proposal"), others)


def appealed(event: Appealed) -> None:
    """Moderators hear that somebody asks for another look."""
    tell(News(Kind.QUEUE, f"appeal:{event.appeal_id}", what="appeal"), _moderators())


def appeal_decided(event: AppealDecided) -> None:
    """Who asked for another look hears what came of it; without an account, by a letter of moderation's own."""
    appeal = db.session.get_one(Appeal, event.appeal_id)
    if appeal.account_id is None:
        return
    decision, review = _decision(event.decision_id)
    _tell_of_decision(decision, review, Kind.YOURS, f"appeal {appeal.state}", [appeal.account_id])


def reporters(decision_id: int, what: str, account_ids: Collection[int]) -> None:
    """Those who flagged something hear what became of it, or that it is looked at again."""
    decision, review = _decision(decision_id)
    _tell_of_decision(decision, review, Kind.FLAG, what, account_ids)


def flagged(event: Flagged | Reported) -> None:
    """Moderators hear at once of what is severe, once while it waits."""
    if not event.urgent:
        return
    review = db.session.get_one(Review, event.review_id)
    key = f"urgent:{review.id}:{review.version}"
    tell(News(Kind.QUEUE, key, what="urgent"), _moderators())


def tell_of_queue() -> None:
    """Moderators hear, at most once an hour, that something waits which did not wait an hour ago."""
    since = now() - timedelta(hours=1)
    fresh = select(Review.id).where(Review.opened_at > since).limit(1)
    if db.session.scalar(fresh) is None:
        return
    with transaction():
        tell(News(Kind.QUEUE, f"queue:{now():%Y%m%d%H}", what="waiting"), _moderators())


def marked_duplicate(event: MarkedDuplicate) -> None:
    if event.decided:
        return
    _tell_author(_opening(event.thread_id), "duplicate", by_id=event.by_id)


def reopened(event: Reopened) -> None:
    if event.decided:
        return
    _tell_author(_opening(event.thread_id), "reopened", by_id=event.by_id)


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


def escalation_ended(thread_id: int, escalation_id: int, account_ids: list[int]) -> None:
    """`account_ids` (the asker, whoever sent it) hear, once, that support has finished with a thread."""
    post, thread = _post(_opening(thread_id))
    tell(News(Kind.SUPPORT, f"closed:{escalation_id}", what="closed", post=post, thread=thread), account_ids)


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


def _decision(decision_id: int) -> tuple[Decision, Review]:
    decision = db.session.get_one(Decision, decision_id)
    return decision, db.session.get_one(Review, decision.review_id)


def _done(decision: Decision) -> str:
    """What whose words it is about hears."""
    return "rule" if decision.automated and decision.act == Verb.HIDE else decision.act


def _key(what: str, decision: Decision) -> str:
    return f"{what}:d{decision.id}"


def _outcome(decision: Decision) -> str:
    """What reporters hear."""
    upholds = ACTS[Verb(decision.act)].upholds
    return {Upholds.YES: "upheld", Upholds.NO: "kept", Upholds.NEITHER: "settled"}[upholds]


def _has_reporters(decision_id: int) -> bool:
    told = select(Told.account_id).where(Told.decision_id == decision_id, Told.side == Side.REPORTER)
    return db.session.scalar(told.limit(1)) is not None


def _tell_of_decision(
    decision: Decision, review: Review, kind: Kind, what: str, account_ids: Collection[int]
) -> None:
    """Signed by nobody: moderators decide together."""
    subject = targets.subject(targets.SYSTEM, targets.of_review(review))
    news = News(
        kind,
        _key(what, decision),
        what=what,
        post=subject.post,
        thread=subject.thread,
        decision_id=decision.id,
        even_unseen=True,
    )
    tell(news, account_ids)


def _moderators() -> Sequence[int]:
    return db.session.scalars(select(Account.id).where(Account.role.in_((Role.MODERATOR, Role.ADMIN)))).all()


def _tell_followers(post: Post) -> None:
    """Followers may be thousands, so a job tells them."""
    follows = select(Follow.account_id).where(Follow.thread_id == post.thread_id, Follow.muted.is_(False))
    if db.session.scalar(follows.limit(1)) is not None:
        enqueue(FOLLOWERS, {"post_id": post.id}, key=f"followers:{post.id}")
