"""One thread of a dump in our words: whose it is, where its comments go, where its links lead."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from flask import url_for

from app.accounts.models import NAME_COLUMN
from app.cli.stackexchange.side import Side
from app.core.text import clean_line, excerpt
from app.core.text.importing import as_markdown, fitting
from app.forum import operations as forum
from app.forum.forms import tag_names
from app.forum.models import LONGEST_IMPORTED_TITLE, LONGEST_TAG, MOST_TAGS
from app.questions.importing import ImportedPost, ImportedQuestion

NOBODY = "-"
UNTITLED = "(no title)"
OLD_PAGE = re.compile(
    r"/(?:q|a|questions)/(?P<id>\d{1,18})(?:/[^/]*(?:/(?P<answer>\d{1,18}))?)?/?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where a dump comes from.

    `source` names it for ever. Its pages stood at `base`, '' when nobody said; with `keep_addresses` links among them
    lead to ours.
    """

    source: str
    base: str = ""
    keep_addresses: bool = False


class Written(NamedTuple):
    """A thread ready to be stored, and what had to be counted on the way."""

    question: ImportedQuestion
    told: Counter[str]


@dataclass(frozen=True, slots=True)
class Raw:
    """A thread as the dump has it; `comments` by the post they stand under."""

    question: sqlite3.Row
    answers: Sequence[sqlite3.Row]
    comments: Mapping[int, Sequence[sqlite3.Row]]

    def written(self) -> Iterator[sqlite3.Row]:
        """Everything somebody wrote."""
        yield from (self.question, *self.answers)
        for rows in self.comments.values():
            yield from rows


def read(side: Side, question_id: int) -> Raw:
    answers = side.answers(question_id)
    posts = [question_id, *(answer["id"] for answer in answers)]
    return Raw(side.question(question_id), answers, {post_id: side.comments(post_id) for post_id in posts})


def who(side: Side, row: sqlite3.Row) -> tuple[str, str]:
    """Who wrote it: their id there, or what somebody who left was called; and the name to show."""
    name = clean_line(row["name"] or "")[:NAME_COLUMN]
    if row["owner"] is not None:
        known = clean_line(side.name_of(row["owner"]) or "")[:NAME_COLUMN]
        return str(row["owner"]), known or name or f"Person {row['owner']}"
    return (f"name:{name}", name) if name else (NOBODY, "Somebody who left")


def kept_tags(names: Sequence[str]) -> list[str]:
    """Names of tags as they are kept here: one with spaces becomes several, cut at LONGEST_TAG, the first MOST_TAGS."""
    found = [name[:LONGEST_TAG] for tag in names for name in tag_names("-".join(tag.split()))]
    return list(dict.fromkeys(found))[:MOST_TAGS]


class Thread:
    """Turns one thread into a question of ours. Asks no database, so that several can be made at once."""

    def __init__(self, side: Side, site: Site, raw: Raw, space_id: int, accounts: Mapping[str, int]) -> None:
        self._side = side
        self._site = site
        self._raw = raw
        self._space_id = space_id
        self._accounts = accounts
        self._told = Counter[str]()

    def as_question(self) -> Written:
        """Raises Problem for text that no post can be."""
        row = self._raw.question
        body = as_markdown(row["body"], "html", self._link)
        replies = [*self._remarks(), *self._answers()]
        accepted = str(row["accepted"] or "")
        if accepted and accepted not in {reply.external_id for reply in replies}:
            self._told["lost accepted"] += 1
            accepted = ""
        up, down = self._votes(row)
        question = ImportedQuestion(
            source=self._site.source,
            external_id=str(row["id"]),
            title=excerpt(clean_line(row["title"]), LONGEST_IMPORTED_TITLE) or UNTITLED,
            space_id=self._space_id,
            author_id=self._author(row),
            words=self._words(body),
            tags=kept_tags(row["tags"].split()),
            created_at=datetime.fromisoformat(row["at"]),
            accepted=accepted or None,
            replies=replies,
            up=up,
            down=down,
            closed_at=datetime.fromisoformat(row["closed"]) if row["closed"] else None,
        )
        return Written(question, self._told)

    def _remarks(self) -> Iterator[ImportedPost]:
        """The comments on the question: under it, and no answers."""
        for comment in self._comments(self._raw.question["id"]):
            yield replace(self._comment(comment, None), comment=True)

    def _answers(self) -> Iterator[ImportedPost]:
        """Each answer, followed by the comments on it as its replies."""
        for answer in self._raw.answers:
            key = str(answer["id"])
            body = as_markdown(answer["body"], "html", self._link)
            yield self._post(key, None, answer, body, self._votes(answer))
            for comment in self._comments(answer["id"]):
                yield self._comment(comment, key)

    def _comment(self, comment: sqlite3.Row, parent: str | None) -> ImportedPost:
        """As it was typed, in the few signs of Markdown that comments may have."""
        votes = (max(0, comment["score"]), 0)
        return self._post(f"comment-{comment['id']}", parent, comment, comment["body"], votes)

    def _comments(self, post_id: int) -> Iterator[sqlite3.Row]:
        for comment in self._raw.comments[post_id]:
            if clean_line(comment["body"]):
                yield comment
            else:
                self._told["empty"] += 1

    def _post(
        self, key: str, parent: str | None, row: sqlite3.Row, markdown: str, votes: tuple[int, int]
    ) -> ImportedPost:
        return ImportedPost(
            external_id=key,
            parent=parent,
            author_id=self._author(row),
            words=self._words(markdown),
            created_at=datetime.fromisoformat(row["at"]),
            up=votes[0],
            down=votes[1],
        )

    def _author(self, row: sqlite3.Row) -> int:
        return self._accounts[who(self._side, row)[0]]

    def _votes(self, row: sqlite3.Row) -> tuple[int, int]:
        """Up and down, from Votes.xml when there is one; else the score, as if all had been of one mind."""
        if self._side.has_votes:
            return row["up"] or 0, row["down"] or 0
        return max(0, row["score"]), max(0, -row["score"])

    def _words(self, markdown: str) -> forum.Words:
        kept, shortened = fitting(markdown)
        self._told["shortened"] += shortened
        return forum.prepared(kept)

    def _link(self, address: str) -> str:
        """Where a link leads now: to our page when what it led to came along, else where it led."""
        if not self._site.base:
            return address
        whole = urljoin(f"{self._site.base}/", address)
        parts = urlsplit(whole)
        page = OLD_PAGE.fullmatch(parts.path)
        if page is None or parts.netloc.lower() != urlsplit(self._site.base).netloc:
            return whole
        external_id = parts.fragment if parts.fragment.isdecimal() else page["answer"] or page["id"]
        if not self._site.keep_addresses or not self._side.has_post(external_id):
            return whole
        return url_for(
            "forum.old_address", source=self._site.source, external_id=external_id, _external=False
        )
