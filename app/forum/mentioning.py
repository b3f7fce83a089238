"""Mentions: who is named in what somebody writes, and telling them of it once, when others may see it."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, select, update

from app.accounts.models import Account, AccountState
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.text import Rendered, names_in, render
from app.forum.events import Mentioned
from app.forum.models import Mention, Post, Thread, Visibility

MOST_MENTIONED = 10


def rendered(source: str) -> tuple[Rendered, tuple[int, ...]]:
    """`source` as HTML with the people named in it linked, and the ids of the first MOST_MENTIONED of them."""
    names = names_in(source)
    known: dict[str, int] = {}
    if names:
        rows = select(Account.name, Account.id).where(
            Account.name.in_(names), Account.state == AccountState.ACTIVE
        )
        known = dict(db.session.execute(rows).all())
    words = render(source, known)
    return words, tuple(known[name] for name in words.mentioned[:MOST_MENTIONED])


def note(post_id: int, author_id: int, mentioned: Collection[int]) -> None:
    """Keep whom a post names, in the open transaction; those who are new to it hear of it when others may see it."""
    connection = db.session().connection()
    wanted = set(mentioned) - {author_id}
    connection.execute(
        delete(Mention).where(
            Mention.post_id == post_id, Mention.told.is_(False), Mention.account_id.not_in(wanted)
        )
    )
    if wanted:
        rows = [
            {"post_id": post_id, "account_id": account_id, "told": False} for account_id in sorted(wanted)
        ]
        connection.execute(insert_ignoring(Mention), rows)
        _tell(Mention.post_id == post_id)


def tell_in(thread_id: int) -> None:
    """Tell those who are named in a thread and could not see it yet, in the open transaction."""
    _tell(Mention.post_id.in_(select(Post.id).where(Post.thread_id == thread_id)))


def _tell(which: ColumnElement[bool]) -> None:
    """Say of mentions in public posts that they are there, of each once, whoever else is about to."""
    public = (
        select(Post.id)
        .join(Thread)
        .where(Post.visibility == Visibility.PUBLIC, Thread.visibility == Visibility.PUBLIC)
    )
    told = (
        update(Mention)
        .where(which, Mention.told.is_(False), Mention.post_id.in_(public))
        .values(told=True)
        .returning(Mention.post_id, Mention.account_id)
    )
    found = sorted(tuple(row) for row in db.session().connection().execute(told))
    if not found:
        return
    posts = {post_id for post_id, _account_id in found}
    threads = dict(db.session.execute(select(Post.id, Post.thread_id).where(Post.id.in_(posts))).all())
    for post_id, account_id in found:
        emit(Mentioned(post_id, threads[post_id], account_id))
