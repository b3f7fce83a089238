"""Watched words, asked of whoever keeps them, where something is posted or changed."""

from typing import TYPE_CHECKING

from app.accounts.actor import Actor
from app.core.parts import part
from app.forum.models import Post, Thread
from app.forum.ports import Watch, Watched

if TYPE_CHECKING:
    from app.forum.operations.writing import Words

NOTHING_WATCHED = Watched()


def watch(actor: Actor, *, words: "Words", title: str | None = None) -> Watched:
    """What is watched for in what `actor` is about to post. Called before the transaction. Raises Problem, see `Watch.look`."""
    return part(Watch).look(actor, title=title or "", html=words.unmasked_html or words.html)


def watch_line(actor: Actor, text: str, *, field: str) -> Watched:
    """What is watched for in a line that goes with a post. Raises Problem, see `Watch.look_at`."""
    return part(Watch).look_at(actor, text=text, field=field) if text else NOTHING_WATCHED


def new_in(actor: Actor, watched: Watched, post: Post, thread: Thread) -> Watched:
    """What of `watched` the post does not say yet; called before it is written over."""
    title = (thread.unmasked_title or thread.title) if post.parent_id is None else ""
    return part(Watch).fresh(actor, watched, title=title, html=post.unmasked_html or post.html)


def note_watched(actor: Actor, post_id: int, watched: Watched) -> None:
    """Write down what was seen in a post, in the open transaction."""
    part(Watch).note(actor, post_id, watched)
