"""Where reputation comes from."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select

from app.accounts.actor import Actor
from app.community.models import Reason, Reputation
from app.core.db import db
from app.core.web.pages import Page, cut
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts
from app.forum.queries import PAGE_SIZE


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One thing that counts, without who it came from."""

    points: int
    reason: Reason
    post_id: int
    title: str
    at: datetime

    @property
    def url(self) -> str:
        return url_for("forum.post", post_id=self.post_id)


def ledger(actor: Actor, account_id: int, number: int) -> Page[LedgerRow]:
    """The latest first. What `actor` may not see is left out, and counts nothing: the rest adds up all the same."""
    rows = db.session.execute(
        select(Reputation.points, Reputation.reason, Reputation.post_id, Thread.title, Reputation.created_at)
        .join(Post, Post.id == Reputation.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Reputation.account_id == account_id, visible_posts(actor))
        .order_by(Reputation.created_at.desc(), Reputation.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    page = cut(rows, number, PAGE_SIZE)
    told = [
        LedgerRow(points, Reason(reason), post_id, title, at)
        for points, reason, post_id, title, at in page.rows
    ]
    return Page(told, page.number, page.more)
