"""The desk's answer to `questions.ports.Support`."""

from flask import url_for

from app.accounts.actor import Actor
from app.core.db import db
from app.forum.models import Thread
from app.forum.policy import can_see_thread


class OwnThreads:
    """Whoever opened a thread can take it to support; in community mode the way leads to a prepared message."""

    def offer(self, actor: Actor, thread_id: int) -> str | None:
        thread = db.session.get(Thread, thread_id)
        if thread is None or thread.author_id != actor.id or not can_see_thread(actor, thread):
            return None
        return url_for("desk.help", thread=thread_id)
