"""What follows in the trunk from events."""

from sqlalchemy import ColumnElement, delete

from app.accounts.events import SessionBegun
from app.core.db import db
from app.forum import mentioning
from app.forum.events import PostVisibilityChanged
from app.forum.models import Deletion, Draft, Post, ProposalState, Visibility
from app.forum.operations import edit_draft, propose_draft
from app.forum.operations.drafts import adopt_drafts
from app.forum.operations.rewriting import end_proposals

GONE = {Visibility.DELETED, Visibility.ERASED}


def session_begun(event: SessionBegun) -> None:
    adopt_drafts(event.account_id, event.visitor)


def visibility_changed(event: PostVisibilityChanged) -> None:
    """Who is named in what others see now hears of it; what hung on a post that went ends.

    What was brought back, by whomever, is its author's to bring back no more.
    """
    if event.after is Visibility.PUBLIC:
        mentioning.tell_in(event.thread_id)
    if event.before in GONE:
        db.session.execute(delete(Deletion).where(Deletion.post_id == event.post_id))
    if event.after not in GONE:
        return
    on: ColumnElement[bool] = Post.thread_id == event.thread_id if event.opening else Post.id == event.post_id
    end_proposals(on, ProposalState.ENDED, by_id=event.by_id)
    names = (edit_draft(event.post_id), propose_draft(event.post_id))
    db.session.execute(delete(Draft).where(Draft.form.in_(names)))
