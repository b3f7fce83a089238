"""`/rules`."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.moderation.routes.room import blueprint
from app.moderation.rules import RULES


@blueprint.get("/rules")
def rules() -> ResponseReturnValue:
    return render_template("moderation/rules.html", rules=RULES)
