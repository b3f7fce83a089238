"""Editing what one wrote."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor
from app.core.problems import Problem
from app.core.web.forms import answered, posted_id
from app.forum import mentioning, operations, policy, queries
from app.forum.checking import CheckThis
from app.forum.forms import EditForm, EditThreadForm, tag_names
from app.forum.models import Visibility
from app.forum.routes.room import blueprint
from app.forum.visitors import sign_in_first, visitor_key


@blueprint.route("/p/<int:post_id>/edit", methods=["GET", "POST"])
def edit(post_id: int) -> ResponseReturnValue:
    actor = current_actor()
    if not actor.signed_in:
        return _keep_edit(post_id)
    row, thread_row = queries.post(actor, post_id)
    if policy.edit(actor, row, thread_row):
        abort(404)
    opening = row.parent_id is None
    tags = ", ".join(queries.tags_of([thread_row.id])[thread_row.id]) if opening else ""
    made = EditThreadForm if opening else EditForm
    written = {
        "source": row.source,
        "version": row.version,
        "title": thread_row.unmasked_title or thread_row.title,
        "tags": tags,
        "space_id": thread_row.space_id,
    }
    draft_name = operations.edit_draft(post_id)
    kept = queries.draft(actor, visitor_key(), draft_name)
    form = made(data={**written, **kept})
    if isinstance(form, EditThreadForm):
        form.space_id.choices = [(space.id, space.name) for space in queries.spaces()]
    url = queries.url_of(thread_row, _anchor=f"p-{row.id}")
    shown = None
    if "preview" in request.form:
        shown = mentioning.rendered(form.source.data)[0].html if form.source.validate(form) else None
    elif form.validate_on_submit():
        title = form.title.data if isinstance(form, EditThreadForm) else None
        names = tag_names(form.tags.data) if isinstance(form, EditThreadForm) else None
        space_id = form.space_id.data if isinstance(form, EditThreadForm) else None
        version = posted_id(form.version.data) or 0
        try:
            operations.edit(
                actor,
                post_id=post_id,
                version=version,
                source=form.source.data,
                title=title,
                tags=names,
                reason=form.reason.data,
                space_id=space_id,
                token=form.token,
                visitor=visitor_key(),
                checked=form.seen,
            )
        except CheckThis as check:
            form.refuse(check)
        except Problem as problem:
            form.refuse(problem)
            # Whoever has now been told that it changed may save over it.
            form.version.data = str(queries.post(actor, post_id)[0].version)
        else:
            _say_saved(post_id)
            return redirect(url_for("forum.post", post_id=post_id), 303)
    page = render_template(
        "forum/edit.html",
        form=form,
        url=url,
        shown=shown,
        opening=opening,
        post_id=post_id,
        thread_id=thread_row.id,
        draft_name=draft_name,
        kept=bool(kept) and request.method == "GET",
    )
    return answered(page, form)


def _say_saved(post_id: int) -> None:
    row, thread_row = queries.post(current_actor(), post_id)
    seen = thread_row.visibility if row.parent_id is None else row.visibility
    if seen == Visibility.HELD:
        flash(_("Saved, and somebody looks at it before others see it again."), "info")
    else:
        flash(_("Saved."))


def _keep_edit(post_id: int) -> ResponseReturnValue:
    """Visitors sign in first; whoever was signed out midway finds what they wrote afterwards."""
    if request.method != "POST":
        return redirect(url_for("accounts.sign_in", next=url_for("forum.edit", post_id=post_id)), 303)
    queries.post(current_actor(), post_id)
    form = EditThreadForm()
    typed = {
        name: form[name].data
        for name in ("source", "version", "title", "tags", "space_id", "reason")
        if name in request.form
    }
    back = url_for("forum.edit", post_id=post_id)
    message = _("What you changed is kept. Sign in, then save it.")
    return sign_in_first(operations.edit_draft(post_id), typed, back, message)
