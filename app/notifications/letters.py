"""Letters about notifications, written by the worker. Every fact is asked anew at the moment of sending."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin

from flask import url_for

from app.accounts.queries import actor_of, address_of
from app.config import Settings
from app.core.clock import now
from app.core.db import db
from app.core.parts import part
from app.core.problems import NotFound
from app.jobs.ports import Payload
from app.mail.operations import post
from app.notifications import queries, unsubscribing
from app.notifications.models import Kind, Notification

# After a long outage, or in a demo town, news of last month would only be a flood.
TOO_OLD = timedelta(days=7)


def mail(payload: Payload) -> None:
    """Send one notification, once. Nothing goes to people who left or have no proven address, who do not want it,
    or who may no longer see what it is about, and none about what happened more than TOO_OLD ago.
    """
    row = db.session.get(Notification, payload["notification_id"])
    if row is None or now() - row.created_at > TOO_OLD:
        return
    kind = Kind(row.kind)
    recipient, address = actor_of(row.account_id), address_of(row.account_id)
    if recipient is None or address is None or not queries.mail_choices(row.account_id)[kind]:
        return
    try:
        notice = queries.notice(recipient, row.id)
    except NotFound:
        return
    stop = url_for("notifications.unsubscribe", token=unsubscribing.make(row.account_id, kind))
    post(
        "notice",
        to=address,
        locale=recipient.locale,
        context={"notice": _for_mail(notice), "url": _whole(notice.subject.url)},
        key=f"notice:{row.id}",
        unsubscribe_url=_whole(stop),
    )


def _whole(url: str) -> str:
    return urljoin(part(Settings).base_url, url)


def _for_mail(notice: queries.Notice) -> queries.Notice:
    """A name like `shop.example` must not become a link in a mail program, so its dots are tied to their left."""
    author = notice.subject.author
    name = author.display_name.replace(".", "\N{WORD JOINER}.")
    return replace(notice, subject=replace(notice.subject, author=replace(author, display_name=name)))
