"""Suggesting a change to what others wrote, and deciding on it."""

from collections.abc import Iterable

from sqlalchemy import select, update

from app.accounts.actor import Actor
from app.core import once
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import mentioning, policy
from app.forum.events import EditDecided, EditProposed
from app.forum.masking import public
from app.forum.models import LONGEST_REASON, EditProposal, Post, ProposalState, Tag, Thread, ThreadTag
from app.forum.operations import loading
from app.forum.operations.drafts import discard_draft
from app.forum.operations.rewriting import rewrite
from app.forum.operations.writing import prepared
from app.forum.pace import keep_proposals_few
from app.forum.ports import Watched
from app.forum.watching import new_in, note_watched, watch, watch_line


def propose(
    actor: Actor,
    *,
    post_id: int,
    version: int,
    source: str,
    title: str | None = None,
    tags: Iterable[str] | None = None,
    reason: str,
    token: str,
    visitor: str | None = None,
) -> int:
    """Suggest other words for what somebody else wrote; the proposal's id, also for the same `token` again.

    Raises Problem when the post is not at `version` any more, when nothing differs, when a watched word may not be posted, or when an earlier suggestion of
    `actor` for this post still waits.
    """
    words = prepared(source, mentions=True)
    watch(actor, words=words, title=title)
    watch_line(actor, reason, field="reason")
    with transaction() as session:
        post, thread = loading.post(actor, post_id)
        if refused := policy.propose(actor, post, thread):
            raise Problem(refused)
        if known := once.replayed(token, actor.using("propose")):
            return known
        if not reason:
            raise Problem(policy.SAY_WHY, field="reason")
        if post.version != version:
            raise Problem(policy.CHANGED_MEANWHILE)
        opening = post.parent_id is None
        named = None if tags is None or not opening else sorted(set(tags))
        # The one it has is left alone: of it the public reads perhaps a mask only.
        title = title if opening and title and title != thread.title else None
        if (
            words.source == post.source
            and (title or thread.title) == thread.title
            and _carries(thread, named)
        ):
            raise Problem(policy.NOTHING_CHANGED, field="source")
        keep_proposals_few(actor)
        row = insert_ignoring(EditProposal).values(
            post_id=post_id,
            version=version,
            title=title,
            tags=named,
            source=words.source,
            reason=public(reason)[:LONGEST_REASON],
            proposer_id=actor.id,
            state=ProposalState.PENDING,
            created_at=now(),
            word="",
        )
        proposal_id = session.connection().execute(row.returning(EditProposal.id)).scalar()
        if proposal_id is None:
            raise Problem(policy.STILL_WAITS)
        discard_draft(actor, visitor, propose_draft(post_id))
        once.settle(token, actor.using("propose"), proposal_id)
        emit(EditProposed(proposal_id, post_id, thread.id, int(actor.id or 0)))
        return proposal_id


def approve(actor: Actor, *, proposal_id: int, word: str = "") -> None:
    """Put a suggested change into its post, as an edit by whoever suggested it. Twice is once.

    Raises Problem when somebody else has decided meanwhile, or the post was changed.
    """
    # Rendered before the transaction, so that no lock is held meanwhile; a proposal never changes.
    columns = (EditProposal.source, EditProposal.title, EditProposal.reason)
    suggested = db.session.execute(select(*columns).where(EditProposal.id == proposal_id)).one_or_none()
    source, title, reason = suggested or ("", None, "")
    words = prepared(source, mentions=True)
    watched = watch(actor, words=words, title=title) | _watched_reason(actor, reason)
    with transaction():
        proposal, post, thread = _reviewed(actor, proposal_id)
        if _was(actor, proposal, ProposalState.APPROVED):
            return
        _decide(actor, proposal, ProposalState.APPROVED, word)
        if post.version != proposal.version:
            raise Problem(policy.OUTDATED)
        watched = new_in(actor, watched, post, thread)
        if watched.held:
            raise Problem(policy.A_MODERATOR_DECIDES)
        rewrite(
            proposal.proposer_id,
            post,
            thread,
            version=proposal.version,
            words=words,
            title=proposal.title,
            tags=proposal.tags,
            reason=proposal.reason,
        )
        note_watched(actor, post.id, watched)
        mentioning.note(post.id, post.author_id, words.mentioned)
        emit(EditDecided(proposal_id, post.id, thread.id, int(actor.id or 0), approved=True))


def _watched_reason(actor: Actor, reason: str) -> Watched:
    """Whoever approves did not write it, and cannot change it."""
    try:
        return watch_line(actor, reason, field="word")
    except Problem:
        raise Problem(policy.REASON_CANNOT_STAND) from None


def decline(actor: Actor, *, proposal_id: int, word: str) -> None:
    """Leave a post as it is, and say in a word why. Twice is once; raises Problem as `approve` does."""
    with transaction():
        proposal, post, thread = _reviewed(actor, proposal_id)
        if _was(actor, proposal, ProposalState.DECLINED):
            return
        if not word:
            raise Problem(policy.SAY_WHY_NOT, field="word")
        _decide(actor, proposal, ProposalState.DECLINED, word)
        emit(EditDecided(proposal_id, post.id, thread.id, int(actor.id or 0), approved=False))


def propose_draft(post_id: int) -> str:
    """The name under which an unsent suggestion is kept."""
    return f"propose:{post_id}"


def _reviewed(actor: Actor, proposal_id: int) -> tuple[EditProposal, Post, Thread]:
    post_id = db.session.scalar(select(EditProposal.post_id).where(EditProposal.id == proposal_id))
    post, thread = loading.post(actor, post_id or 0)
    proposal = db.session.get_one(EditProposal, proposal_id, populate_existing=True)
    if not policy.can_see_proposal(actor, proposal, post, thread):
        raise NotFound
    if refused := policy.review(actor, proposal, post, thread):
        raise Problem(refused)
    return proposal, post, thread


def _was(actor: Actor, proposal: EditProposal, state: ProposalState) -> bool:
    return proposal.state == state and proposal.decided_by_id == actor.id


def _decide(actor: Actor, proposal: EditProposal, state: ProposalState, word: str) -> None:
    pending = (EditProposal.id == proposal.id, EditProposal.state == ProposalState.PENDING)
    values = {
        "state": state,
        "decided_by_id": actor.id,
        "decided_at": now(),
        "word": public(word)[:LONGEST_REASON],
    }
    taken = db.session().connection().execute(update(EditProposal).where(*pending).values(values))
    if not taken.rowcount:
        outdated = proposal.state == ProposalState.OUTDATED
        raise Problem(policy.OUTDATED if outdated else policy.DECIDED)


def _carries(thread: Thread, names: list[str] | None) -> bool:
    """Whether the thread has exactly these tags; None asks for no others."""
    carried = select(Tag.name).join(ThreadTag).where(ThreadTag.thread_id == thread.id)
    return names is None or set(db.session.scalars(carried)) == set(names)
