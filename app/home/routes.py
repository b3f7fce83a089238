"""The front page, and whether the site is well."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.accounts.sessions import current_actor
from app.core.db import db
from app.core.web.pages import page_number
from app.forum import queries as forum
from app.questions import queries as questions

WAITING_SHOWN = 3

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def latest() -> ResponseReturnValue:
    actor = current_actor()
    watching = actor.signed_in and request.args.get("show") == "watching"
    page = forum.threads(actor, *([forum.watched(actor)] if watching else []), number=page_number())
    waiting = questions.waiting(actor, WAITING_SHOWN)
    return render_template("home/latest.html", page=page, waiting=waiting, watching=watching)


@blueprint.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def ready() -> ResponseReturnValue:
    """The process can do its work: it reaches the database."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ready"}
