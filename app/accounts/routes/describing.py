"""What one says of oneself, and what one is called."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import operations, queries
from app.accounts.forms import NameForm, ProfileForm
from app.accounts.operations.describing import RENAMED_AGAIN
from app.accounts.routes.room import blueprint, page
from app.accounts.sessions import current_actor, me, signed_in_only
from app.core.problems import Problem, TooSoon


@blueprint.route("/me/profile", methods=["GET", "POST"])
@signed_in_only
def profile() -> ResponseReturnValue:
    actor = current_actor()
    form = ProfileForm(data=queries.own_words(actor))
    if form.validate_on_submit():
        try:
            operations.describe(
                actor,
                display_name=form.display_name.data,
                bio=form.bio.data,
                tz=form.tz.data,
                asks_welcome=form.asks_welcome.data,
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Saved."))
            return redirect(url_for("accounts.profile"), 303)
    return page("accounts/profile.html", form)


@blueprint.route("/me/name", methods=["GET", "POST"])
@signed_in_only
def name() -> ResponseReturnValue:
    person = me()
    form = NameForm()
    if form.validate_on_submit():
        try:
            operations.rename(current_actor(), name=form.name.data)
        except TooSoon as problem:
            # No fault of the form's that a moment mends: it is said beside the field.
            form.refuse(Problem(problem.message, "name"))
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("That is your name now. Your old one leads to you for a year."))
            return redirect(url_for("accounts.name"), 303)
    return page("accounts/name.html", form, old=person.name if person else "", days=RENAMED_AGAIN.days)
