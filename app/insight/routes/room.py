"""The blueprint, and what its pages have in common."""

from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from app.core.clock import now
from app.core.text import clean_line
from app.core.web.pages import Page
from app.insight.tables import Cell, Table, as_csv

blueprint = Blueprint("insight", __name__)
Choice = TypeVar("Choice", bound=StrEnum)


def as_download(table: Table) -> ResponseReturnValue:
    answer = make_response(as_csv(table))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{table.name}-{now().date().isoformat()}.csv"'
    )
    return answer


def rows_page(table: Table, page: Page[Any] | None, search: str | None = None) -> ResponseReturnValue:
    return render_template("insight/rows.html", table=table, page=page, search=search)


def line(name: str) -> str:
    return clean_line(request.args.get(name, ""))[:100]


def one_of(choices: type[Choice], name: str) -> Choice | None:
    sent = request.args.get(name)
    return choices(sent) if sent in list(choices) else None


def date_of(sent: str) -> date | None:
    """A day of our time."""
    try:
        found = date.fromisoformat(sent)
    except ValueError:
        return None
    return found if 2000 <= found.year < 3000 else None


def day_cell(day: date) -> Cell:
    return Cell(str(format_date(day, "d MMM yyyy")))
