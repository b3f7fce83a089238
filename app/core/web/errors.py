"""Errors as pages. What is hidden and what is missing answer with the same bytes."""

import logging

from flask import Flask, Response, g, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.core.db import db
from app.core.problems import NotFound, Problem, TooSoon

_log = logging.getLogger(__name__)
LOCKED_RETRY_SECONDS = 5
MOST_GIVEN_BACK = 256 * 1024
LONGEST_WORD = 20


def page(code: int, **context: object) -> Response:
    """The page for `code`, in the words of `templates/errors/error.html`; 503 when the database it asks is away."""
    try:
        words = {"typed": _typed(), **context}
        return make_response(render_template("errors/error.html", code=code, **words), code)
    except OperationalError as error:
        return _database(error)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, lambda _error: page(404))
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(RateLimitExceeded, _limited)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = page(error.code)
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _problem(error: Problem) -> Response:
    """A refusal outside a form: its sentence on a page of its own."""
    if isinstance(error, TooSoon):
        response = page(429, sentence=error.message, seconds=error.retry_after)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    return page(422, sentence=error.message)


def _csrf(_error: CSRFError) -> Response:
    """The session ended midway: nothing happened."""
    return page(400, expired=True)


def _typed() -> list[str]:
    """What the person wrote, to be given back; nothing of a form that asks for a password."""
    if request.method == "GET" or request.content_length is None or request.content_length > MOST_GIVEN_BACK:
        return []
    sent = {
        name: value
        for name, value in request.form.items()
        if name and name not in {"csrf_token", "form_token"}
    }
    if any("password" in name for name in sent):
        return []
    return [value for value in sent.values() if len(value.split()) > 1 or len(value) > LONGEST_WORD]


def _limited(error: RateLimitExceeded) -> Response:
    seconds = int(error.limit.limit.get_expiry())
    response = page(429, seconds=seconds)
    response.headers.setdefault("Retry-After", str(seconds))
    return response


def _database(error: OperationalError) -> Response:
    """Locked or down: come back in a moment; nothing was half done."""
    _log.error("database unavailable: %s", error.orig)
    db.session.rollback()
    return _bare(503, {"Retry-After": str(LOCKED_RETRY_SECONDS)})


def _unexpected(error: Exception) -> Response:
    _log.exception("unexpected error on %s %s", request.method, request.path, exc_info=error)
    db.session.rollback()
    return _bare(500, {})


def _bare(code: int, headers: dict[str, str]) -> Response:
    """A page that needs no database, since that is what may be broken."""
    g.bare = True
    response = make_response(render_template("errors/error.html", code=code, bare=True, typed=_typed()), code)
    response.headers.update(headers)
    return response
