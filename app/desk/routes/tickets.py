"""A person's own tickets."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor, signed_in_only
from app.core.problems import NotFound
from app.core.web.pages import page_number
from app.desk import queries
from app.desk.forms import ReplyForm
from app.desk.routes.room import blueprint, draft_name, require_desk, send_reply
from app.forum import queries as trunk
from app.forum.visitors import visitor_key


@blueprint.get("/me/tickets")
@signed_in_only
def mine() -> ResponseReturnValue:
    require_desk()
    return render_template("desk/mine.html", page=queries.mine(current_actor(), page_number()))


@blueprint.get("/tickets/<ref>")
@signed_in_only
def ticket(ref: str) -> ResponseReturnValue:
    if queries.page(current_actor(), ref).works:
        return redirect(url_for("desk.work", ref=ref))
    return _page(ref)


@blueprint.post("/tickets/<ref>/reply")
def reply(ref: str) -> ResponseReturnValue:
    return send_reply(ref, "desk.ticket", _page)


def _page(ref: str, *, reply_form: ReplyForm | None = None, shown: str | None = None) -> ResponseReturnValue:
    actor = current_actor()
    page = queries.page(actor, ref)
    if page.works:
        raise NotFound
    kept = {} if reply_form else trunk.draft(actor, visitor_key(), draft_name(ref))
    form = reply_form or ReplyForm(formdata=None, data=kept)
    answer = render_template("desk/ticket.html", page=page, form=form, shown=shown, kept=bool(kept))
    return answer, 422 if form.errors else 200
