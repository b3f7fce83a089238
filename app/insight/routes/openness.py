"""`/transparency`, for everybody."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.core.web.pages import page_number
from app.insight import openness, policy
from app.insight.queries import openness as moderated
from app.insight.routes.room import as_download, blueprint


@blueprint.get("/transparency")
def transparency() -> ResponseReturnValue:
    page = moderated.months(page_number())
    return render_template(
        "insight/transparency.html", page=page, tables=openness.tables(page.rows), enough=policy.ENOUGH
    )


@blueprint.get("/transparency.csv")
def transparency_csv() -> ResponseReturnValue:
    return as_download(openness.lines(moderated.every_month()))
