"""`/contact` for everybody, `/admin/channels` for those who say what is real."""

from itertools import groupby

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.config import Settings
from app.contact import operations, policy, queries
from app.contact.forms import ChannelForm, CheckForm
from app.contact.queries import ChannelRow
from app.contact.words import KINDS
from app.core.parts import part
from app.core.problems import Problem
from app.core.web.forms import answered
from app.core.web.limits import CHECK, limiter

blueprint = Blueprint("contact", __name__)


@blueprint.get("/contact")
def index() -> ResponseReturnValue:
    return _page(CheckForm(formdata=None))


@blueprint.post("/contact")
@limiter.limit(CHECK)
def check() -> ResponseReturnValue:
    """Whether what was pasted is real. It stays in this answer: nothing is stored, nothing logged."""
    form = CheckForm()
    if not form.validate():
        return _page(form)
    return _page(form, list(queries.matching_channels(form.pasted.data)))


@blueprint.get("/admin/channels")
@signed_in_only
@staff_only()
def manage() -> ResponseReturnValue:
    return _manage_page(ChannelForm(formdata=None, marketplace=part(Settings).marketplace))


@blueprint.post("/admin/channels")
@signed_in_only
@staff_only()
def add() -> ResponseReturnValue:
    form = ChannelForm()
    if not form.validate():
        return _manage_page(form)
    try:
        operations.add_channel(
            current_actor(),
            marketplace=form.marketplace.data,
            kind=form.chosen,
            value=form.value.data,
            place=form.place.data,
        )
    except Problem as problem:
        form.refuse(problem)
        return _manage_page(form)
    flash(_("It is shown to everybody now, as checked today."))
    return redirect(url_for("contact.manage"), 303)


@blueprint.post("/admin/channels/<int:channel_id>/check")
@signed_in_only
@staff_only()
def confirm(channel_id: int) -> ResponseReturnValue:
    operations.confirm_channel(current_actor(), channel_id=channel_id)
    flash(_("Noted as checked today."))
    return redirect(url_for("contact.manage"), 303)


@blueprint.post("/admin/channels/<int:channel_id>/remove")
@signed_in_only
@staff_only()
def remove(channel_id: int) -> ResponseReturnValue:
    operations.remove_channel(current_actor(), channel_id=channel_id)
    flash(_("It is not shown any more."))
    return redirect(url_for("contact.manage"), 303)


def _page(form: CheckForm, found: list[ChannelRow] | None = None) -> ResponseReturnValue:
    page = render_template(
        "contact/index.html",
        form=form,
        found=found,
        places=[
            (name, list(rows)) for name, rows in groupby(queries.channels(), lambda row: row.marketplace)
        ],
        kinds=KINDS,
        may_manage=policy.manage(current_actor()),
    )
    return answered(page, form)


def _manage_page(form: ChannelForm) -> ResponseReturnValue:
    page = render_template("contact/manage.html", form=form, channels=queries.channels(), kinds=KINDS)
    return answered(page, form)
