"""The search page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.sessions import current_actor
from app.core.parts import part
from app.core.problems import Problem
from app.core.text import clean_line
from app.core.web.limits import SEARCH, SEARCH_VISITOR, SUGGEST, limiter
from app.core.web.pages import page_number
from app.forum.queries import popular_tags
from app.forum.readings import is_robot
from app.search import queries
from app.search.completing import completions
from app.search.misses import Misses
from app.search.operators import known
from app.search.queries import Order

blueprint = Blueprint("search", __name__)


def _how_often() -> str:
    return SEARCH if current_actor().signed_in else SEARCH_VISITOR


@blueprint.get("/search")
@limiter.limit(_how_often, exempt_when=lambda: not request.args.get("q"))
def index() -> ResponseReturnValue:
    """The page itself asks for nothing, so it is not counted."""
    text = clean_line(request.args.get("q", ""))
    if not text:
        return render_template("search/index.html", text="", results=None, known=known())
    try:
        results = queries.find(current_actor(), text, page_number(), _order())
    except Problem as problem:
        page = render_template(
            "search/index.html", text=text, results=None, known=known(), problem=problem.message
        )
        return page, 422
    if results.found_nothing and not is_robot(request.user_agent.string):
        part(Misses).note(results.plain)
    tags = [] if results.page.rows else popular_tags()
    return render_template("search/index.html", text=text, results=results, known=known(), tags=tags)


@blueprint.get("/search/complete")
@limiter.limit(SUGGEST)
def complete() -> ResponseReturnValue:
    """What a search box lists under itself: its text with the last word ended."""
    return render_template("search/complete.html", lines=completions(request.args.get("q", "")))


def _order() -> Order:
    asked = request.args.get("sort", "")
    return Order(asked) if asked in set(Order) else Order.BEST
