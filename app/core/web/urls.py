"""Addresses: slugs, and where a person may be sent back to."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import IntegerConverter, Map

from app.core.problems import NotFound
from app.core.web.errors import page

View = TypeVar("View", bound=Callable[..., Any])

MOST_BYTES_WITH_FILES = 84 * 1024 * 1024
FILES_LATER = _(
    "Sign in first, then add photos. Nothing was saved: go back, and what you wrote is still there."
)
_TAKES_FILES = "bartack_takes_files"
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


class RowId(IntegerConverter):
    """`<int:…>` in addresses: what an integer column can hold, so that a larger one is no page instead of an error."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002 - the library's name
        super().__init__(map, **{"max": 2**31 - 1, **options})


def init_app(app: Flask, *, may_send_files: Callable[[], bool]) -> None:
    """Nothing lives at an address with control characters, and PostgreSQL would choke on a NUL.

    `may_send_files` says of the request at hand whether so much is read that files have room in it.
    """

    @app.before_request
    def _refuse_controls() -> None:
        if not request.path.isprintable():
            raise NotFound

    @app.before_request
    def _refuse_what_no_form_of_ours_sends() -> None:
        """Files where none are taken, nameless parts and bodies that end midway: libraries stumble over them."""
        files = getattr(app.view_functions.get(request.endpoint or ""), _TAKES_FILES, False)
        room = files and may_send_files()
        if room:
            request.max_content_length = MOST_BYTES_WITH_FILES
        try:
            names = [*request.form, *request.files]
        except OSError:
            abort(400)
        except RequestEntityTooLarge:
            if files and not room:
                abort(page(413, sentence=FILES_LATER))
            raise
        if (request.files and not files) or not all(isinstance(name, str) for name in names):
            abort(400)


def takes_files(view: View) -> View:
    """Let a view's forms carry files, of whoever may send some, MOST_BYTES_WITH_FILES at most in all.

    The outermost decorator but the route's.
    """
    setattr(view, _TAKES_FILES, True)
    return view


def slug(title: str, limit: int = 60) -> str:
    """The decoration of an address: ASCII words joined by hyphens, `-` when nothing is left."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = _NOT_SLUG.sub("-", ascii_title).strip("-")
    if len(words) > limit:
        words = words[:limit].rsplit("-", 1)[0]
    return words or "-"


def safe_next(target: str | None, default: str = "/") -> str:
    """`target` when it is a relative path of this site, else `default`.

    Browsers read backslashes as slashes and drop tabs and newlines, so those never pass.
    """
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return default
    if "\\" in target or any(ord(character) < 0x21 or ord(character) == 0x7F for character in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target
