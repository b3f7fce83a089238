"""Dumps of Stack Exchange sites that nobody wrote, of any size: `python -m tests.cli.dumps FOLDER THREADS [ANSWERS]`."""

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import quoteattr

BEGAN = datetime(2015, 1, 27, 20, tzinfo=UTC)
WORDS = [
    "parcel",
    "label",
    "buyer",
    "seller",
    "coat",
    "refund",
    "postage",
    "scan",
    "depot",
    "return",
    "photo",
    "seam",
    "button",
    "size",
    "measured",
    "tracked",
    "lost",
    "found",
    "paid",
    "courier",
    "bubble",
    "wrap",
    "listing",
    "price",
    "offer",
    "message",
    "waiting",
    "week",
    "courteous",
    "torn",
    "lining",
]
MOST_PEOPLE = 5_000


def generate(folder: Path, threads: int, answers: int = 2, seed: int = 1) -> Path:
    """Write Posts, Users, Comments and Votes of `threads` questions, with `answers` answers and as many comments each."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    people = min(MOST_PEOPLE, 10 + threads // 5)
    _write(folder / "Posts.xml", "posts", _posts(chance, threads, answers, people))
    _write(folder / "Users.xml", "users", ({"Id": n, "DisplayName": f"Seller {n}"} for n in range(1, people)))
    _write(folder / "Comments.xml", "comments", _comments(chance, threads, answers, people))
    _write(folder / "Votes.xml", "votes", _votes(chance, threads, answers))
    return folder


def _write(file: Path, name: str, rows: Iterator[dict[str, object]]) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write(f'<?xml version="1.0" encoding="utf-8"?>\n<{name}>\n')
        for row in rows:
            facts = " ".join(f"{key}={quoteattr(str(value))}" for key, value in row.items())
            out.write(f"  <row {facts} />\n")
        out.write(f"</{name}>\n")


def _posts(chance: random.Random, threads: int, answers: int, people: int) -> Iterator[dict[str, object]]:
    each = answers + 1
    for number in range(threads):
        asked = BEGAN + timedelta(minutes=7 * number)
        first = number * each + 1
        accepted = {"AcceptedAnswerId": first + 1} if chance.random() < 0.5 else {}
        yield {
            "Id": first,
            "PostTypeId": 1,
            **accepted,
            "CreationDate": asked.isoformat(),
            "Score": chance.randrange(9),
            "Body": _html(chance, answers),
            "OwnerUserId": chance.randrange(1, people),
            "Title": f"{_words(chance, 7).capitalize()} {number}?",
            "Tags": f"<{chance.choice(WORDS)}><{chance.choice(WORDS)}>",
        }
        for place in range(1, each):
            yield {
                "Id": first + place,
                "PostTypeId": 2,
                "ParentId": first,
                "CreationDate": (asked + timedelta(hours=place)).isoformat(),
                "Score": chance.randrange(-2, 9),
                "Body": _html(chance, 1),
                "OwnerUserId": chance.randrange(1, people),
            }


def _comments(chance: random.Random, threads: int, answers: int, people: int) -> Iterator[dict[str, object]]:
    for number in range(threads * answers):
        yield {
            "Id": number + 1,
            "PostId": chance.randrange(threads * (answers + 1)) + 1,
            "Score": chance.randrange(3),
            "Text": _words(chance, 12),
            "CreationDate": (BEGAN + timedelta(days=9, minutes=number)).isoformat(),
            "UserId": chance.randrange(1, people),
        }


def _votes(chance: random.Random, threads: int, answers: int) -> Iterator[dict[str, object]]:
    for number in range(threads * 4):
        yield {
            "Id": number + 1,
            "PostId": chance.randrange(threads * (answers + 1)) + 1,
            "VoteTypeId": chance.choice((2, 2, 2, 3, 1)),
        }


def _html(chance: random.Random, paragraphs: int) -> str:
    parts = [f"<p>{_words(chance, 40)} <b>{_words(chance, 2)}</b>.</p>" for _ in range(paragraphs)]
    if chance.random() < 0.3:
        parts.append(f"<ul><li>{_words(chance, 6)}</li><li><code>{_words(chance, 2)}</code></li></ul>")
    return "\n\n".join(parts)


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


if __name__ == "__main__":
    generate(Path(sys.argv[1]), *map(int, sys.argv[2:]))
