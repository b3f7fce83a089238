"""From a laid out dump to questions of ours, a batch of threads at a time."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from flask import Flask, current_app

from app.accounts.operations.people import unclaimed_people
from app.cli.stackexchange.side import Say, Side
from app.cli.stackexchange.writing import Site, Thread, Written, kept_tags, read, who
from app.core.db import db
from app.core.problems import Problem
from app.core.text import excerpt, plain, render
from app.core.text.importing import as_markdown, fitting
from app.forum import operations as forum
from app.forum.models import LONGEST_DESCRIPTION
from app.questions import importing as questions

BATCH = 200
# While one text is rendered by the child process, another is read and the batch before is written.
THREADS = 2
PEOPLE_AT_ONCE = 500

Progress = Callable[[int], None]
"""Told how many more threads are done."""


class Bringing:
    """One import. `told` counts what came, what was here and what could not be kept."""

    def __init__(self, side: Side, site: Site, *, space_id: int, say: Say) -> None:
        self._side = side
        self._site = site
        self._space_id = space_id
        self._say = say
        self.told = Counter[str]()

    def threads(self, progress: Progress) -> None:
        """Bring in all threads that are not here yet, BATCH in a transaction.

        While one batch is written, the texts of the next are prepared; never more than two are in memory.
        """
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        with ThreadPoolExecutor(THREADS) as pool:
            ready: list[Future[Written]] = []
            before = 0
            for ids in self._side.questions(BATCH):
                coming = [pool.submit(_written, app, thread) for thread in self._fresh(ids)]
                self._write(ready)
                progress(before)
                ready, before = coming, len(ids)
            self._write(ready)
            progress(before)

    def duplicates(self) -> None:
        """Note which questions were asked before, once all threads are here."""
        for pairs in self._side.duplicates(BATCH):
            noted = questions.point_to_duplicates(
                self._site.source, {str(one): str(other) for one, other in pairs}
            )
            self.told["duplicates"] += noted
            self.told["lost duplicates"] += len(pairs) - noted

    def tags(self) -> None:
        """Describe the tags that are here and have no description yet."""
        descriptions = {}
        for name, html in self._side.described_tags():
            words = excerpt(plain(render(fitting(as_markdown(html, "html"))[0]).html), LONGEST_DESCRIPTION)
            if words and kept_tags([name]) == [name]:
                descriptions[name] = words
        self.told["tags"] += forum.describe_tags(descriptions)

    def _fresh(self, ids: Sequence[int]) -> list[Thread]:
        """Threads that are not here yet, with the accounts of their people."""
        here = questions.known(self._site.source, [str(question_id) for question_id in ids])
        self.told["known"] += len(here)
        raws = [read(self._side, question_id) for question_id in ids if str(question_id) not in here]
        people = dict(who(self._side, row) for raw in raws for row in raw.written())
        accounts: dict[str, int] = {}
        for some in _some(list(people), PEOPLE_AT_ONCE):
            accounts |= unclaimed_people(self._site.source, {key: people[key] for key in some})
        return [Thread(self._side, self._site, raw, self._space_id, accounts) for raw in raws]

    def _write(self, ready: Sequence[Future[Written]]) -> None:
        batch = []
        for future in ready:
            try:
                question, told = future.result()
            except Problem as problem:
                self.told["refused"] += 1
                self._say(f"a thread was refused: {problem.message}")
            else:
                batch.append(question)
                self.told.update(told)
        questions.write(batch, keep_addresses=self._site.keep_addresses)
        # Else the session would hold on to this batch until the next.
        db.session.remove()
        self.told["threads"] += len(batch)
        self.told["answers"] += sum(question.answers for question in batch)
        self.told["replies"] += sum(len(question.replies) - question.answers for question in batch)
        self.told["solved"] += sum(question.accepted is not None for question in batch)


def _written(app: Flask, thread: Thread) -> Written:
    with app.app_context():
        return thread.as_question()


def _some(keys: Sequence[str], at_once: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), at_once):
        yield keys[start : start + at_once]
