"""`/mod/people`: what moderators know of a person, and the two things that cannot be taken back."""

from collections.abc import Callable
from functools import wraps

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.queries import once_named
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import NotFound, Problem
from app.core.text import clean_line
from app.core.web.forms import answered
from app.core.web.pages import page_number
from app.moderation import owning, people
from app.moderation.forms import AnonymiseForm, MergeForm
from app.moderation.people import Known
from app.moderation.routes.room import blueprint

View = Callable[[Known], ResponseReturnValue]


def _of_a_person(view: View) -> Callable[[str], ResponseReturnValue]:
    """Find the person by name, for moderators. On a page that is read a former name leads to the one they have."""

    @wraps(view)
    @signed_in_only
    @staff_only(Role.MODERATOR)
    def found(name: str) -> ResponseReturnValue:
        try:
            known = people.known(current_actor(), name)
        except NotFound:
            called = once_named(name)
            if not called or request.method != "GET":
                raise
            return redirect(url_for(f"moderation.{view.__name__}", name=called), 301)
        return view(known)

    return found


@blueprint.get("/mod/people/<name>")
@_of_a_person
def person(known: Known) -> ResponseReturnValue:
    actor, show = current_actor(), request.args.get("show", "")
    return render_template(
        "moderation/person.html",
        known=known,
        counts=people.counts(actor, known.person.id),
        sharing=people.sharing(actor, known),
        page=people.history(actor, known.person.id, page_number(), show),
        sources=people.SOURCES,
        show=show if show in people.SOURCES else "",
    )


@blueprint.get("/mod/people/<name>/merge")
@_of_a_person
def merging(known: Known) -> ResponseReturnValue:
    """The other account is chosen first, and what would change hands is shown."""
    asked = clean_line(request.args.get("other", ""))[:80]
    form = MergeForm(formdata=None, other=asked)
    other = _other(form, known) if asked else None
    return _merging(known, form, other)


@blueprint.post("/mod/people/<name>/merge")
@_of_a_person
def merge(known: Known) -> ResponseReturnValue:
    actor, form = current_actor(), MergeForm()
    done = owning.merged(actor, form.token)
    other = None if done else _other(form, known)
    if other and form.validate():
        try:
            owning.merge(
                actor,
                kept_id=known.person.id,
                gone_id=other.person.id,
                typed=form.typed.data,
                because=form.because.data,
                token=form.token,
            )
            done = True
        except Problem as problem:
            form.refuse(problem)
    if not done:
        return _merging(known, form, other)
    flash(_("Done. Both accounts are one now."))
    return redirect(url_for("moderation.person", name=known.person.name), 303)


@blueprint.get("/mod/people/<name>/anonymise")
@_of_a_person
def anonymising(known: Known) -> ResponseReturnValue:
    return _anonymising(known, AnonymiseForm(formdata=None))


@blueprint.post("/mod/people/<name>/anonymise")
@_of_a_person
def anonymise(known: Known) -> ResponseReturnValue:
    form = AnonymiseForm()
    if not form.validate():
        return _anonymising(known, form)
    try:
        owning.anonymise(current_actor(), account_id=known.person.id, typed=form.typed.data)
    except Problem as problem:
        form.refuse(problem)
        return _anonymising(known, form)
    flash(_("Done. Nobody sees any more who that was."))
    return redirect(url_for("moderation.log", target="account", number=known.person.id), 303)


def _other(form: MergeForm, known: Known) -> Known | None:
    """Whose account goes, or why it cannot be, beside the field."""
    try:
        other = people.known(current_actor(), form.other.data.removeprefix("@"))
    except NotFound:
        form.refuse(
            Problem(_("Nobody here is called that. Names are written as on people's pages."), "other")
        )
        return None
    refused = owning.unfit(current_actor(), known, other)
    if refused:
        form.refuse(Problem(refused, "other"))
    return None if refused else other


def _merging(known: Known, form: MergeForm, other: Known | None) -> ResponseReturnValue:
    goes = people.belongings(other.person.id) if other else None
    page = render_template("moderation/merge.html", known=known, form=form, other=other, goes=goes)
    return answered(page, form)


def _anonymising(known: Known, form: AnonymiseForm) -> ResponseReturnValue:
    stays = people.belongings(known.person.id)
    page = render_template("moderation/anonymise.html", known=known, form=form, stays=stays)
    return answered(page, form)
