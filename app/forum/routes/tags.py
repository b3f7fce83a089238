"""Tags: all of them, one with its threads, and keeping them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import NotFound, Problem
from app.core.text import clean_line
from app.core.web.forms import answered
from app.core.web.pages import page_number
from app.forum import operations, policy, queries
from app.forum.forms import AliasForm, MergeTagForm, TagForm, tag_names
from app.forum.models import LONGEST_TAG, Tag
from app.forum.routes.room import blueprint


@blueprint.get("/tags")
def tags() -> ResponseReturnValue:
    typed = clean_line(request.args.get("q", ""))[:LONGEST_TAG]
    # Only what can stand in a tag; two words are looked for as one.
    page = queries.tags_by_use("-".join(tag_names(typed)), number=page_number())
    return render_template("forum/tags.html", page=page, typed=typed)


@blueprint.get("/tags/<name>")
def tag(name: str) -> ResponseReturnValue:
    actor = current_actor()
    row = queries.tag(name)
    number = page_number()
    page = queries.threads(actor, queries.tagged(row.id, row.thread_count), number=number)
    if number == 1 and not page.rows:
        raise NotFound
    if row.name != name:
        return redirect(url_for("forum.tag", name=row.name), 301)
    return render_template(
        "forum/tag.html",
        tag=row,
        page=page,
        related=queries.related_tags(row.id),
        may_describe=policy.describe_tags(actor) is None,
    )


@blueprint.route("/tags/<name>/edit", methods=["GET", "POST"])
@signed_in_only
def edit_tag(name: str) -> ResponseReturnValue:
    row = _kept(name)
    form = TagForm(data={"description": row.description, "seen": row.description})
    if not form.validate_on_submit():
        return _edit_page(row, tag_form=form)
    try:
        operations.describe_tag(
            current_actor(), name=name, description=form.description.data, seen=form.seen.data or ""
        )
    except Problem as problem:
        form.refuse(problem)
        # Whoever has now been told that it changed may save over it.
        form.seen.data = queries.tag(name).description
        return _edit_page(row, tag_form=form)
    flash(_("Saved."))
    return redirect(url_for("forum.tag", name=name), 303)


@blueprint.post("/tags/<name>/aliases")
@signed_in_only
def add_alias(name: str) -> ResponseReturnValue:
    row = _kept(name, by_moderator=True)
    form = AliasForm()
    if not form.validate():
        return _edit_page(row, alias_form=form)
    alias = form.alias.data.lower()
    try:
        operations.add_alias(current_actor(), name=name, alias=alias)
    except Problem as problem:
        form.refuse(problem)
        return _edit_page(row, alias_form=form)
    flash(_("“%(alias)s” means “%(name)s” from now on.", alias=alias, name=name))
    return redirect(url_for("forum.edit_tag", name=name), 303)


@blueprint.post("/tags/<name>/aliases/remove")
@signed_in_only
def remove_alias(name: str) -> ResponseReturnValue:
    operations.remove_alias(current_actor(), name=name, alias=request.form.get("alias", "")[:LONGEST_TAG])
    flash(_("Removed."))
    return redirect(url_for("forum.edit_tag", name=name), 303)


@blueprint.post("/tags/<name>/merge")
@signed_in_only
def merge_tag(name: str) -> ResponseReturnValue:
    form = MergeTagForm()
    actor = current_actor()
    if policy.keep_tags(actor):
        raise NotFound
    if not form.validate():
        return _edit_page(_kept(name), merge_form=form)
    try:
        kept = operations.merge_tags(actor, name=name, into=form.into.data.lower())
    except Problem as problem:
        form.refuse(problem)
        return _edit_page(_kept(name), merge_form=form)
    flash(_("Merged. What was tagged “%(name)s” is tagged “%(kept)s” now.", name=name, kept=kept))
    return redirect(url_for("forum.edit_tag", name=kept), 303)


def _kept(name: str, *, by_moderator: bool = False) -> Tag:
    """The tag, for somebody who may keep it in order. Raises NotFound."""
    actor = current_actor()
    row = queries.tag(name)
    if row.name != name or (policy.keep_tags if by_moderator else policy.describe_tags)(actor):
        raise NotFound
    if not row.thread_count and policy.keep_tags(actor):
        # What only hidden threads carry is not there.
        raise NotFound
    return row


def _edit_page(
    row: Tag,
    *,
    tag_form: TagForm | None = None,
    alias_form: AliasForm | None = None,
    merge_form: MergeTagForm | None = None,
) -> ResponseReturnValue:
    described = {"description": row.description, "seen": row.description}
    forms = (tag_form, alias_form, merge_form)
    page = render_template(
        "forum/edit_tag.html",
        tag=row,
        tag_form=tag_form or TagForm(formdata=None, data=described),
        alias_form=alias_form or AliasForm(formdata=None),
        merge_form=merge_form or MergeTagForm(formdata=None),
        aliases=queries.aliases(row.id),
        may_keep=policy.keep_tags(current_actor()) is None,
        errors=any(form and form.errors for form in forms),
    )
    return answered(page, *forms)
