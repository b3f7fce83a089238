"""Topics: all of them, one with its threads, and keeping them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import Problem
from app.core.web.forms import answered, posted_id
from app.core.web.pages import page_number
from app.forum import operations, policy, queries
from app.forum.forms import EditSpaceForm, MergeSpaceForm, SpaceForm
from app.forum.models import Space, Thread
from app.forum.routes.room import blueprint


@blueprint.get("/spaces")
def spaces() -> ResponseReturnValue:
    may_keep = policy.keep_spaces(current_actor()) is None
    return render_template("forum/spaces.html", spaces=queries.spaces(), may_keep=may_keep)


@blueprint.get("/spaces/<slug>")
def space(slug: str) -> ResponseReturnValue:
    row = queries.space(slug)
    if row.slug != slug:
        return redirect(url_for("forum.space", slug=row.slug), 301)
    newest = (Thread.created_at.desc(), Thread.id.desc())
    page = queries.threads(current_actor(), queries.in_space(row.id), order=newest, number=page_number())
    return render_template("forum/space.html", space=row, page=page)


@blueprint.route("/admin/spaces", methods=["GET", "POST"])
@signed_in_only
@staff_only()
def keep_spaces() -> ResponseReturnValue:
    form = SpaceForm()
    if form.validate_on_submit():
        try:
            operations.add_space(
                current_actor(), name=form.name.data, description=form.description.data, token=form.token
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Added at the end of the list."))
            return redirect(url_for("forum.keep_spaces"), 303)
    return answered(
        render_template("forum/keep_spaces.html", spaces=queries.spaces(), form=form, errors=form.errors),
        form,
    )


@blueprint.route("/admin/spaces/<int:space_id>", methods=["GET", "POST"])
@signed_in_only
@staff_only()
def edit_space(space_id: int) -> ResponseReturnValue:
    row = queries.space_by_id(space_id)
    form = EditSpaceForm(data=_written(row))
    if not form.validate_on_submit():
        return _edit_page(row, space_form=form)
    try:
        operations.edit_space(
            current_actor(),
            space_id=space_id,
            name=form.name.data,
            description=form.description.data,
            place=posted_id(form.place.data) or 1,
        )
    except Problem as problem:
        form.refuse(problem)
        return _edit_page(row, space_form=form)
    flash(_("Saved."))
    return redirect(url_for("forum.keep_spaces"), 303)


@blueprint.post("/admin/spaces/<int:space_id>/merge")
@signed_in_only
@staff_only()
def merge_space(space_id: int) -> ResponseReturnValue:
    row = queries.space_by_id(space_id)
    form = _merge_form(row, MergeSpaceForm())
    if not form.validate():
        return _edit_page(row, merge_form=form)
    try:
        operations.merge_spaces(current_actor(), space_id=space_id, into_id=form.into.data)
    except Problem as problem:
        form.refuse(problem)
        return _edit_page(row, merge_form=form)
    flash(_("Merged. Its questions and its address lead to the other topic now."))
    return redirect(url_for("forum.keep_spaces"), 303)


def _edit_page(
    row: Space, *, space_form: EditSpaceForm | None = None, merge_form: MergeSpaceForm | None = None
) -> ResponseReturnValue:
    page = render_template(
        "forum/edit_space.html",
        space=row,
        space_form=space_form or EditSpaceForm(formdata=None, data=_written(row)),
        merge_form=merge_form or _merge_form(row, MergeSpaceForm(formdata=None)),
        errors=any(form and form.errors for form in (space_form, merge_form)),
    )
    return answered(page, space_form, merge_form)


def _written(row: Space) -> dict[str, object]:
    order = [space.id for space in queries.spaces()]
    return {"name": row.name, "description": row.description, "place": str(order.index(row.id) + 1)}


def _merge_form(row: Space, form: MergeSpaceForm) -> MergeSpaceForm:
    form.into.choices = [(space.id, space.name) for space in queries.spaces() if space.id != row.id]
    return form
