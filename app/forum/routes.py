"""Addresses that lead to any thread or post, tags, editing and previews."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import Problem
from app.core.text import clean_text, refusal, render
from app.core.web.forms import answered, posted_id
from app.core.web.limits import SUGGEST, limiter
from app.core.web.pages import page_number
from app.forum import operations, policy, queries
from app.forum.forms import EditForm, EditThreadForm, tag_names

blueprint = Blueprint("forum", __name__)


@blueprint.get("/t/<int:thread_id>")
def thread(thread_id: int) -> ResponseReturnValue:
    row = queries.thread(current_actor(), thread_id)
    return redirect(queries.thread_url(row.kind, row.id, row.title))


@blueprint.get("/p/<int:post_id>")
def post(post_id: int) -> ResponseReturnValue:
    row, thread_row = queries.post(current_actor(), post_id)
    return redirect(
        queries.thread_url(thread_row.kind, thread_row.id, thread_row.title, _anchor=f"p-{row.id}")
    )


@blueprint.get("/tags/<name>")
def tag(name: str) -> ResponseReturnValue:
    row = queries.tag(name)
    page = queries.threads(current_actor(), queries.tagged(row.id), number=page_number())
    return render_template("forum/tag.html", tag=row, page=page)


@blueprint.route("/p/<int:post_id>/edit", methods=["GET", "POST"])
@signed_in_only
def edit(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    row, thread_row = queries.post(actor, post_id)
    if policy.edit(actor, row, thread_row):
        abort(404)
    opening = row.parent_id is None
    tags = ", ".join(queries.tags_of([thread_row.id])[thread_row.id]) if opening else ""
    made = EditThreadForm if opening else EditForm
    form = made(data={"source": row.source, "version": row.version, "title": thread_row.title, "tags": tags})
    url = queries.thread_url(thread_row.kind, thread_row.id, thread_row.title, _anchor=f"p-{row.id}")
    shown = None
    if "preview" in request.form:
        shown = render(form.source.data).html if form.source.validate(form) else None
    elif form.validate_on_submit():
        title = form.title.data if isinstance(form, EditThreadForm) else None
        names = tag_names(form.tags.data) if isinstance(form, EditThreadForm) else None
        version = posted_id(form.version.data) or 0
        try:
            operations.edit(
                actor, post_id=post_id, version=version, source=form.source.data, title=title, tags=names
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Saved."))
            return redirect(url_for("forum.post", post_id=post_id), 303)
    page = render_template("forum/edit.html", form=form, url=url, shown=shown, opening=opening)
    return answered(page, form)


@blueprint.post("/preview")
@limiter.limit(SUGGEST)
def preview() -> ResponseReturnValue:
    """The fragment under an editor: what its text will look like."""
    source = clean_text(request.form.get("source", ""))
    if reason := refusal(source):
        return render_template("forum/preview.html", reason=reason)
    return render_template("forum/preview.html", html=render(source).html if source else "")
