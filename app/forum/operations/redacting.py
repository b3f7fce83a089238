"""Putting passages of posts away, and bringing them back. Called in an open transaction that holds the thread."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select, update

from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.problems import Problem
from app.core.text import is_long_enough, linked_in, links, seen_in, spans_of
from app.forum.events import TextRebuilt
from app.forum.masking import public_html, titled
from app.forum.models import Away, Post, Redaction, Thread
from app.forum.operations.writing import touch
from app.forum.redacted import put_away

NOT_IN_IT = _("These words are not in it. Copy them from the post as they stand there.")
TOO_SHORT = _("That is too little to find it by. Name at least three letters or digits of it.")


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """Something of a post that can be put away."""

    kind: Away
    passage: str


def named_words(post: Post, thread: Thread, passage: str) -> list[Named]:
    """Words that stand in a post, its links or, when it opens its thread, the title.

    Raises Problem, beside `passage`, for those that do not.
    """
    if not is_long_enough(passage):
        raise Problem(TOO_SHORT, field="passage")
    spans = spans_of([passage])
    if not any(any(spans(text)) for text in _texts(post, thread)):
        raise Problem(NOT_IN_IT, field="passage")
    return [Named(Away.WORDS, passage)]


def named_links(post: Post, thread: Thread, passage: str) -> list[Named]:
    """The hosts of those links of a post that leave this site: that `passage` names, or all when it is empty.

    A link is named by its address, a part of it, or its words. Where none is, the words themselves are, if they stand
    there. Raises Problem, beside `passage`, for what does not.
    """
    html = _written(post)
    title = _title(thread) if post.parent_id is None else ""
    if not passage:
        return _hosts(links(html, title))
    if not is_long_enough(passage):
        raise Problem(TOO_SHORT, field="passage")
    spans = spans_of([passage])
    wanted = [
        address
        for address, words in [*linked_in(html), *((bare, "") for bare in links(html, title))]
        if any(spans(address))
        or any(spans(words))
        or (is_long_enough(words) and any(spans_of([words])(passage)))
    ]
    return _hosts(wanted) or named_words(post, thread, passage)


def redacted(post_id: int) -> set[Named]:
    """What is put away of a post."""
    rows = select(Redaction.kind, Redaction.passage).where(Redaction.post_id == post_id)
    return {Named(Away(row.kind), row.passage) for row in db.session.execute(rows)}


def redact(post_id: int, named: Collection[Named], *, by_flag: int) -> list[Named]:
    """Put these away for everybody but staff and the author's own form; those that were not yet."""
    fresh = sorted(set(named) - redacted(post_id))
    if fresh:
        rows = [
            {
                "post_id": post_id,
                "kind": each.kind,
                "passage": each.passage,
                "by_flag": by_flag,
                "made_at": now(),
            }
            for each in fresh
        ]
        db.session().connection().execute(insert_ignoring(Redaction).values(rows))
        mask_anew(post_id)
    return fresh


def unredact(post_id: int, named: Iterable[Named] | None = None) -> list[tuple[Named, int]]:
    """Bring these back, or with None all of the post; what that was, each with its flag."""
    rows = db.session.scalars(
        select(Redaction).where(Redaction.post_id == post_id).order_by(Redaction.id)
    ).all()
    wanted = None if named is None else set(named)
    gone = [row for row in rows if wanted is None or Named(Away(row.kind), row.passage) in wanted]
    back = [(Named(Away(row.kind), row.passage), row.by_flag) for row in gone]
    if gone:
        ids = [row.id for row in gone]
        for row in gone:
            db.session.expunge(row)
        db.session().connection().execute(delete(Redaction).where(Redaction.id.in_(ids)))
        mask_anew(post_id)
    return back


def mask_anew(post_id: int) -> None:
    """Let the public read a post, and the title it gives, as what is put away of it now says."""
    db.session.flush()
    post = db.session.get_one(Post, post_id, populate_existing=True)
    thread = db.session.get_one(Thread, post.thread_id, populate_existing=True)
    hidden = put_away(post_id)
    written = _written(post)
    html, found = public_html(written, hidden)
    db.session().connection().execute(
        update(Post).where(Post.id == post_id).values(html=html, unmasked_html=written if found else None)
    )
    db.session.expire(post)
    changes = titled(_title(thread), hidden) if post.parent_id is None else {}
    touch(thread.id, **changes)
    emit(TextRebuilt(thread.id))


def mask_again(post_id: int) -> None:
    """After a post got other words: what is put away of it is put away in those too."""
    kept = select(func.count()).where(Redaction.post_id == post_id)
    if db.session.scalar(kept):
        mask_anew(post_id)


def _texts(post: Post, thread: Thread) -> list[str]:
    html = _written(post)
    texts = [seen_in(html), *(address for address, _words in linked_in(html))]
    return [*texts, _title(thread)] if post.parent_id is None else texts


def _written(post: Post) -> str:
    return post.unmasked_html or post.html


def _title(thread: Thread) -> str:
    return thread.unmasked_title or thread.title


def _hosts(addresses: Iterable[str]) -> list[Named]:
    """What is no address of a host, such as a path of this site, is left out."""
    found = dict.fromkeys(_host(address) for address in addresses)
    return [Named(Away.HOST, host) for host in found if host]


def _host(address: str) -> str:
    if address.startswith("/"):
        return ""
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""
