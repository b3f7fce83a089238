"""`/mod/log`."""

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.actor import Role
from app.accounts.queries import ids_named
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.core.text import clean_line
from app.core.web.forms import posted_id
from app.core.web.pages import page_number
from app.moderation import log as staff_log
from app.moderation.log import Wanted
from app.moderation.routes.room import blueprint

FIELDS = ("by", "verb", "target", "number", "since", "until")


@blueprint.get("/mod/log")
@signed_in_only
@staff_only(Role.MODERATOR)
def log() -> ResponseReturnValue:
    """What does not narrow the log is said beside its field, and the rest still does."""
    typed = {name: clean_line(request.args.get(name, ""))[:60] for name in FIELDS}
    wrong: dict[str, str] = {}
    name = typed["by"].removeprefix("@").lower()
    by_id = ids_named([name]).get(name) if name else None
    if typed["by"] and by_id is None:
        wrong["by"] = _("Nobody here is called that. Names are written as on people's pages.")
    target_id = posted_id(typed["number"])
    if typed["number"] and target_id is None:
        wrong["number"] = _("Write a number, such as the 12 at the end of a post's address.")
    actor = current_actor()
    verbs, targets = staff_log.offered(actor)
    wanted = Wanted(
        by_id=by_id,
        verb=typed["verb"] if typed["verb"] in verbs else "",
        target=typed["target"] if typed["target"] in targets else "",
        target_id=target_id,
        since=_day("since", typed, wrong),
        until=_day("until", typed, wrong),
    )
    page = staff_log.entries(actor, wanted, page_number())
    body = render_template(
        "moderation/log.html", page=page, typed=typed, wrong=wrong, verbs=verbs, targets=targets
    )
    return body, 422 if wrong else 200


def _day(name: str, typed: dict[str, str], wrong: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(typed[name]) if typed[name] else None
    except ValueError:
        wrong[name] = _("Write a day as in 2026-03-21.")
        return None
