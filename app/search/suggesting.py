"""Existing answers, while somebody writes."""

from app.accounts.actor import Actor
from app.questions.ports import Match
from app.search import queries
from app.search.query import for_draft, unfinished
from app.search.widening import widened

SHORTEST_TITLE = 2


def suggest(
    actor: Actor, *, title: str, body: str = "", limit: int = 5, exclude: int | None = None
) -> list[Match]:
    """`questions.ports.Suggest`, by the words of the title, and less by the rarest of the text.

    Rather nothing than what has too little of the title.
    """
    if len(title.strip()) < SHORTEST_TITLE:
        return []
    query = widened(for_draft(title, body), *unfinished(title)).query
    proposals = queries.propose(actor, query, limit + 1)
    fitting = filter(proposals.answers, proposals.seen)
    wanted = [seen for seen in fitting if seen.row.id != exclude][:limit]
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
            solved=seen.solved,
            notes=tuple(found.extra),
        )
        for seen, found in zip(wanted, queries.found(query, wanted, proposals.hits), strict=True)
    ]
