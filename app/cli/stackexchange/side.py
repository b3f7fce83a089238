"""A dump laid out in a SQLite file, so that what belongs together is found in any order and memory stays small.

The file is made anew by every run and thrown away at its end: what has been imported stands in the database alone.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from app.cli.stackexchange import dump
from app.cli.stackexchange.dump import BrokenDump, Progress, Row, Unfit

TABLES = """
CREATE TABLE question (id INTEGER PRIMARY KEY, at, owner, name, score, title, body, tags, accepted, closed);
CREATE TABLE answer (id INTEGER PRIMARY KEY, at, owner, name, score, question INTEGER, body);
CREATE TABLE comment (id INTEGER PRIMARY KEY, at, owner, name, score, post INTEGER, body);
CREATE TABLE vote (post INTEGER PRIMARY KEY, up INTEGER, down INTEGER);
CREATE TABLE person (id INTEGER PRIMARY KEY, name);
CREATE TABLE duplicate (question INTEGER PRIMARY KEY, of INTEGER);
CREATE TABLE wiki (post INTEGER PRIMARY KEY, body);
CREATE TABLE tag (name PRIMARY KEY, excerpt INTEGER, wiki INTEGER);
"""
INDEXES = """
CREATE INDEX answer_question ON answer (question, at, id);
CREATE INDEX comment_post ON comment (post, at, id);
"""
MOST_SAID = 20
COUNT_VOTE = (
    "INSERT INTO vote VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET up = up + excluded.up, down = down + excluded.down"
)
# Pages of 4 kB kept in memory: 8 MB, however large the dump.
CACHE_PAGES = 2_000

Say = Callable[[str], None]
Statement = tuple[str, Sequence[object]]


class Side:
    """The laid out dump; reads answer for some questions at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # Texts are prepared by several threads, which ask whether what a link leads to is here.
        self._lock = Lock()
        self.told = Counter[str]()
        self.has_votes = False

    def fill(self, files: Iterable[Path], progress: Progress, say: Say) -> None:
        """Read `files`, Posts.xml among them. Rows that cannot be read are counted, the first ones said."""
        self._connection.executescript(TABLES)
        self._connection.execute("BEGIN")
        for file in files:
            for row in dump.rows(file, progress):
                try:
                    for statement in READERS[file.name](row):
                        self._connection.execute(*statement)
                except Unfit as reason:
                    self.told["unread"] += 1
                    if self.told["unread"] <= MOST_SAID:
                        say(f"{file.name}, row {row.get('Id', '?')}: {reason}; skipped")
                if file.name == "Posts.xml" and row.get("PostTypeId") not in KEPT_TYPES:
                    self.told["other"] += 1
            self.has_votes = self.has_votes or file.name == "Votes.xml"
        self._connection.execute("COMMIT")
        self._connection.executescript(INDEXES)
        self.told["questions"] = self._count("question")
        self.told["lost answers"] = self._count("answer WHERE question NOT IN (SELECT id FROM question)")
        self.told["lost comments"] = self._count(
            "comment WHERE post NOT IN (SELECT id FROM question UNION ALL"
            " SELECT answer.id FROM answer JOIN question ON question.id = question)"
        )
        described = "SELECT excerpt FROM tag WHERE excerpt IS NOT NULL UNION SELECT wiki FROM tag WHERE wiki IS NOT NULL"
        self.told["lost descriptions"] = self._count(f"wiki WHERE post NOT IN ({described})")

    def questions(self, at_once: int) -> Iterator[list[int]]:
        """Ids of all questions, oldest first, some at a time."""
        last = None
        while True:
            found = self._all(
                "SELECT id FROM question WHERE ? IS NULL OR id > ? ORDER BY id LIMIT ?", last, last, at_once
            )
            if not found:
                return
            yield [row["id"] for row in found]
            last = found[-1]["id"]

    def question(self, question_id: int) -> sqlite3.Row:
        """With `up` and `down`, None where there are no votes."""
        return self._all(
            "SELECT question.*, up, down FROM question LEFT JOIN vote ON post = id WHERE id = ?", question_id
        )[0]

    def answers(self, question_id: int) -> list[sqlite3.Row]:
        """Oldest first, as `question`."""
        return self._all(
            "SELECT answer.*, up, down FROM answer LEFT JOIN vote ON post = id WHERE question = ? ORDER BY at, id",
            question_id,
        )

    def comments(self, post_id: int) -> list[sqlite3.Row]:
        """Oldest first."""
        return self._all("SELECT * FROM comment WHERE post = ? ORDER BY at, id", post_id)

    def name_of(self, person_id: int) -> str | None:
        found = self._all("SELECT name FROM person WHERE id = ?", person_id)
        return found[0]["name"] if found else None

    def has_post(self, post_id: str) -> bool:
        """Whether it is a question, or an answer to one."""
        return bool(
            self._all(
                "SELECT 1 FROM question WHERE id = ? UNION ALL"
                " SELECT 1 FROM answer JOIN question ON question.id = question WHERE answer.id = ?",
                post_id,
                post_id,
            )
        )

    def duplicates(self, at_once: int) -> Iterator[list[tuple[int, int]]]:
        """Questions that were asked before, each with the one it points to, some at a time."""
        found = self._connection.execute("SELECT question, of FROM duplicate ORDER BY question")
        while pairs := found.fetchmany(at_once):
            yield [(row["question"], row["of"]) for row in pairs]

    def described_tags(self) -> Iterator[tuple[str, str]]:
        """Tags with what was written about them, as HTML."""
        for row in self._connection.execute(
            "SELECT name, coalesce(excerpts.body, wikis.body) AS words FROM tag"
            " LEFT JOIN wiki AS excerpts ON excerpts.post = excerpt LEFT JOIN wiki AS wikis ON wikis.post = wiki"
            " WHERE words IS NOT NULL ORDER BY name"
        ):
            yield row["name"], row["words"]

    def _all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _count(self, of: str) -> int:
        return int(self._connection.execute(f"SELECT count(*) FROM {of}").fetchone()[0])  # noqa: S608 - ours


@contextmanager
def laid_out(path: Path, folder: Path, progress: Progress, say: Say) -> Iterator[Side]:
    """Lay the dump at `path` (its folder, or its Posts.xml) out in `folder`. Raises BrokenDump."""
    files = dump_files(path)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / "import.db"
    try:
        with FileLock(folder / "import.lock", timeout=0):
            place.unlink(missing_ok=True)
            connection = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
            try:
                connection.row_factory = sqlite3.Row
                # It holds nothing that a second run would not lay out again.
                connection.executescript(
                    f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size={CACHE_PAGES}"
                )
                side = Side(connection)
                side.fill(files, progress, say)
                yield side
            finally:
                connection.close()
                place.unlink(missing_ok=True)
    except Timeout:
        raise BrokenDump("Another import is running. Let it end first.") from None


def dump_files(path: Path) -> list[Path]:
    """Those files of a dump that are read. Raises BrokenDump where there is no Posts.xml."""
    posts = path / "Posts.xml" if path.is_dir() else path
    if posts.name != "Posts.xml" or not posts.is_file():
        raise BrokenDump(f"{path} is neither a Posts.xml nor a folder with one.")
    return [posts.with_name(name) for name in READERS if posts.with_name(name).is_file()]


def _post(row: Row) -> Iterator[Statement]:
    kind = dump.optional_number(row, "PostTypeId")
    if kind == dump.QUESTION:
        columns = (*_written(row, "Owner"), row.get("Title", ""), row.get("Body", ""), dump.tags(row))
        closed = dump.optional_moment(row, "ClosedDate") or dump.optional_moment(row, "LockedDate")
        yield (
            "INSERT OR IGNORE INTO question VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*columns, dump.optional_number(row, "AcceptedAnswerId"), closed),
        )
    elif kind == dump.ANSWER:
        columns = (*_written(row, "Owner"), dump.number(row, "ParentId"), row.get("Body", ""))
        yield "INSERT OR IGNORE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?)", columns
    elif kind in {dump.EXCERPT, dump.WIKI}:
        yield "INSERT OR IGNORE INTO wiki VALUES (?, ?)", (dump.number(row, "Id"), row.get("Body", ""))


def _written(row: Row, by: str) -> tuple[object, ...]:
    """Columns that everything written has; `by` is what a dump calls the writer in it."""
    return (
        dump.number(row, "Id"),
        dump.moment(row, "CreationDate"),
        dump.optional_number(row, f"{by}UserId" if by else "UserId"),
        row.get(f"{by}DisplayName" if by else "UserDisplayName"),
        dump.optional_number(row, "Score") or 0,
    )


def _comment(row: Row) -> Iterator[Statement]:
    columns = (*_written(row, ""), dump.number(row, "PostId"), row.get("Text", ""))
    yield "INSERT OR IGNORE INTO comment VALUES (?, ?, ?, ?, ?, ?, ?)", columns


def _vote(row: Row) -> Iterator[Statement]:
    kind = dump.optional_number(row, "VoteTypeId")
    if kind in {dump.UP, dump.DOWN}:
        yield COUNT_VOTE, (dump.number(row, "PostId"), kind == dump.UP, kind == dump.DOWN)


def _person(row: Row) -> Iterator[Statement]:
    yield (
        "INSERT OR IGNORE INTO person VALUES (?, ?)",
        (dump.number(row, "Id"), row.get("DisplayName", "")),
    )


def _link(row: Row) -> Iterator[Statement]:
    if dump.optional_number(row, "LinkTypeId") == dump.DUPLICATE:
        pair = (dump.number(row, "PostId"), dump.number(row, "RelatedPostId"))
        yield "INSERT OR IGNORE INTO duplicate VALUES (?, ?)", pair


def _tag(row: Row) -> Iterator[Statement]:
    posts = (dump.optional_number(row, "ExcerptPostId"), dump.optional_number(row, "WikiPostId"))
    yield "INSERT OR IGNORE INTO tag VALUES (?, ?, ?)", (row.get("TagName", ""), *posts)


READERS: dict[str, Callable[[Row], Iterator[Statement]]] = {
    "Posts.xml": _post,
    "Users.xml": _person,
    "Comments.xml": _comment,
    "Votes.xml": _vote,
    "PostLinks.xml": _link,
    "Tags.xml": _tag,
}
KEPT_TYPES = {str(kind) for kind in (dump.QUESTION, dump.ANSWER, dump.EXCERPT, dump.WIKI)}
