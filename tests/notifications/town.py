"""Things that happen, in one line each."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from app.core.db import db
from app.core.transaction import transaction
from app.desk import operations as desk
from app.desk.models import Ticket, Topic
from app.forum.models import Post, Space
from app.questions import operations as questions

TITLE = "Buyer says “not as described” & wants <b>everything</b> back"


def _token() -> str:
    return secrets.token_urlsafe(18)


@dataclass
class Town:
    """What people do; each returns the id of what they made."""

    def ask(
        self, who: Any, title: str = TITLE, source: str = "The hole was in the listing. What now?"
    ) -> int:
        space_id = db.session.scalar(select(Space.id).order_by(Space.id)) or 0
        return questions.ask(
            who.actor, title=title, source=source, space_id=space_id, tags=[], token=_token()
        )

    def answer(self, who: Any, thread_id: int, source: str = "Send the photo of the *hole*.") -> int:
        return questions.answer(who.actor, thread_id=thread_id, source=source, token=_token())

    def reply(self, who: Any, post_id: int, source: str = "Thank you, that worked.") -> int:
        return questions.reply(who.actor, post_id=post_id, source=source, token=_token())

    def accept(self, who: Any, post_id: int, seen: int | None = None) -> None:
        questions.accept(who.actor, post_id=post_id, seen=seen)

    def unaccept(self, who: Any, thread_id: int, seen: int) -> None:
        questions.unaccept(who.actor, thread_id=thread_id, seen=seen)

    def file_ticket(self, who: Any) -> str:
        subject = "Payout missing <since> Monday"
        ticket_id = desk.file_ticket(
            who.actor, topic=Topic.PAYMENT, subject=subject, source="It says paid.", token=_token()
        )
        return str(db.session.scalar(select(Ticket.ref).where(Ticket.id == ticket_id)))

    def write(self, who: Any, ref: str, source: str = "We look into it.", *, internal: bool = False) -> int:
        return desk.reply(who.actor, ref=ref, source=source, internal=internal, token=_token())

    def hide(self, post_id: int) -> None:
        with transaction() as session:
            session.execute(update(Post).where(Post.id == post_id).values(visibility="hidden"))
