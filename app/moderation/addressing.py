"""What an address of this site that somebody pasted is about."""

import re
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.accounts.queries import ids_named
from app.config import Settings
from app.core.parts import part
from app.core.problems import Problem
from app.core.web.forms import posted_id
from app.moderation.targets import Target, TargetKind

ELSEWHERE = _("That address leads elsewhere. Paste one of this site.")
NOT_HERE = _(
    "Nothing that can be reported stands at that address, or not any more. Paste the address of a post, a question or a person."
)
_POST = re.compile(r"p-(\d+)")


def target_at(typed: str, *, host: str) -> Target:
    """The post, thread or person at an address, or at a path of one, of this site, which answers at `host`.

    Whether it may be seen is not asked. Raises Problem, beside `about`.
    """
    try:
        parts = urlsplit(typed.strip())
    except ValueError:
        raise Problem(NOT_HERE, field="about") from None
    here = {host, urlsplit(part(Settings).base_url).netloc}
    if (parts.scheme or parts.netloc) and (
        parts.netloc not in here or parts.scheme not in {"", "http", "https"}
    ):
        raise Problem(ELSEWHERE, field="about")
    if (named := _POST.fullmatch(parts.fragment)) and (post_id := posted_id(named[1])):
        return Target(TargetKind.POST, post_id)
    found = _found(parts.path)
    if found is None:
        raise Problem(NOT_HERE, field="about")
    return found


def _found(path: str) -> Target | None:
    """By the site's own map of addresses; a kind of thread shows its threads at `KIND.show`."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path, method="GET")
    except (RequestRedirect, HTTPException):
        return None
    if endpoint == "forum.post":
        return Target(TargetKind.POST, values["post_id"])
    if "thread_id" in values and (endpoint == "forum.thread" or endpoint.endswith(".show")):
        return Target(TargetKind.THREAD, values["thread_id"])
    if endpoint == "community.person":
        account_id = ids_named([values["name"]]).get(values["name"].lower())
        return Target(TargetKind.PERSON, account_id) if account_id is not None else None
    return None
