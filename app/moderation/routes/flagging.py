"""Flagging a post, a thread or a person."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.queries import ids_named
from app.accounts.sessions import current_actor
from app.core.problems import NotFound, Problem
from app.core.web.forms import answered
from app.forum import queries as trunk
from app.forum.visitors import sign_in_first, visitor_key
from app.moderation import operations, policy, queries, targets
from app.moderation.drafts import flag_url
from app.moderation.forms import FlagForm, FlagPersonForm
from app.moderation.routes.room import blueprint
from app.moderation.targets import Subject, Target, TargetKind
from app.moderation.words import Reason


@blueprint.route("/p/<int:post_id>/flag", methods=["GET", "POST"])
def flag(post_id: int) -> ResponseReturnValue:
    return _flag(Target(TargetKind.POST, post_id))


@blueprint.route("/t/<int:thread_id>/flag", methods=["GET", "POST"])
def flag_thread(thread_id: int) -> ResponseReturnValue:
    return _flag(Target(TargetKind.THREAD, thread_id))


@blueprint.route("/people/<name>/flag", methods=["GET", "POST"])
def flag_person(name: str) -> ResponseReturnValue:
    account_id = ids_named([name]).get(name.lower())
    if account_id is None:
        raise NotFound
    return _flag(Target(TargetKind.PERSON, account_id))


def _flag(target: Target) -> ResponseReturnValue:
    actor = current_actor()
    subject = targets.subject(actor, target)
    kind = FlagPersonForm if target.kind is TargetKind.PERSON else FlagForm
    if not actor.signed_in:
        return _keep(subject, kind)
    form = kind(data=trunk.draft(actor, visitor_key(), operations.flag_draft(target)))
    url = _url(subject)
    if form.validate_on_submit():
        try:
            operations.flag(
                actor,
                target=target,
                reason=Reason(form.reason.data),
                note=form.note.data,
                passage=form.passage.data if isinstance(form, FlagForm) else "",
                visitor=visitor_key(),
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Thank you. Moderators look at it."))
            return redirect(url, 303)
    page = render_template(
        "moderation/flag.html",
        form=form,
        subject=subject,
        url=url,
        unfit=policy.flag(actor, subject),
        done=queries.flagged(actor, target),
    )
    return answered(page, form)


def _url(subject: Subject) -> str:
    """Where to go back to."""
    if subject.thread is None or subject.post is None:
        return url_for("community.person", name=subject.author.name)
    return trunk.url_of(subject.thread, _anchor=f"p-{subject.post.id}")


def _address(subject: Subject) -> str:
    """What a report says that it is about."""
    match subject.target.kind:
        case TargetKind.POST:
            return url_for("forum.post", post_id=subject.target.id)
        case TargetKind.THREAD:
            return url_for("forum.thread", thread_id=subject.target.id)
        case TargetKind.PERSON:
            return url_for("community.person", name=subject.author.name)


def _keep(subject: Subject, kind: type[FlagForm | FlagPersonForm]) -> ResponseReturnValue:
    """Visitors are shown both ways: to sign in, and to report it without an account.

    Whoever was signed out midway finds what they wrote afterwards.
    """
    back = flag_url(subject)
    if request.method != "POST":
        return render_template(
            "moderation/flag.html", subject=subject, url=_url(subject), here=back, about=_address(subject)
        )
    form = kind()
    typed = {"reason": form.reason.data, "note": form.note.data}
    if isinstance(form, FlagForm):
        typed["passage"] = form.passage.data
    message = _("What you wrote is kept. Sign in, then send it.")
    return sign_in_first(operations.flag_draft(subject.target), typed, back, message)
