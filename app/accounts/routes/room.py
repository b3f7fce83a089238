"""The blueprint, and what its pages have in common."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.core.web.forms import Form

blueprint = Blueprint("accounts", __name__)


def page(template: str, form: Form, **context: object) -> ResponseReturnValue:
    """A page with a form: 422 when something in it is wrong."""
    return render_template(template, form=form, **context), 422 if form.errors else 200


def stale() -> ResponseReturnValue:
    """What a link in a letter leads to that works no longer."""
    return render_template("accounts/stale.html"), 410


def connects_from() -> str:
    """The address this request came from, for counting failures."""
    return request.remote_addr or ""
