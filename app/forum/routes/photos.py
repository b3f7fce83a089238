"""Photos: their files, adding them while a text is written, and those of a post."""

import io
import re

from flask import Response, abort, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor, signed_in_only
from app.core.parts import part
from app.core.problems import NotFound
from app.core.web.urls import takes_files
from app.forum import albums, policy, queries
from app.forum.operations import Album
from app.forum.routes.room import blueprint
from app.storage.ports import Files

FORM = re.compile(r"ask|answer:(?P<thread>[0-9]{1,9})")


@blueprint.get("/photos/<name>.webp")
def photo(name: str) -> ResponseReturnValue:
    row = queries.photo(current_actor(), name)
    return _file(row.key, row.name, row.sha256)


@blueprint.get("/photos/<name>/small.webp")
def small_photo(name: str) -> ResponseReturnValue:
    row = queries.photo(current_actor(), name)
    return _file(row.small_key, row.name, f"{row.sha256}-small")


@blueprint.post("/photos")
@takes_files
@signed_in_only
def change_photos() -> ResponseReturnValue:
    """The fragment with the photos of a form, after what was done to them."""
    actor = current_actor()
    found = FORM.fullmatch(request.form.get("album", ""))
    if found is None:
        raise NotFound
    if found["thread"]:
        queries.thread(actor, int(found["thread"]))
    return render_template("parts/album.html", album=albums.taken(actor, Album(form=found[0])))


@blueprint.route("/p/<int:post_id>/photos", methods=["GET", "POST"])
@takes_files
@signed_in_only
def photos(post_id: int) -> ResponseReturnValue:
    """Changing the photos of a post one wrote; each change counts at once."""
    actor = current_actor()
    post, thread = queries.post(actor, post_id)
    if policy.edit(actor, post, thread):
        abort(404)
    album = Album(post_id=post_id)
    url = queries.url_of(thread, _anchor=f"p-{post_id}")
    if request.method == "GET":
        return render_template("forum/photos.html", album=albums.shown(actor, album), url=url)
    done = albums.taken(actor, album)
    if done.errors:
        return render_template("forum/photos.html", album=done, url=url), 422
    return redirect(url if not done.answers else url_for("forum.photos", post_id=post_id), 303)


def _file(key: str, name: str, tag: str) -> Response:
    """Asked for anew each time, since who may see it can change; unchanged, it is not sent again."""
    try:
        with part(Files).open(key) as file:
            content = file.read()
    except KeyError:
        raise NotFound from None
    response = send_file(
        io.BytesIO(content), "image/webp", download_name=f"{name}.webp", etag=tag, conditional=True
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response
