"""What waits for a look, and the flags nobody has looked at."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import NotFound, Problem
from app.core.web.forms import answered, posted_id
from app.core.web.pages import page_number
from app.forum import queries as trunk
from app.moderation import operations, queries
from app.moderation.forms import RefuseForm
from app.moderation.routes.room import blueprint
from app.moderation.words import Refusal


@blueprint.get("/mod/held")
@signed_in_only
@staff_only(Role.MODERATOR)
def held() -> ResponseReturnValue:
    return _page(by=posted_id(request.args.get("by")))


@blueprint.post("/mod/held/<int:post_id>/release")
@signed_in_only
@staff_only(Role.MODERATOR)
def release(post_id: int) -> ResponseReturnValue:
    try:
        version = posted_id(request.form.get("version")) or 0
        operations.release(current_actor(), post_id=post_id, version=version)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("Released. Everybody sees it now."))
    return redirect(url_for("moderation.held"), 303)


@blueprint.post("/mod/held/<int:post_id>/refuse")
@signed_in_only
@staff_only(Role.MODERATOR)
def refuse(post_id: int) -> ResponseReturnValue:
    form = RefuseForm()
    trunk.post(current_actor(), post_id)
    if not form.validate():
        return _page(refuse_form=form, post_id=post_id)
    try:
        operations.refuse(current_actor(), post_id=post_id, reason=Refusal(form.reason.data))
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("Refused. Its author still sees it, and reads why."))
    return redirect(url_for("moderation.held"), 303)


@blueprint.post("/mod/held/by/<int:account_id>/release")
@signed_in_only
@staff_only(Role.MODERATOR)
def release_all(account_id: int) -> ResponseReturnValue:
    try:
        number = operations.release_all(current_actor(), author_id=account_id, looked=_looked())
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(
            ngettext("Released %(num)s post.", "Released %(num)s posts.", number)
            if number
            else _("Nothing of theirs is waiting any more.")
        )
    return redirect(url_for("moderation.held"), 303)


@blueprint.post("/mod/flags/<int:flag_id>/handled")
@signed_in_only
@staff_only(Role.MODERATOR)
def handle_flag(flag_id: int) -> ResponseReturnValue:
    try:
        operations.handle_flag(current_actor(), flag_id=flag_id)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("Looked at."))
    return redirect(url_for("moderation.held", _anchor="flags"), 303)


@blueprint.get("/p/<int:post_id>/why")
@signed_in_only
def why(post_id: int) -> ResponseReturnValue:
    refused = queries.refused(current_actor(), post_id)
    row = refused.thread
    url = trunk.url_of(row, _anchor=f"p-{post_id}")
    return render_template("moderation/why.html", refused=refused, url=url)


def _looked() -> dict[int, int]:
    """The posts that were on the page, with their versions."""
    pairs = (sent.partition(":") for sent in request.form.getlist("looked")[: queries.PAGE_SIZE])
    return {posted_id(post) or 0: posted_id(version) or 0 for post, _colon, version in pairs}


def _page(
    *, by: int | None = None, refuse_form: RefuseForm | None = None, post_id: int | None = None
) -> ResponseReturnValue:
    """`refuse_form` is one in which something is wrong, of the post `post_id`."""
    actor = current_actor()
    page = queries.held(actor, page_number(), by)
    if refuse_form and all(row.id != post_id for row in page.rows):
        page = queries.held(actor, 1, trunk.post(actor, post_id or 0)[0].author_id)
    if by and not page.rows and page.number > 1:
        raise NotFound
    context = {
        "page": page,
        "by": page.rows[0].author if by and page.rows else None,
        "flags": queries.open_flags(actor),
        "form": refuse_form or RefuseForm(formdata=None),
        "refusing": post_id,
    }
    return answered(render_template("moderation/held.html", **context), refuse_form)
