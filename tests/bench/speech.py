"""Threads that nobody wrote, made of how people write: for measuring, where real threads are too few.

A made-up thread keeps to one real thread as to what it is about, and wanders through all of them for the rest. Each word
follows from the two before it (a Markov chain of order two), so words come as often and in such company as they do.
People never stop bringing new words (names, numbers, slips); so does every made-up text, at the rate at which a forum's
vocabulary grows (Heaps' law with an exponent of about 0.6).
"""

import random
import string
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.cli.demo.reading import load
from app.core.db import db
from app.core.text import plain
from app.forum.models import Post, Thread

# How often a word comes from the thread it is about while that has one to offer.
FAITHFUL = 0.6
# How often a word is new, or one of the few that somebody brought before.
NEW, RARE = 0.004, 0.012
MOST_ANSWERS = 40
LONGEST_TEXT = 1_000
_END = "\n"

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sample:
    """A real thread."""

    title: str
    body: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A made-up one; `about` is the place of the sample it is about."""

    about: int
    title: str
    body: str
    answers: tuple[str, ...]


def imported() -> list[Sample]:
    """The threads that were imported into this database."""
    rows = select(Thread.id, Thread.title, Post.html).join(Post).where(Thread.source.is_not(None))
    threads: dict[int, list[str]] = defaultdict(list)
    for thread_id, title, html in db.session.execute(rows.order_by(Thread.id, Post.id)):
        threads[thread_id] += [plain(html)] if threads[thread_id] else [title, plain(html)]
    return [Sample(title, body, tuple(answers)) for title, body, *answers in threads.values()]


def demo() -> list[Sample]:
    """The threads of the demo town."""
    return [
        Sample(thread.title, thread.body, tuple(answer.body for answer in thread.answers))
        for thread in load().threads
    ]


class Speech:
    """Made-up threads, the same for the same seed."""

    def __init__(self, samples: Sequence[Sample], seed: int = 5) -> None:
        self._samples = samples
        self._dice = random.Random(seed)
        self._all: dict[Pair, list[str]] = defaultdict(list)
        self._each = [self._chain(sample) for sample in samples]
        self._titles = [sample.title.split() for sample in samples]
        self._rare: list[str] = []

    def threads(self, count: int) -> Iterator[Made]:
        for _ in range(count):
            # A few things are asked about again and again.
            about = int(len(self._samples) * self._dice.random() ** 1.5)
            sample = self._samples[about]
            answers = min(len(self._dice.choice(self._samples).answers), MOST_ANSWERS)
            yield Made(
                about,
                self._title(about),
                self._text(about, self._length(sample.body)),
                tuple(
                    self._text(about, self._length(answer))
                    for answer in (self._dice.choices(sample.answers, k=answers) if sample.answers else ())
                ),
            )

    def _chain(self, sample: Sample) -> dict[Pair, list[str]]:
        chain: dict[Pair, list[str]] = defaultdict(list)
        for text in (sample.body, *sample.answers):
            before: Pair = (_END, _END)
            for word in [*text.split(), _END]:
                chain[before].append(word)
                self._all[before].append(word)
                before = (before[1], word)
        return chain

    def _length(self, text: str) -> int:
        words = len(text.split())
        return min(LONGEST_TEXT, max(1, int(words * self._dice.lognormvariate(-0.1, 0.5)))) if words else 0

    def _text(self, about: int, length: int) -> str:
        own, every, dice = self._each[about], self._all, self._dice
        words: list[str] = []
        before: Pair = (_END, _END)
        while len(words) < length:
            follow = own.get(before) if dice.random() < FAITHFUL else None
            follow = follow or every.get(before) or every[_END, _END]
            word = follow[int(dice.random() * len(follow))]
            if word != _END:
                dealt = dice.random()
                words.append(word if dealt > RARE else self._unusual(word, new=dealt < NEW))
            before = (before[1], word)
            if before not in every:
                before = (_END, _END)
        return " ".join(words)

    def _title(self, about: int) -> str:
        """Of its thread's title a few words go, others come from its text or from another title."""
        dice = self._dice
        text = self._samples[about].body.split() or self._titles[about]
        others = self._titles[int(dice.random() * len(self._titles))]
        words = []
        for word in self._titles[about]:
            dealt = dice.random()
            if dealt < 0.6:
                words.append(word)
            elif dealt < 0.75:
                words.append(dice.choice(text))
            elif dealt < 0.9:
                words.append(dice.choice(others))
        if dice.random() < 0.1:
            words.append(self._unusual(words[-1] if words else "lot", new=dice.random() < 0.5))
        return " ".join(words or self._titles[about])[:150]

    def _unusual(self, word: str, *, new: bool) -> str:
        dice = self._dice
        if self._rare and not new:
            return self._rare[int(len(self._rare) * dice.random())]
        kind = dice.random()
        if kind < 0.4:
            made = "".join(dice.choices("bcdfghklmnprstvw", k=2)) + "".join(
                dice.choices(string.ascii_lowercase, k=5)
            )
        elif kind < 0.7:
            made = "".join(dice.choices(string.digits, k=dice.randint(3, 9)))
        else:
            place = int(dice.random() * len(word))
            made = word[:place] + dice.choice(string.ascii_lowercase) + word[place + 1 :]
        self._rare.append(made)
        return made
