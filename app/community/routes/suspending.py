"""Moderators let somebody only read for a time."""

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.community import operations, queries
from app.community.forms import SuspendForm
from app.community.routes.room import blueprint, person_page
from app.core.problems import Problem


@blueprint.post("/people/<name>/suspend")
@signed_in_only
@staff_only(Role.MODERATOR)
def suspend(name: str) -> ResponseReturnValue:
    actor, profile = current_actor(), queries.profile(name)
    form = SuspendForm()
    if form.validate() and form.until.data:
        try:
            operations.suspend(
                actor,
                account_id=profile.id,
                until=form.until.data,
                because=form.because.data,
                token=form.token,
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Done. They can read and not write until then, and have been told why."))
            return redirect(profile.person.url or "/", 303)
    return person_page(actor, profile, form)


@blueprint.post("/people/<name>/lift")
@signed_in_only
@staff_only(Role.MODERATOR)
def lift(name: str) -> ResponseReturnValue:
    profile = queries.profile(name)
    try:
        operations.lift(current_actor(), account_id=profile.id)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("The suspension is lifted."))
    return redirect(profile.person.url or "/", 303)
