"""`/help`: answers that exist first, then a ticket, or in community mode a message to send elsewhere."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Actor
from app.accounts.sessions import current_actor
from app.config import Settings
from app.core.parts import part
from app.core.problems import Problem
from app.core.text import clean_line, clean_text, plain, render
from app.core.web.forms import posted_id
from app.core.web.limits import SUGGEST, limiter
from app.desk import operations, policy, queries, urgent
from app.desk.forms import HelpForm
from app.desk.models import LONGEST_SUBJECT, Topic
from app.desk.operations import HELP
from app.desk.routes.room import blueprint, sign_in_first
from app.desk.words import TOPICS
from app.forum import operations as forum
from app.forum import queries as trunk
from app.forum.visitors import visitor_key
from app.questions import operations as questions
from app.questions.ports import Match, Suggest
from app.search import helping


@blueprint.get("/help", endpoint="help")
def get_help() -> ResponseReturnValue:
    actor = current_actor()
    kept = trunk.draft(actor, visitor_key(), HELP)
    carried = queries.carried_over(actor, posted_id(request.args.get("thread")))
    form = HelpForm(data=carried if carried and carried["thread"] != kept.get("thread") else kept)
    matches = _matches(actor, form) if form.subject.data and not form.looked.data else []
    folded = bool(matches) and helping.folded(actor, visitor_key(), urgent=_is_urgent(form))
    writing = bool(form.source.data or form.looked.data)
    return _page(actor, form, matches, writing=writing, folded=folded)


@blueprint.post("/help")
def file() -> ResponseReturnValue:
    actor = current_actor()
    if solved := posted_id(request.form.get("solved")):
        return _solved(actor, solved)
    form = HelpForm(data=trunk.draft(actor, visitor_key(), HELP))
    matches = _matches(actor, form) if form.subject.data and not form.looked.data else []
    if "look" in request.form or matches:
        return _look(actor, form, matches)
    if "preview" in request.form:
        shown = render(form.source.data).html if form.source.validate(form) else None
        return _page(actor, form, [], writing=True, shown=shown)
    if not form.validate():
        return _page(actor, form, [], writing=True)
    return _send(actor, form)


@blueprint.post("/help/suggest")
@limiter.limit(SUGGEST)
def suggest() -> ResponseReturnValue:
    """The fragment under the line while somebody types."""
    actor = current_actor()
    subject = clean_line(request.form.get("subject", ""))
    body = clean_text(request.form.get("source", ""))
    matches = _suggest(actor, subject, body, request.form.get("thread"))
    return render_template(
        "parts/suggestions.html",
        matches=matches,
        matches_title=_("Does one of these solve it?"),
        folded=_show(
            actor,
            matches,
            urgent=_urgent(request.form.get("topic"), subject, body, request.form.get("tried")),
        ),
        fragment=True,
    )


@blueprint.post("/help/opened")
@limiter.limit(SUGGEST)
def opened() -> ResponseReturnValue:
    """A match was opened in its own tab; only browsers that run script say so."""
    if thread_id := posted_id(request.form.get("thread")):
        helping.open_thread(current_actor(), visitor_key(), thread_id=thread_id)
    return "", 204


@blueprint.get("/help/ready")
def ready() -> ResponseReturnValue:
    """The fragment under the topic: what to have ready for it."""
    return render_template("desk/ready.html", chosen=_topic(request.args.get("topic")), topics=TOPICS)


@blueprint.post("/help/forget")
def forget() -> ResponseReturnValue:
    """Begin again with an empty form."""
    operations.forget_draft(current_actor(), visitor=visitor_key())
    return redirect(url_for("desk.help"), 303)


@blueprint.get("/help/message")
def prepared() -> ResponseReturnValue:
    """Community mode: what was typed, ready to copy into the marketplace's own help form."""
    kept = trunk.draft(current_actor(), visitor_key(), HELP)
    topic = _topic(kept.get("topic"))
    if policy.has_desk() or topic is None or not kept.get("source"):
        return redirect(url_for("desk.help"))
    return render_template(
        "desk/prepared.html",
        kept=kept,
        happened=plain(render(kept["source"]).html),
        topic=TOPICS[topic],
        marketplace=part(Settings).marketplace,
        form_url=part(Settings).help_form_url,
    )


def _page(
    actor: Actor,
    form: HelpForm,
    matches: Sequence[Match],
    *,
    writing: bool,
    shown: str | None = None,
    folded: bool = False,
) -> ResponseReturnValue:
    """`writing` is the second step: under the line everything else a ticket needs. `folded` hides matches behind a line."""
    thread_id = posted_id(form.thread.data)
    page = render_template(
        "desk/help.html",
        form=form,
        matches=matches,
        folded=folded,
        writing=writing,
        shown=shown,
        chosen=_topic(form.topic.data),
        topics=TOPICS,
        has_desk=policy.has_desk(),
        marketplace=part(Settings).marketplace,
        filed=queries.filed_about(actor, thread_id) if thread_id else None,
    )
    return page, 422 if form.errors else 200


def _look(actor: Actor, form: HelpForm, matches: Sequence[Match]) -> ResponseReturnValue:
    """From the line to the rest; answers that exist stand between."""
    if not form.subject.validate(form):
        return _page(actor, form, [], writing=False)
    form.looked.data = form.looked.data or ("1" if matches else "0")
    folded = _show(actor, matches, urgent=_is_urgent(form))
    return _page(actor, form, matches, writing=True, folded=folded)


def _send(actor: Actor, form: HelpForm) -> ResponseReturnValue:
    if not policy.has_desk():
        forum.keep_draft(actor, visitor_key(make=True), HELP, _typed(form))
        return redirect(url_for("desk.prepared"), 303)
    if not actor.signed_in:
        return sign_in_first(HELP, _typed(form), url_for("desk.help"))
    try:
        ticket_id = operations.file_ticket(
            actor,
            topic=Topic(form.topic.data),
            subject=form.subject.data,
            source=form.source.data,
            tried=form.tried.data.strip(),
            order_number=form.order_number.data,
            thread_id=posted_id(form.thread.data),
            token=form.token,
            visitor=visitor_key(),
            refused_matches=form.looked.data == "1",
        )
    except Problem as problem:
        form.refuse(problem)
        return _page(actor, form, [], writing=True)
    flash(_("Sent. What Support answers shows up here, and you are told."))
    return redirect(url_for("desk.ticket", ref=queries.ref_of(actor, ticket_id)), 303)


def _solved(actor: Actor, thread_id: int) -> ResponseReturnValue:
    thread = trunk.thread(actor, thread_id)
    questions.solved_by(actor, thread_id=thread_id, form=HELP, token=HelpForm().token, visitor=visitor_key())
    flash(_("Good. Nothing was sent to Support."))
    return redirect(trunk.url_of(thread), 303)


def _show(actor: Actor, matches: Sequence[Match], *, urgent: bool) -> bool:
    """Note what stands under the line; whether it is folded away. A visitor has a key once there is something to note."""
    key = visitor_key(make=bool(matches) and not actor.signed_in)
    return helping.show(actor, key, thread_ids=[match.thread_id for match in matches], urgent=urgent)


def _is_urgent(form: HelpForm) -> bool:
    return _urgent(form.topic.data, form.subject.data, form.source.data, form.tried.data)


def _urgent(topic: str | None, *texts: str | None) -> bool:
    return topic == Topic.SAFETY or urgent.is_urgent(*texts)


def _matches(actor: Actor, form: HelpForm) -> Sequence[Match]:
    return _suggest(actor, form.subject.data, form.source.data, form.thread.data)


def _suggest(actor: Actor, subject: str, body: str, thread: str | None) -> Sequence[Match]:
    return part(Suggest)(actor, title=subject[:LONGEST_SUBJECT], body=body, exclude=posted_id(thread))


def _topic(name: str | None) -> Topic | None:
    return Topic(name) if name in list(Topic) else None


def _typed(form: HelpForm) -> dict[str, Any]:
    names = ("subject", "topic", "order_number", "source", "tried")
    steps = {
        "looked": "1" if form.looked.data == "1" else "0",
        "thread": str(posted_id(form.thread.data) or ""),
    }
    return {**{name: form[name].data for name in names}, **steps}
