"""Letters with news, written by the worker. Every fact is asked anew at the moment of sending."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from flask import url_for
from flask_babel import force_locale
from sqlalchemy import select

from app.accounts.queries import actor_of, address_of
from app.config import Settings
from app.core.db import db
from app.core.parts import part
from app.core.text import excerpt
from app.core.transaction import transaction
from app.forum.models import Follow, Post, Thread
from app.jobs.ports import Payload
from app.mail.operations import post
from app.moderation.models import Side, Told
from app.notifications import handlers, proving, queries, unsubscribing, words
from app.notifications.models import Cadence, Kind, Letter
from app.notifications.queries import Notice
from app.notifications.telling import News, tell

MOST_IN_A_DIGEST = 20
MOST_OF_A_THREAD = 5
DIGEST_EXCERPT = 140
FOLLOWERS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of news in a letter."""

    happened: str
    excerpt: str
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is new in one thread or ticket; `more` is how much stands only on the site."""

    title: str
    url: str
    items: Sequence[Item]
    more: int


def letter(payload: Payload) -> None:
    """Send one letter, once. Nothing goes to people who left or have no proven address, who do not want it any more,
    who have read it meanwhile, or who may no longer see what it is about.
    """
    row = db.session.get(Letter, payload["letter_id"])
    if row is None:
        return
    recipient, address = actor_of(row.account_id), address_of(row.account_id)
    if recipient is None or address is None:
        return
    with force_locale(recipient.locale):
        choices = queries.mail_choices(row.account_id)
        told = [
            notice for notice in queries.of_letter(recipient, row.id) if choices[notice.kind] != Cadence.OFF
        ]
        if not told:
            return
        kinds = {notice.kind: choices[notice.kind] for notice in told}
        if row.digest_day is not None:
            kinds = {kind: soon for kind, soon in choices.items() if soon in {Cadence.DAILY, Cadence.WEEKLY}}
        context, about = _digest(told) if row.digest_day else _news(told)
    stop = url_for("notifications.unsubscribe", token=unsubscribing.make(row.account_id, kinds))
    post(
        "digest" if row.digest_day else "news",
        to=address,
        locale=recipient.locale,
        context={**context, "choose_url": _whole(url_for("notifications.mail"))},
        key=f"letter:{row.id}",
        about=about,
        unsubscribe_url=_whole(stop),
    )


def followers(payload: Payload) -> None:
    """Tell those who follow a thread of a post in it; who has heard of it already hears nothing more."""
    last = 0
    while True:
        with transaction() as session:
            found = session.get(Post, payload["post_id"])
            thread = session.get(Thread, found.thread_id) if found else None
            if found is None or thread is None:
                return
            ids = session.scalars(
                select(Follow.account_id)
                .where(Follow.thread_id == found.thread_id, Follow.muted.is_(False), Follow.account_id > last)
                .order_by(Follow.account_id)
                .limit(FOLLOWERS_AT_ONCE)
            ).all()
            news = News(
                Kind.FOLLOWED, f"post:{found.id}", actor_id=found.author_id, post=found, thread=thread
            )
            tell(news, ids)
        if len(ids) < FOLLOWERS_AT_ONCE:
            return
        last = ids[-1]


def reporters(payload: Payload) -> None:
    """Tell those who flagged something what became of it, or that it is looked at again."""
    decision_id, last = int(payload["decision_id"]), 0
    while True:
        with transaction() as session:
            told = select(Told.account_id).where(
                Told.decision_id == decision_id, Told.side == Side.REPORTER, Told.account_id > last
            )
            ids = session.scalars(told.order_by(Told.account_id).limit(FOLLOWERS_AT_ONCE)).all()
            handlers.reporters(decision_id, str(payload["what"]), ids)
        if len(ids) < FOLLOWERS_AT_ONCE:
            return
        last = ids[-1]


def prove(payload: Payload) -> None:
    """To somebody whose mail was stopped and who asked for it again: the link that proves the address works."""
    account_id = int(payload["account_id"])
    recipient, address = actor_of(account_id), address_of(account_id)
    if recipient and address:
        token = proving.make(account_id, address)
        post(
            "prove",
            to=address,
            locale=recipient.locale,
            context={"url": _whole(url_for("notifications.proven", token=token))},
            key=f"prove:{payload['nonce']}",
        )


def _news(told: Sequence[Notice]) -> tuple[dict[str, object], str]:
    """A letter of one thread or ticket: what it says, and what mail programs keep it together by."""
    newest = told[-1]
    news = words.counted({notice.kind for notice in told}, len(told))
    subject = newest.mail_subject if len(told) == 1 else f"{news}: “{newest.subject.title}”"
    context = {
        "subject_line": subject,
        "news": news,
        "part": _part(told, MOST_IN_A_DIGEST),
        "one": len(told) == 1,
    }
    return context, ":".join(map(str, newest.place))


def _digest(told: Sequence[Notice]) -> tuple[dict[str, object], str]:
    places: dict[tuple[str, int], list[Notice]] = {}
    for notice in told:
        places.setdefault(notice.place, []).append(notice)
    parts = [_part(notices, MOST_OF_A_THREAD) for notices in places.values()]
    context = {
        "parts": parts[:MOST_IN_A_DIGEST],
        "more": max(0, len(parts) - MOST_IN_A_DIGEST),
        "list_url": _whole(url_for("notifications.index")),
    }
    return context, ""


def _part(notices: Sequence[Notice], most: int) -> Part:
    shown = [_item(notice, whole=len(notices) == 1) for notice in notices[:most]]
    first = notices[0].subject
    return Part(first.title, _whole(first.url), shown, len(notices) - len(shown))


def _item(notice: Notice, *, whole: bool) -> Item:
    """A name like `shop.example` must not become a link in a mail program, so its dots are tied to their left."""
    author = notice.subject.author
    if author:
        name = author.display_name.replace(".", "\N{WORD JOINER}.")
        notice = replace(notice, subject=replace(notice.subject, author=replace(author, display_name=name)))
    quoted = notice.subject.excerpt
    return Item(
        notice.happened, quoted if whole else excerpt(quoted, DIGEST_EXCERPT), _whole(notice.subject.url)
    )


def _whole(url: str) -> str:
    return urljoin(part(Settings).base_url, url)
