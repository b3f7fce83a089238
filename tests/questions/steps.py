"""What people do with questions, in one line each."""

import secrets
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post, Space, Thread
from app.questions import operations
from app.questions.models import Question

TITLE = "Buyer says not as described but the hole was listed"
SOURCE = "The listing says *small moth hole*.\nWhat now?"
VOID = {"meta", "link", "input", "br", "hr", "img"}


def token() -> str:
    return secrets.token_urlsafe(18)


def fields(**changes: object) -> dict[str, object]:
    """The ask form as a browser sends it, the matches already looked at."""
    space = db.session.scalar(select(Space.id).order_by(Space.id))
    filled = {
        "title": TITLE,
        "source": SOURCE,
        "space_id": space,
        "tags": "Returns, moth-hole",
        "looked": "1",
    }
    return {**filled, "form_token": token(), **changes}


def ask(who: Any, title: str = TITLE, source: str = SOURCE) -> int:
    space = db.session.scalar(select(Space.id).order_by(Space.id)) or 0
    return operations.ask(
        who.actor, title=title, source=source, space_id=space, tags=["coats"], token=token()
    )


def answer(who: Any, thread_id: int, source: str = "Send the photo of the hole.") -> int:
    return operations.answer(who.actor, thread_id=thread_id, source=source, token=token())


def reply(who: Any, post_id: int, source: str = "Thank you, that worked.") -> int:
    return operations.reply(who.actor, post_id=post_id, source=source, token=token())


def accept(who: Any, post_id: int, seen: int | None = None) -> None:
    operations.accept(who.actor, post_id=post_id, seen=seen)


def hide(row: type[Post | Thread], row_id: int, visibility: str = "hidden") -> None:
    with transaction() as session:
        session.execute(update(row).where(row.id == row_id).values(visibility=visibility))


def page(browser: FlaskClient, thread_id: int) -> str:
    """The question's page as this browser gets it."""
    found = browser.get(f"/t/{thread_id}", follow_redirects=True)
    assert found.status_code == 200, found.status_code
    return str(found.text)


def thread(thread_id: int) -> Thread:
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(Thread, thread_id)


def post(post_id: int) -> Post:
    db.session.rollback()
    return db.session.get_one(Post, post_id)


def accepted(thread_id: int) -> int | None:
    db.session.rollback()
    return db.session.get_one(Question, thread_id).accepted_post_id


def count(table: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


class Microdata(HTMLParser):
    """What a search engine reads of a page: `items`, each with its `type` and its properties in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.items: list[dict[str, Any]] = []
        self._open: list[tuple[str, dict[str, Any] | None, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        item: dict[str, Any] | None = {"type": given["itemtype"]} if "itemscope" in given else None
        name = given.get("itemprop")
        holder = next((item for _tag, item, _name in reversed(self._open) if item is not None), None)
        if name and holder is not None:
            value: Any = item if item is not None else given.get("content", "")
            holder.setdefault(name, []).append(value)
        elif item is not None:
            self.items.append(item)
        if tag not in VOID:
            self._open.append((tag, item, name if item is None else None))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for depth in range(len(self._open) - 1, -1, -1):
            _tag, _item, name = self._open[depth]
            if name:
                holder = next(item for _t, item, _n in reversed(self._open[:depth]) if item is not None)
                holder[name][-1] += data
