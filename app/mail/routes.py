"""`/dev/mail`: what the folder mailer wrote. Development only; production never registers it."""

from pathlib import Path

from flask import Blueprint, Response, make_response, render_template

from app.core.parts import part
from app.core.problems import NotFound
from app.mail import queries
from app.mail.adapters import Folder
from app.mail.ports import Mailer

# The one listed exception to the site's policy: a letter carries its styles inline. Nothing in it may run,
# load, submit or be framed.
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; sandbox allow-popups"

blueprint = Blueprint("mail", __name__, url_prefix="/dev/mail")


@blueprint.get("")
def index() -> str:
    return render_template("mail/index.html", letters=queries.letters(_folder()))


@blueprint.get("/<name>")
def show(name: str) -> str:
    letter = queries.letter(_folder(), name)
    if letter is None:
        raise NotFound
    return render_template("mail/show.html", letter=letter)


@blueprint.get("/<name>/html")
def html(name: str) -> Response:
    letter = queries.letter(_folder(), name)
    if letter is None:
        raise NotFound
    response = make_response(letter.html)
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def _folder() -> Path:
    mailer = part(Mailer)
    if not isinstance(mailer, Folder):
        raise NotFound
    return mailer.folder
