"""The case file of one target."""

import json
from datetime import datetime

from flask import make_response
from flask.typing import ResponseReturnValue

from app.accounts.actor import Role
from app.accounts.sessions import current_actor, signed_in_only, staff_only
from app.moderation.casefile import as_pdf, case_of
from app.moderation.routes.room import blueprint


@blueprint.get("/mod/reviews/<int:review_id>/case.json")
@signed_in_only
@staff_only(Role.MODERATOR)
def case_json(review_id: int) -> ResponseReturnValue:
    case = case_of(current_actor(), review_id)
    return _kept_by_nobody(
        json.dumps(case, ensure_ascii=False, indent=2, default=_written),
        "application/json; charset=utf-8",
        f"case-{review_id}.json",
    )


@blueprint.get("/mod/reviews/<int:review_id>/case.pdf")
@signed_in_only
@staff_only(Role.MODERATOR)
def case_pdf(review_id: int) -> ResponseReturnValue:
    case = case_of(current_actor(), review_id)
    return _kept_by_nobody(as_pdf(case), "application/pdf", f"case-{review_id}.pdf")


def _kept_by_nobody(body: str | bytes, kind: str, name: str) -> ResponseReturnValue:
    answer = make_response(body)
    answer.headers["Content-Type"] = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _written(value: object) -> str:
    """A time as ISO 8601 has it, to the microsecond, for the log's seals cover those too."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    raise TypeError(f"{value!r} has no place in a case file")
