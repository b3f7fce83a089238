"""Files that go with appeals, sent and shown."""

import io

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.accounts.actor import Actor
from app.accounts.sessions import current_actor
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.web.forms import posted_id
from app.moderation import operations, queries
from app.moderation.forms import AppealForm
from app.moderation.models import MOST_FILES, AppealFile, FileKind
from app.moderation.routes.room import blueprint
from app.storage.ports import Files

BUTTON = "evidence"
"""The name of the buttons: `add`, or which file to `remove:12`."""


@blueprint.get("/appeals/files/<name>")
def appeal_file(name: str) -> ResponseReturnValue:
    """Its owner's and moderators'; with the link of a letter, of whoever reported something without an account."""
    return _file(queries.appeal_file(current_actor(), name, request.args.get("token")))


def taken(actor: Actor, ref: str, form: AppealForm, link: str | None = None) -> bool:
    """Add the files of a sent appeal and carry out the button about them; whether it was only about files.

    What is wrong stands beside the field; each file stands on its own.
    """
    pressed = request.form.get(BUTTON, "")
    errors: list[str] = []
    sent = [
        file for file in request.files.getlist("files") if isinstance(file, FileStorage) and file.filename
    ]
    # One more is read than may be kept: that one is told so.
    for file in sent[: MOST_FILES + 1]:
        try:
            content = file.stream.read()
            operations.add_file(actor, ref=ref, content=content, called=file.filename or "", link=link)
        except Problem as problem:
            errors.append(f"{file.filename}: {problem.message}")
    if file_id := posted_id(pressed.removeprefix("remove:")):
        operations.remove_file(actor, ref=ref, file_id=file_id, link=link)
    only = bool(pressed)
    if only:
        form.source.errors = []
    form.files.errors = errors
    return only


def _file(row: AppealFile) -> Response:
    """Pictures are ours, so a page may show them; a PDF is as it was given, so it is only ever saved."""
    try:
        with part(Files).open(row.key) as file:
            content = file.read()
    except KeyError:
        raise NotFound from None
    pdf = row.kind == FileKind.PDF
    response = send_file(
        io.BytesIO(content),
        "application/pdf" if pdf else "image/webp",
        as_attachment=pdf,
        download_name=f"{row.name}.{'pdf' if pdf else 'webp'}",
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
