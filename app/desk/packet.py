"""What Support gets of a thread: exactly what its sender saw, made of public text alone."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from app.accounts.actor import ANONYMOUS, Actor
from app.core.problems import NotFound
from app.core.text import as_markdown, excerpt, plain
from app.core.web.times import absolute
from app.desk import policy
from app.forum import operations as forum
from app.forum import queries as trunk
from app.forum.operations import Words
from app.forum.queries import PostRow
from app.questions import queries as questions
from app.questions.queries import QuestionPage

QUESTION_CHARACTERS = 12_000
ANSWER_CHARACTERS = 600
"""Of what others wrote, no more than tells Support what was said."""
MOST_ANSWERS = 5
MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class Packet:
    """What is shared. `offered` are the answers that may go along, `chosen` the ids of those that do.

    `gathered` is the part that was made of the thread; the rest its sender wrote.
    """

    page: QuestionPage
    words: Words
    gathered: str
    offered: list[PostRow]
    chosen: frozenset[int]

    @property
    def digest(self) -> str:
        """Says whether what is sent is what was seen; of what they write themselves the sender needs no second look."""
        return digest(self.gathered)


def digest(shown: str) -> str:
    return hashlib.sha256(shown.encode()).hexdigest()


def packet(actor: Actor, thread_id: int, post_ids: Collection[int] | None, note: str = "") -> Packet:
    """The packet for a question with these answers; None for those that a first look proposes.

    Only what a visitor may read goes in, with personal data masked as they see it, and of others' words at most
    ANSWER_CHARACTERS each. Raises NotFound when `actor` may not send it, Problem for a note the pipeline refuses.
    """
    thread = trunk.thread(actor, thread_id)
    if policy.escalate(actor, thread):
        raise NotFound
    page = questions.page(ANONYMOUS, thread_id)
    offered = page.answers[:MOST_OFFERED]
    proposed = [row.id for row in offered if row.id == page.accepted_id or row.author.official]
    wanted = proposed if post_ids is None else post_ids
    chosen = [row for row in offered if row.id in wanted][:MOST_ANSWERS]
    gathered = "\n\n".join(_parts(page, chosen))
    source = "\n\n".join((gathered, _bold(_("For Support alone:")), note)) if note else gathered
    words = forum.prepared(source, "note", private=True)
    return Packet(page, words, gathered, offered, frozenset(row.id for row in chosen))


def _parts(page: QuestionPage, chosen: list[PostRow]) -> Iterator[str]:
    opening = page.opening
    yield _bold(_("%(name)s asked, %(when)s:", name=_name(opening), when=absolute(opening.created_at)))
    yield _quoted(page.thread.title)
    yield _quoted(_cut(plain(opening.html), QUESTION_CHARACTERS))
    for row in chosen:
        yield _bold(_("%(name)s answered, %(when)s:", name=_name(row), when=absolute(row.created_at)))
        yield _quoted(excerpt(plain(row.html), ANSWER_CHARACTERS))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in as_markdown(text, "text").split("\n"))


def _bold(words: str) -> str:
    return f"**{as_markdown(words, 'text')}**"


def _name(row: PostRow) -> str:
    return row.author.display_name
