"""Moving to another mail address. Known and unknown ones are answered alike."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import operations, queries, tokens
from app.accounts.forms import MoveForm
from app.accounts.routes.room import blueprint, connects_from, page, stale
from app.accounts.sessions import current_actor, me, signed_in_only
from app.core.problems import Problem, TooSoon
from app.core.web.limits import SIGN_IN, limiter


@blueprint.route("/me/email", methods=["GET", "POST"])
@signed_in_only
@limiter.limit(SIGN_IN, methods=["POST"])
def email() -> ResponseReturnValue:
    actor = current_actor()
    form = MoveForm()
    if form.validate_on_submit():
        try:
            operations.request_move(
                actor,
                email=form.email.data or "",
                current=form.current.data or "",
                token=form.token,
                address=connects_from(),
            )
        except TooSoon:
            raise
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(
                _("A letter is on its way to the new address. Press the button in it, and it is yours."),
                "info",
            )
            return redirect(url_for("accounts.email"), 303)
    now, claimed = queries.own_addresses(actor)
    return page("accounts/email.html", form, now=now, claimed=claimed)


@blueprint.post("/me/email/stay")
@signed_in_only
def stay() -> ResponseReturnValue:
    operations.stay(current_actor())
    flash(_("Your address stays as it is."), "info")
    return redirect(url_for("accounts.email"), 303)


@blueprint.route("/email/<token>", methods=["GET", "POST"])
def move(token: str) -> ResponseReturnValue:
    """The letter's link opens a page with a button: what opens links in mail by itself must not confirm."""
    person = me()
    try:
        if request.method == "GET":
            account = tokens.read(token, tokens.Purpose.MOVE)
            return render_template("accounts/move.html", name=account.name, email=account.pending_email)
        operations.move(token, session_id=person.session_id if person else None)
    except tokens.StaleLink:
        return stale()
    flash(_("This is your address now. Your other browsers are signed out."))
    return redirect(url_for("accounts.email"), 303)


@blueprint.route("/email/<token>/undo", methods=["GET", "POST"])
def take_back(token: str) -> ResponseReturnValue:
    try:
        if request.method == "GET":
            former, _account = tokens.read_former(token)
            return render_template("accounts/take_back.html", email=former.email)
        reset = operations.take_back(token)
    except tokens.StaleLink:
        return stale()
    flash(_("The account is yours again. Choose a new password now."))
    return redirect(url_for("accounts.new_password", token=reset), 303)
