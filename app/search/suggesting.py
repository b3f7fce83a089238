"""Existing answers, while somebody writes."""

from app.accounts.actor import Actor
from app.questions.models import State
from app.questions.ports import Match
from app.search import queries
from app.search.query import for_draft

SHORTEST_TITLE = 2


def suggest(
    actor: Actor, *, title: str, body: str = "", limit: int = 5, exclude: int | None = None
) -> list[Match]:
    """`questions.ports.Suggest`, by the words of the title, and less by the rarest of the text."""
    if len(title.strip()) < SHORTEST_TITLE:
        return []
    query = for_draft(title, body)
    rows, hits, _reduced = queries.propose(actor, query, limit + 1)
    wanted = [row for row in rows if row.id != exclude][:limit]
    return [
        Match(
            thread_id=found.id,
            url=found.url,
            title_html=found.title_html,
            passage_html=found.passage_html,
            kind=found.kind,
            state=found.state,
            space=found.space,
            replies=found.answers,
            solved=found.state == State.SOLVED,
        )
        for found in queries.found(query, wanted, hits)
    ]
