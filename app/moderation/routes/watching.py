"""`/mod/words`: the words that are watched for."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.problems import Problem
from app.core.web.forms import answered
from app.core.web.pages import page_number
from app.moderation.routes.room import blueprint
from app.moderation.watching import operations, queries, trying
from app.moderation.watching.forms import WordForm
from app.moderation.watching.models import Action, WatchedWord
from app.moderation.watching.trying import Trial
from app.moderation.watching.words import SHORT


@blueprint.get("/mod/words")
@signed_in_only
@staff_only(Role.MODERATOR)
def words() -> ResponseReturnValue:
    asked = request.args.get("action", "")
    action = Action(asked) if asked in set(Action) else None
    page = queries.words(current_actor(), page_number(), action)
    return render_template("moderation/words.html", page=page, chosen=action, actions=SHORT)


@blueprint.route("/mod/words/new", methods=["GET", "POST"])
@signed_in_only
@staff_only(Role.MODERATOR)
def new_word() -> ResponseReturnValue:
    return _word(WordForm(), None)


@blueprint.route("/mod/words/<int:word_id>", methods=["GET", "POST"])
@signed_in_only
@staff_only(Role.MODERATOR)
def edit_word(word_id: int) -> ResponseReturnValue:
    row = operations.word(current_actor(), word_id)
    return _word(WordForm(obj=row), row)


@blueprint.post("/mod/words/<int:word_id>/switch")
@signed_in_only
@staff_only(Role.MODERATOR)
def switch_word(word_id: int) -> ResponseReturnValue:
    on = request.form.get("on") == "1"
    try:
        operations.switch_word(current_actor(), word_id=word_id, on=on)
    except Problem as problem:
        flash(problem.message, "error")
    else:
        flash(_("It is watched for from now on.") if on else _("It is not watched for any more."))
    return redirect(url_for("moderation.words"), 303)


@blueprint.route("/mod/words/<int:word_id>/delete", methods=["GET", "POST"])
@signed_in_only
@staff_only(Role.MODERATOR)
def delete_word(word_id: int) -> ResponseReturnValue:
    if request.method == "POST":
        operations.delete_word(current_actor(), word_id=word_id)
        flash(_("Deleted. The log keeps what it was."))
        return redirect(url_for("moderation.words"), 303)
    row = operations.word(current_actor(), word_id)
    return render_template("moderation/word_delete.html", word=row)


def _word(form: WordForm, row: WatchedWord | None) -> ResponseReturnValue:
    """The form: it is tried with one button, and with what that gave saved by the other."""
    actor = current_actor()
    trial: Trial | None = None
    if form.validate_on_submit():
        kind, pattern, action = form.chosen
        values: dict[str, Any] = {"kind": kind, "pattern": pattern, "action": action}
        rest: dict[str, Any] = {
            "rule": form.rule.data,
            "note": form.note.data,
            "seal": str(form.seal.data or ""),
        }
        try:
            if request.form.get("step") != "save":
                trial = trying.try_out(actor, **values)
                form.seal.data = trial.seal
            elif row is None:
                operations.add_word(actor, **values, **rest, token=form.token)
            else:
                operations.change_word(actor, word_id=row.id, **values, **rest)
        except Problem as problem:
            form.refuse(problem)
        else:
            if trial is None:
                flash(_("Saved. It counts for what is posted from now on."))
                return redirect(url_for("moderation.words"), 303)
    page = render_template("moderation/word.html", form=form, trial=trial, word=row)
    return answered(page, form)
