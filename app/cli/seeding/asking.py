"""Questions and what is said under them, and who found it helpful."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from app.cli.demo import Answer, Photo, Reply, Thread, Town, picture
from app.cli.seeding.register import Moment, Register, chance, token
from app.core.db import db
from app.forum import operations as forum
from app.forum.models import Post, Space
from app.questions import operations as questions

ACCEPTED_AFTER = timedelta(minutes=10)
VOTED_WITHIN = timedelta(days=4)


class Asking:
    """Asks, answers, replies, accepts and votes as the files tell."""

    def __init__(self, town: Town, register: Register) -> None:
        self._town = town
        self._register = register

    def moments(self) -> Iterator[Moment]:
        for thread in self._town.threads:
            yield from self._thread(thread)

    def _thread(self, thread: Thread) -> Iterator[Moment]:
        asked_at = self._register.ago(thread.asked_hours_ago)
        yield Moment(asked_at, partial(self._ask, thread))
        yield from self._have_too(thread, asked_at)
        for comment in thread.comments:
            yield from self._replying(comment, asked_at)
        for answer in thread.answers:
            answered_at = settled_at = asked_at + timedelta(minutes=answer.after_minutes)
            yield Moment(answered_at, partial(self._answer, thread, answer))
            yield from self._votes(answer.key, answer.author, answered_at, answer.helpful, answer.unhelpful)
            for reply in answer.replies:
                yield from self._replying(reply, answered_at)
                if reply.author == thread.author:
                    settled_at = answered_at + timedelta(minutes=reply.after_minutes)
            if answer.key == thread.accepted:
                when = min(settled_at + ACCEPTED_AFTER, self._register.now)
                yield Moment(when, partial(self._accept, thread, answer))

    def _ask(self, thread: Thread) -> None:
        space_id = db.session.scalar(select(Space.id).where(Space.slug == thread.space))
        self._add_photos(thread.author, "ask", thread.photos)
        thread_id = questions.ask(
            self._register.actor(thread.author),
            title=thread.title,
            source=thread.body,
            space_id=int(space_id or 0),
            tags=thread.tags,
            token=token(thread.key),
        )
        opening = select(Post.id).where(Post.thread_id == thread_id, Post.parent_id.is_(None))
        self._register.threads[thread.key] = thread_id
        self._register.posts[thread.key] = db.session.scalars(opening).one()

    def _answer(self, thread: Thread, answer: Answer) -> None:
        thread_id = self._register.threads[thread.key]
        self._add_photos(answer.author, questions.answer_draft(thread_id), answer.photos)
        self._register.posts[answer.key] = questions.answer(
            self._register.actor(answer.author),
            thread_id=thread_id,
            source=answer.body,
            token=token(answer.key),
        )

    def _add_photos(self, author: str, form: str, photos: tuple[Photo, ...]) -> None:
        """As somebody does who fills in the form."""
        album = forum.Album(form=form)
        for photo in photos:
            actor = self._register.actor(author)
            photo_id = forum.add_photo(actor, album, content=picture(photo))
            forum.describe_photos(actor, album, descriptions={photo_id: photo.shows})

    def _replying(self, reply: Reply, since: datetime) -> Iterator[Moment]:
        replied_at = since + timedelta(minutes=reply.after_minutes)
        yield Moment(replied_at, partial(self._reply, reply))
        yield from self._votes(reply.key, reply.author, replied_at, reply.helpful, 0)

    def _reply(self, reply: Reply) -> None:
        self._register.posts[reply.key] = questions.reply(
            self._register.actor(reply.author),
            post_id=self._register.posts[reply.to],
            source=reply.body,
            token=token(reply.key),
        )

    def _accept(self, thread: Thread, answer: Answer) -> None:
        post_id = self._register.posts[answer.key]
        questions.accept(self._register.actor(thread.author), post_id=post_id, seen=None)

    def _have_too(self, thread: Thread, asked_at: datetime) -> Iterator[Moment]:
        readers = self._readers(thread.key, thread.author, asked_at)[: thread.too]
        for name, at in zip(readers, self._spread(asked_at, len(readers)), strict=True):
            yield Moment(at, partial(self._has_too, name, thread.key))

    def _has_too(self, name: str, key: str) -> None:
        questions.have_too(self._register.actor(name), thread_id=self._register.threads[key])

    def _votes(
        self, key: str, author: str, written_at: datetime, helpful: int, unhelpful: int
    ) -> Iterator[Moment]:
        voters = self._readers(key, author, written_at)[: helpful + unhelpful]
        for place, (name, at) in enumerate(
            zip(voters, self._spread(written_at, len(voters)), strict=True), start=1
        ):
            yield Moment(at, partial(self._vote, name, key, 1 if place <= helpful else -1))

    def _vote(self, name: str, key: str, value: int) -> None:
        forum.vote(self._register.actor(name), post_id=self._register.posts[key], value=value)

    def _readers(self, key: str, author: str, at: datetime) -> list[str]:
        """Who was here and may say something of it, in an order of its own for each key."""
        here = [
            person.name
            for person in self._town.readers_who_vote()
            if person.name != author and self._register.ago(person.joined_days_ago * 24) < at
        ]
        return sorted(here, key=lambda name: chance(key, name))

    def _spread(self, since: datetime, count: int) -> list[datetime]:
        """So many times after `since`, close together at first, as people find what is new."""
        within = min(self._register.now - since, VOTED_WITHIN)
        return [since + within * ((place + 1) / (count + 1)) ** 2 for place in range(count)]
