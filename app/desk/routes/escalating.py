"""A question goes to Support: a look at what is shared, then the ticket, or in community mode the message to send."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Actor, Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.config import Settings
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.text import plain, render
from app.core.web.forms import answered, posted_id
from app.desk import operations, policy, queries
from app.desk.forms import EscalateForm, OutcomeForm, PublishForm
from app.desk.models import Outcome, Topic
from app.desk.packet import Packet, digest, packet
from app.desk.routes.room import blueprint
from app.desk.words import TOPICS
from app.forum import operations as forum
from app.forum import queries as trunk


@blueprint.route("/questions/<int:thread_id>/support", methods=["GET", "POST"])
@signed_in_only
def escalate(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    form = EscalateForm()
    if actor.id == trunk.thread(actor, thread_id).author_id:
        del form.said
    if not form.is_submitted():
        return _page(actor, form, packet(actor, thread_id, None, form.note.data))
    chosen = {found for sent in request.form.getlist("post") if (found := posted_id(sent))}
    try:
        shared = packet(actor, thread_id, chosen, form.note.data)
    except Problem as problem:
        form.refuse(problem)
        return _page(actor, form, packet(actor, thread_id, chosen))
    if "look" in request.form or not form.validate():
        return _page(actor, form, shared)
    if not policy.has_desk():
        return _prepared(thread_id, form, shared)
    try:
        ticket_id = operations.escalate(
            actor,
            thread_id=thread_id,
            topic=Topic(form.topic.data),
            note=form.note.data,
            order_number=form.order_number.data,
            post_ids=chosen,
            seen=form.seen.data or "",
            token=form.token,
            said=form.said.data if "said" in form else "",
        )
    except Problem as problem:
        form.refuse(problem)
        return _page(actor, form, shared)
    flash(_("Sent to Support. They write to you here; what is for everybody comes back to the question."))
    return redirect(url_for("desk.ticket", ref=queries.ref_of(actor, ticket_id)), 303)


@blueprint.post("/questions/<int:thread_id>/support/sent")
@signed_in_only
def note_sent(thread_id: int) -> ResponseReturnValue:
    actor = current_actor()
    operations.note_sent(actor, thread_id=thread_id)
    flash(_("Good. We ask you in five days how it went, so that others know what to expect."))
    return redirect(_thread_url(actor, thread_id), 303)


@blueprint.route("/questions/<int:thread_id>/outcome", methods=["GET", "POST"])
@signed_in_only
def outcome(thread_id: int) -> ResponseReturnValue:
    """'How did it go?', for whoever took the question to the marketplace."""
    actor = current_actor()
    form = OutcomeForm(data=queries.told_outcome(actor, thread_id))
    if form.validate_on_submit():
        try:
            operations.tell_outcome(
                actor, thread_id=thread_id, outcome=Outcome(form.outcome.data), note=form.note.data
            )
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Thank you. It stands on the question now, for the next one."))
            return redirect(_thread_url(actor, thread_id), 303)
    page = render_template(
        "desk/outcome.html",
        form=form,
        thread=trunk.thread(actor, thread_id),
        url=_thread_url(actor, thread_id),
    )
    return answered(page, form)


@blueprint.route("/desk/tickets/<ref>/publish", methods=["GET", "POST"])
@signed_in_only
@staff_only(Role.AGENT)
def publish(ref: str) -> ResponseReturnValue:
    """An agent's answer for everybody, in the thread the ticket grew from."""
    actor = current_actor()
    page = queries.page(actor, ref)
    if not page.works or page.thread is None or not page.escalated:
        raise NotFound
    form = PublishForm()
    shown = None
    if form.is_submitted() and form.source.validate(form):
        shown = forum.prepared(form.source.data).html
        if form.seen.data == digest(shown):
            try:
                post_id = operations.publish_answer(
                    actor, ref=ref, source=form.source.data, seen=form.seen.data, token=form.token
                )
            except Problem as problem:
                form.refuse(problem)
            else:
                flash(_("Published. The person who asked can accept it."))
                return redirect(url_for("forum.post", post_id=post_id), 303)
        form.seen.data = digest(shown)
    answer = render_template("desk/publish.html", form=form, page=page, shown=shown)
    return answered(answer, form)


def _page(actor: Actor, form: EscalateForm, shared: Packet) -> ResponseReturnValue:
    """The form with the packet under it; what is sent from here is what is seen here."""
    form.seen.data = shared.digest
    page = render_template(
        "desk/escalate.html",
        form=form,
        shared=shared,
        has_desk=policy.has_desk(),
        marketplace=part(Settings).marketplace,
        url=_thread_url(actor, shared.page.thread.id),
    )
    return answered(page, form)


def _prepared(thread_id: int, form: EscalateForm, shared: Packet) -> ResponseReturnValue:
    """Community mode: the parts to copy, in the order of most help forms."""
    kept = {
        "order_number": form.order_number.data,
        "subject": shared.page.thread.title,
        "tried": "\n".join(plain(row.html) for row in shared.offered if row.id in shared.chosen),
    }
    return render_template(
        "desk/prepared.html",
        kept=kept,
        happened=plain(shared.page.opening.html + render(form.note.data).html),
        topic=TOPICS[Topic(form.topic.data)],
        marketplace=part(Settings).marketplace,
        form_url=part(Settings).help_form_url,
        back_url=url_for("desk.escalate", thread_id=thread_id),
        sent_url=url_for("desk.note_sent", thread_id=thread_id),
        photos=trunk.photos_of(current_actor(), [shared.page.opening.id]).get(shared.page.opening.id, []),
    )


def _thread_url(actor: Actor, thread_id: int) -> str:
    thread = trunk.thread(actor, thread_id)
    return trunk.url_of(thread)
