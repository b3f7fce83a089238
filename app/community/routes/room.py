"""The blueprint, and the page that more than one of its views answers with."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.actor import Actor
from app.community import queries
from app.community.forms import SuspendForm
from app.core.web.forms import answered

SHOWN = 5

blueprint = Blueprint("community", __name__)


def person_page(
    actor: Actor, profile: queries.Profile, form: SuspendForm | None = None
) -> ResponseReturnValue:
    page = render_template(
        "community/person.html",
        profile=profile,
        numbers=queries.numbers(actor, profile.id),
        most=queries.MOST_COUNTED,
        tags=queries.known_tags(profile.id),
        latest=queries.answers(actor, profile.id, 1).rows[:SHOWN],
        form=(form or SuspendForm(formdata=None)) if actor.is_moderator else None,
        errors=bool(form and form.errors),
    )
    return answered(page, form)
