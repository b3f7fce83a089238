"""The queue, and one target with all that is needed to decide about it."""

from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.web.forms import posted_id
from app.core.web.pages import page_number
from app.forum.queries import tags_of
from app.moderation import operations, queries
from app.moderation.forms import DecideForm, NoteForm, SecondForm, ShiftForm, ViewForm
from app.moderation.queries import Pane, Sieve
from app.moderation.routes.room import blueprint
from app.moderation.targets import Target, TargetKind
from app.moderation.words import FINDINGS, SHORT, Reason


@blueprint.get("/mod/queue")
@signed_in_only
@staff_only(Role.MODERATOR)
def queue() -> ResponseReturnValue:
    return queue_page()


def queue_page(shift_form: ShiftForm | None = None) -> str:
    """The queue as it is narrowed; `shift_form` is one in which something is wrong."""
    actor = current_actor()
    asked = sieve()
    page = queries.queue(actor, asked, page_number(), oldest=request.args.get("sort") == "oldest")
    wanted = posted_id(request.args.get("open"))
    first = next((row for row in page.rows if row.id == wanted), page.rows[0] if page.rows else None)
    opened = queries.pane_of(actor, first) if first else None
    return render_template(
        "moderation/queue.html",
        page=page,
        asked=asked,
        filters=filters(),
        findings=FINDINGS,
        short=SHORT,
        opened=opened,
        form=form_of(opened) if opened else None,
        note_form=NoteForm(formdata=None),
        shift=queries.shift_now(actor),
        shift_form=shift_form or ShiftForm(formdata=None),
        handed=queries.handed_over(),
        views=queries.views_of(actor),
        view_form=ViewForm(formdata=None),
        fresh=queries.fresh(actor),
        appeals=queries.appeals_waiting(actor),
        proposals=queries.proposals_waiting(actor),
    )


@blueprint.get("/mod/reviews/<int:review_id>")
@signed_in_only
@staff_only(Role.MODERATOR)
def review(review_id: int) -> ResponseReturnValue:
    """A page; asked for by script, what the queue shows beside its list."""
    opened = queries.pane(current_actor(), review_id)
    if "HX-Request" not in request.headers:
        return review_page(opened, form_of(opened))
    return render_template(
        "moderation/opened.html",
        opened=opened,
        form=form_of(opened),
        note_form=NoteForm(formdata=None),
        filters=filters(),
        findings=FINDINGS,
        short=SHORT,
    )


@blueprint.post("/mod/reviews")
@signed_in_only
@staff_only(Role.MODERATOR)
def open_review() -> ResponseReturnValue:
    """From a target's own page."""
    kind = request.form.get("kind", "")
    target_id = posted_id(request.form.get("id"))
    known = kind in set(TargetKind) and target_id is not None
    target = Target(TargetKind(kind), target_id or 0) if known else Target(TargetKind.POST, 0)
    review_id = operations.open_review(current_actor(), target=target)
    return redirect(url_for("moderation.review", review_id=review_id), 303)


@blueprint.get("/mod/held")
@signed_in_only
@staff_only(Role.MODERATOR)
def held() -> ResponseReturnValue:
    """Where the queue was once."""
    return redirect(url_for("moderation.queue", why="held"), 301)


def review_page(
    opened: Pane, form: DecideForm, note_form: NoteForm | None = None, second_form: SecondForm | None = None
) -> str:
    """A target on a page of its own; forms are those in which something is wrong."""
    return render_template(
        "moderation/review.html",
        opened=opened,
        form=form,
        note_form=note_form or NoteForm(formdata=None),
        second_form=second_form,
        filters={},
        findings=FINDINGS,
        short=SHORT,
    )


def form_of(opened: Pane) -> DecideForm:
    """Filled with what fits most often: what most of the open flags say; and with what an edit would change."""
    said = [reason for reason, _number in opened.row.reasons if reason is not Reason.OTHER]
    post, thread = opened.subject.post, opened.subject.thread
    filled = {"reason": said[0] if said else "", "source": post.source if post else ""}
    if thread and opened.subject.is_opening:
        filled |= {
            "title": thread.unmasked_title or thread.title,
            "space_id": str(thread.space_id),
            "tags": ", ".join(tags_of([thread.id])[thread.id]),
        }
    return DecideForm(formdata=None, data=filled)


def sieve() -> Sieve:
    """As the address or a form says; what means nothing narrows nothing."""
    asked = request.values
    # Not under the name that a decision's reason is sent by. Views that were kept before say that one.
    reason = asked.get("flagged_for") or request.args.get("reason", "")
    return Sieve(
        kind=asked.get("kind", "") if asked.get("kind") in set(TargetKind) else "",
        why=asked.get("why", "") if asked.get("why") in {"held", "flagged", "hidden", "severe"} else "",
        reason=reason if reason in set(Reason) else "",
        hand=asked.get("hand", "") if asked.get("hand") in {"mine", "free"} else "",
        by=posted_id(asked.get("by")),
        age=asked.get("age", "") if asked.get("age") in queries.AGES else "",
    )


def filters() -> dict[str, str]:
    """What narrows the queue at the moment, as it goes back into addresses."""
    asked = sieve()
    kept = {"kind": asked.kind, "why": asked.why, "flagged_for": asked.reason, "hand": asked.hand}
    kept |= {"age": asked.age}
    kept |= {"by": str(asked.by or ""), "sort": "oldest" if request.values.get("sort") == "oldest" else ""}
    return {name: value for name, value in kept.items() if value}


def back_to_queue(opened: int | None = None) -> ResponseReturnValue:
    """The queue as it was narrowed, with this review opened; else with the first one."""
    asked = filters() | ({"open": str(opened)} if opened else {})
    return redirect(f"{url_for('moderation.queue')}?{urlencode(asked)}".rstrip("?"), 303)
