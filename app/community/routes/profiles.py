"""The page of a person, and the lists its numbers lead to."""

from collections.abc import Callable
from functools import wraps

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.queries import once_named
from app.accounts.sessions import current_actor
from app.community import queries
from app.community.points import POINTS
from app.community.routes.room import blueprint
from app.core.problems import NotFound
from app.core.web.pages import page_number

LONGEST_TAG_ASKED = 60

View = Callable[[queries.Profile], ResponseReturnValue]

SHOWN = 5


def _of_a_person(view: View) -> Callable[[str], ResponseReturnValue]:
    """Find the person by name. Another spelling, or a name they gave up within a year, leads to the one they have."""

    @wraps(view)
    def found(name: str) -> ResponseReturnValue:
        try:
            profile = queries.profile(name)
            called = profile.person.name
        except NotFound:
            called = once_named(name) or ""
            if not called:
                raise
            profile = queries.profile(called)
        if called == name:
            return view(profile)
        return redirect(url_for(f"community.{view.__name__}", name=called, tag=request.args.get("tag")), 301)

    return found


@blueprint.get("/people/<name>")
@_of_a_person
def person(profile: queries.Profile) -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "community/person.html",
        profile=profile,
        numbers=queries.numbers(actor, profile.id),
        most=queries.MOST_COUNTED,
        tags=queries.known_tags(profile.id),
        latest=queries.answers(actor, profile.id, 1).rows[:SHOWN],
    )


@blueprint.get("/people/<name>/questions")
@_of_a_person
def questions(profile: queries.Profile) -> ResponseReturnValue:
    page = queries.questions(current_actor(), profile.id, page_number())
    return render_template("community/questions.html", profile=profile, page=page)


@blueprint.get("/people/<name>/answers")
@_of_a_person
def answers(profile: queries.Profile) -> ResponseReturnValue:
    page = queries.answers(current_actor(), profile.id, page_number())
    return render_template("community/answers.html", profile=profile, page=page, shown="answers", tag=None)


@blueprint.get("/people/<name>/accepted")
@_of_a_person
def accepted(profile: queries.Profile) -> ResponseReturnValue:
    tag = request.args.get("tag", "")[:LONGEST_TAG_ASKED] or None
    page = queries.accepted(current_actor(), profile.id, page_number(), tag)
    return render_template("community/answers.html", profile=profile, page=page, shown="accepted", tag=tag)


@blueprint.get("/people/<name>/reputation")
@_of_a_person
def reputation(profile: queries.Profile) -> ResponseReturnValue:
    page = queries.ledger(current_actor(), profile.id, page_number())
    return render_template("community/reputation.html", profile=profile, page=page, points=POINTS)
