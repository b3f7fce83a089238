"""Signing up, in and out, and passwords."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import operations, passwords, queries, sessions, tokens
from app.accounts.forms import ChangePasswordForm, NewPasswordForm, RegisterForm, ResetForm, SignInForm
from app.accounts.routes.room import blueprint, connects_from, page, stale
from app.accounts.sessions import current_actor, me, signed_in_only
from app.core.problems import Problem, TooSoon
from app.core.web.limits import SIGN_IN, limiter
from app.core.web.urls import safe_next


@blueprint.route("/register", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    if current_actor().signed_in:
        return redirect(_next(), 303)
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            operations.register(
                name=form.name.data or "",
                email=form.email.data or "",
                password=form.password.data or "",
                next_url=_next(),
                token=form.token,
                address=connects_from(),
            )
        except TooSoon:
            raise
        except Problem as problem:
            form.refuse(problem)
        else:
            return redirect(url_for("accounts.registered"), 303)
    return page("accounts/register.html", form, least=passwords.SHORTEST, next=_next_or_none())


@blueprint.get("/register/sent")
def registered() -> ResponseReturnValue:
    return render_template("accounts/registered.html")


@blueprint.route("/confirm/<token>", methods=["GET", "POST"])
def confirm(token: str) -> ResponseReturnValue:
    """The letter's link opens a page with a button: what opens links in mail by itself must not confirm."""
    try:
        if request.method == "GET":
            account = tokens.read(token, tokens.Purpose.CONFIRM)
            return render_template("accounts/confirm.html", name=account.name)
        operations.confirm(token)
    except tokens.StaleLink:
        return stale()
    flash(_("Your address is confirmed. You can sign in now."))
    return redirect(url_for("accounts.sign_in", next=_next_or_none()), 303)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
def sign_in() -> ResponseReturnValue:
    if current_actor().signed_in:
        return redirect(_next(), 303)
    form = SignInForm()
    if form.validate_on_submit():
        try:
            account_id = operations.sign_in(
                email=form.email.data or "", password=form.password.data or "", address=connects_from()
            )
        except TooSoon:
            raise
        except Problem as problem:
            form.refuse(problem)
        else:
            sessions.sign_in(account_id)
            return redirect(_next(), 303)
    return page("accounts/sign_in.html", form, next=_next_or_none())


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    sessions.sign_out()
    return redirect("/", 303)


@blueprint.route("/reset", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
def reset() -> ResponseReturnValue:
    form = ResetForm()
    if form.validate_on_submit():
        try:
            operations.request_reset(email=form.email.data or "")
        except Problem as problem:
            form.refuse(problem)
        else:
            return redirect(url_for("accounts.reset_sent"), 303)
    return page("accounts/reset.html", form)


@blueprint.get("/reset/sent")
def reset_sent() -> ResponseReturnValue:
    return render_template("accounts/reset_sent.html")


@blueprint.route("/reset/<token>", methods=["GET", "POST"])
def new_password(token: str) -> ResponseReturnValue:
    try:
        account = tokens.read(token, tokens.Purpose.RESET, tokens.Purpose.WELCOME)
        facts = {
            "email": account.email,
            "least": passwords.least(account.role),
            "first": not account.password_hash,
        }
        form = NewPasswordForm()
        if form.validate_on_submit():
            operations.reset_password(token, password=form.password.data or "")
            flash(_("Your new password is set. Sign in with it."))
            return redirect(url_for("accounts.sign_in"), 303)
    except tokens.StaleLink:
        return stale()
    except Problem as problem:
        form.refuse(problem)
    return page("accounts/new_password.html", form, **facts)


@blueprint.get("/me/security")
@signed_in_only
def security() -> ResponseReturnValue:
    return _security(ChangePasswordForm())


@blueprint.post("/me/security")
@signed_in_only
@limiter.limit(SIGN_IN)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    actor = current_actor()
    if form.validate_on_submit():
        try:
            operations.change_password(
                actor,
                current=form.current.data or "",
                password=form.password.data or "",
                address=connects_from(),
            )
        except TooSoon:
            raise
        except Problem as problem:
            form.refuse(problem)
        else:
            sessions.sign_in(int(actor.id or 0))
            flash(_("Your password is changed. Your other browsers are signed out."))
            return redirect(url_for("accounts.security"), 303)
    return _security(form)


@blueprint.post("/me/security/sessions/<int:session_id>/revoke")
@signed_in_only
def revoke(session_id: int) -> ResponseReturnValue:
    operations.revoke(current_actor(), session_id=session_id)
    flash(_("That browser is signed out."))
    return redirect(url_for("accounts.security"), 303)


def _security(form: ChangePasswordForm) -> ResponseReturnValue:
    actor, person = current_actor(), me()
    return page(
        "accounts/security.html",
        form,
        browsers=queries.browsers(actor),
        this=person.session_id if person else None,
        email=queries.address_of(int(actor.id or 0)),
        least=passwords.least(actor.role),
    )


def _next() -> str:
    return safe_next(request.args.get("next"))


def _next_or_none() -> str | None:
    target = _next()
    return None if target == "/" else target
