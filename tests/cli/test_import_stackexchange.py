"""A dump of another site comes in whole, once, however often the import is begun."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import Account, AccountState
from app.cli import importing
from app.cli.stackexchange import threads as bringing
from app.cli.stackexchange.dump import LONGEST_ROW, BrokenDump, rows
from app.core.db import db
from app.forum import recounting
from app.forum.models import OldAddress, Post, Tag, Thread, ThreadTag
from app.questions.models import Question
from tests.cli.dumps import generate

ROOT = Path(__file__).parents[2]
BASE = "https://mending.example.org"

POSTS = """\ufeff<?xml version="1.0" encoding="utf-8"?>
<posts>
  <row Id="12" PostTypeId="2" ParentId="10" CreationDate="2015-02-02T10:00:00.500" Score="5" Body="&lt;p&gt;Press &lt;kbd&gt;S&lt;/kbd&gt;, see &lt;a href=&quot;/questions/20/moths&quot;&gt;this&lt;/a&gt; and &lt;a href=&quot;https://mending.example.org/a/999&quot;&gt;that&lt;/a&gt;.&lt;/p&gt;" OwnerUserId="2" />
  <row Id="10" PostTypeId="1" AcceptedAnswerId="12" CreationDate="2015-02-01T10:00:00" Score="3" Body="&lt;p&gt;The seam of my coat opens.&lt;/p&gt;&lt;pre&gt;&lt;code&gt;needle 80&lt;/code&gt;&lt;/pre&gt;" OwnerUserId="1" Title="How do I close a seam &amp; keep it?" Tags="&lt;seams&gt;&lt;coat-care&gt;" />
  <row Id="13" PostTypeId="2" ParentId="10" CreationDate="2015-02-03T10:00:00" Score="-2" Body="&lt;p&gt;Glue.&lt;/p&gt;" OwnerDisplayName="gone with the wind" />
  <row Id="20" PostTypeId="1" CreationDate="2015-03-01T10:00:00" Score="-1" Body="&lt;p&gt;What about moths?&lt;/p&gt;" Title="Moths" Tags="|moths|" ClosedDate="2015-03-02T10:00:00" OwnerUserId="3" />
  <row Id="30" PostTypeId="1" AcceptedAnswerId="77" CreationDate="2015-04-01T10:00:00" Score="0" Body="" Title="" Tags="" />
  <row Id="31" PostTypeId="2" ParentId="999" CreationDate="2015-04-01T10:00:00" Body="&lt;p&gt;To nobody.&lt;/p&gt;" />
  <row Id="40" PostTypeId="4" CreationDate="2015-04-01T10:00:00" Body="Where two pieces of cloth &lt;b&gt;meet&lt;/b&gt;." />
  <row Id="41" PostTypeId="6" CreationDate="2015-04-01T10:00:00" Body="An election." />
  <row Id="x" PostTypeId="1" CreationDate="2015-04-01T10:00:00" Body="" Title="No number" />
  <row Id="50" PostTypeId="1" CreationDate="last week" Body="" Title="No time" />
</posts>
"""
OTHERS = {
    "Users.xml": '<users><row Id="1" DisplayName="Ann" /><row Id="2" DisplayName="Bo Ék" /></users>',
    "Comments.xml": (
        '<comments><row Id="1" PostId="12" Score="2" Text="Which `stitch`?" CreationDate="2015-02-02T11:00:00" UserId="1" />'
        '<row Id="2" PostId="12" Score="0" Text="A back stitch." CreationDate="2015-02-02T12:00:00" UserId="2" />'
        '<row Id="3" PostId="10" Score="0" Text="Is it *wool*?" CreationDate="2015-02-01T11:00:00" UserId="2" />'
        '<row Id="4" PostId="12" Score="0" Text=" " CreationDate="2015-02-02T13:00:00" UserId="2" />'
        '<row Id="5" PostId="31" Score="0" Text="To nobody either." CreationDate="2015-02-02T13:00:00" /></comments>'
    ),
    "Votes.xml": (
        '<votes><row Id="1" PostId="12" VoteTypeId="2" /><row Id="2" PostId="12" VoteTypeId="2" />'
        '<row Id="3" PostId="12" VoteTypeId="3" /><row Id="4" PostId="12" VoteTypeId="1" />'
        '<row Id="5" PostId="10" VoteTypeId="2" /></votes>'
    ),
    "PostLinks.xml": (
        '<postlinks><row Id="1" PostId="20" RelatedPostId="10" LinkTypeId="3" />'
        '<row Id="2" PostId="10" RelatedPostId="20" LinkTypeId="1" />'
        '<row Id="3" PostId="30" RelatedPostId="999" LinkTypeId="3" /></postlinks>'
    ),
    "Tags.xml": '<tags><row Id="1" TagName="seams" Count="1" ExcerptPostId="40" /></tags>',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dump = tmp_path / "dump"
    dump.mkdir()
    for name, xml in {"Posts.xml": POSTS, **OTHERS}.items():
        (dump / name).write_text(xml, encoding="utf-8")
    return dump


@pytest.fixture
def bring_in(app: Flask, folder: Path) -> Callable[..., Result]:
    def run(*options: str, path: Path = folder) -> Result:
        return CliRunner().invoke(
            importing.stackexchange, [str(path), "--source", "mending", *options], catch_exceptions=False
        )

    return run


def post(external_id: str) -> Post:
    return db.session.scalars(select(Post).where(Post.external_id == external_id)).one()


def opening(external_id: str) -> Post:
    return db.session.scalars(
        select(Post).join(Thread).where(Thread.external_id == external_id, Post.parent_id.is_(None))
    ).one()


def thread(external_id: str) -> Thread:
    return db.session.scalars(select(Thread).where(Thread.external_id == external_id)).one()


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_what_was_asked_answered_and_remarked_comes_along(bring_in: Callable[..., Result]) -> None:
    result = bring_in()
    assert result.exit_code == 0, result.output
    assert "3 threads with 2 answers and 3 replies imported from mending, 1 of them solved" in result.output
    asked = thread("10")
    assert (asked.title, asked.state, asked.answer_count, asked.reply_count) == (
        "How do I close a seam & keep it?",
        "solved",
        2,
        3,
    )
    assert asked.created_at.isoformat() == "2015-02-01T10:00:00+00:00"
    assert asked.last_activity_at.isoformat() == "2015-02-03T10:00:00+00:00"
    assert "<pre><code>needle 80" in opening("10").html
    assert "<code>S</code>" in post("12").html
    assert post("comment-1").parent_id == post("comment-2").parent_id == post("12").id
    assert "<code>stitch</code>" in post("comment-1").html
    accepted = db.session.scalars(select(Question).where(Question.thread_id == asked.id)).one()
    assert accepted.accepted_post_id == post("12").id
    assert [mended for _looked, found in recounting.recount() for mended in found] == []


def test_comments_on_a_question_stand_under_it_and_are_no_answers(bring_in: Callable[..., Result]) -> None:
    bring_in()
    remarks = select(Post).where(Post.parent_id == opening("10").id, Post.comment)
    remark = db.session.scalars(remarks).one()
    assert (remark.source, remark.created_at.isoformat()[:10]) == ("Is it *wool*?", "2015-02-01")


def test_votes_are_kept_up_and_down(bring_in: Callable[..., Result]) -> None:
    bring_in()
    for row in (post("12"), opening("10"), post("13"), post("comment-1")):
        assert (row.up_count, row.down_count) == (row.imported_up, row.imported_down)
    assert [(row.up_count, row.down_count) for row in (post("12"), opening("10"), post("13"))] == [
        (2, 1),
        (1, 0),
        (0, 0),
    ]
    assert post("comment-1").up_count == 2


def test_without_votes_the_score_stands_for_them(bring_in: Callable[..., Result], folder: Path) -> None:
    (folder / "Votes.xml").unlink()
    bring_in(path=folder / "Posts.xml")
    assert [(row.up_count, row.down_count) for row in (post("12"), opening("10"), post("13"))] == [
        (5, 0),
        (3, 0),
        (0, 2),
    ]


def test_people_are_unclaimed_and_those_who_left_keep_their_names(bring_in: Callable[..., Result]) -> None:
    bring_in()
    people = db.session.scalars(select(Account).order_by(Account.id)).all()
    assert {person.state for person in people} == {AccountState.UNCLAIMED}
    assert {person.external_id: person.display_name for person in people} == {
        "1": "Ann",
        "2": "Bo Ék",
        "3": "Person 3",
        "name:gone with the wind": "gone with the wind",
        "-": "Somebody who left",
    }


def test_closed_and_duplicate_questions_are_known_as_such(bring_in: Callable[..., Result]) -> None:
    result = bring_in()
    closed = thread("20")
    assert closed.state == "duplicate"
    assert closed.locked_at
    assert closed.locked_at.isoformat() == "2015-03-02T10:00:00+00:00"
    pointing = select(Question.thread_id, Question.duplicate_of_id).where(
        Question.duplicate_of_id.is_not(None)
    )
    assert db.session.execute(pointing).all() == [(closed.id, thread("10").id)]
    assert "1 marks 'asked before' lead to a question that is not here" in result.output


def test_tags_come_with_their_descriptions(bring_in: Callable[..., Result]) -> None:
    bring_in()
    tags = {tag.name: (tag.thread_count, tag.description) for tag in db.session.scalars(select(Tag))}
    assert tags == {
        "seams": (1, "Where two pieces of cloth meet."),
        "coat-care": (1, ""),
        "moths": (1, ""),
    }
    assert count(ThreadTag) == 3


def test_what_could_not_be_kept_is_said(bring_in: Callable[..., Result]) -> None:
    result = bring_in()
    for said in (
        "Posts.xml, row x: has a Id that is no number; skipped",
        "Posts.xml, row 50: has a CreationDate that is no time; skipped",
        "2 rows could not be read",
        "1 answers belong to no question",
        "1 comments belong to nothing",
        "1 comments say nothing",
        "1 accepted answers are not in the dump",
        "1 posts are neither",
    ):
        assert said in result.output
    assert thread("30").title == "(no title)"
    assert thread("30").state == "open"


def test_twice_adds_nothing(bring_in: Callable[..., Result]) -> None:
    bring_in("--redirects")
    before = [count(table) for table in (Thread, Post, Account, Tag, ThreadTag, OldAddress)]
    result = bring_in("--redirects")
    assert "0 threads with 0 answers" in result.output
    assert "3 were here already" in result.output
    assert before == [count(table) for table in (Thread, Post, Account, Tag, ThreadTag, OldAddress)]


def test_what_is_too_long_is_shortened(bring_in: Callable[..., Result], folder: Path) -> None:
    long = POSTS.replace("What about moths?", "moths and holes " * 4_000)
    (folder / "Posts.xml").write_text(long, encoding="utf-8")
    result = bring_in()
    assert "1 texts were longer or fuller than a post can be" in result.output
    assert opening("20").html.endswith("<em>(This was longer where it comes from.)</em></p>")


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ("<posts><row Id=", "Posts.xml is broken off or no XML: line 1"),
        ("", "Posts.xml is broken off or no XML"),
        (
            '<!DOCTYPE x [<!ENTITY a "b">]><posts><row Id="1" Body="&a;" /></posts>',
            "defines entities of its own",
        ),
        (f'<posts><row Id="1" /><row Body="{"x" * 3_000_000}" /></posts>', "a row of more than 2 MB"),
    ],
)
def test_a_broken_dump_changes_nothing(
    bring_in: Callable[..., Result], folder: Path, xml: str, said: str
) -> None:
    (folder / "Posts.xml").write_text(xml, encoding="utf-8")
    result = bring_in()
    assert result.exit_code == 1
    assert said in result.output
    assert count(Thread) == count(Account) == 0


class Endless(io.RawIOBase):
    """A row whose only attribute has no end."""

    sent = 0

    def read(self, size: int = -1) -> bytes:
        piece = b"x" * size if self.sent else b'<posts><row Id="1" /><row Body="'
        self.sent += len(piece)
        return piece

    def tell(self) -> int:
        return self.sent


def test_of_a_row_without_end_little_is_read() -> None:
    stream = Endless()
    file: Any = SimpleNamespace(name="Posts.xml", open=lambda _mode: stream)
    found = rows(file)
    assert next(found) == {"Id": "1"}
    with pytest.raises(BrokenDump, match=r"Posts\.xml has a row of more than 2 MB"):
        next(found)
    assert stream.sent < LONGEST_ROW + 100_000


def test_rows_up_to_the_limit_are_read(tmp_path: Path) -> None:
    file = tmp_path / "Posts.xml"
    body = "x" * (LONGEST_ROW - 1_000)
    row = f'<row Body="{body}" />'
    file.write_text(f"<posts>{row * 4}</posts>", encoding="utf-8")
    assert [len(row["Body"]) for row in rows(file)] == [len(body)] * 4


def test_a_folder_without_posts_is_said(bring_in: Callable[..., Result], folder: Path) -> None:
    (folder / "Posts.xml").unlink()
    assert "neither a Posts.xml nor a folder with one" in bring_in().output


def test_nothing_is_left_beside_the_database(bring_in: Callable[..., Result], tmp_path: Path) -> None:
    bring_in()
    assert not (tmp_path / "import.db").exists()


def test_old_addresses_lead_to_the_new_ones(bring_in: Callable[..., Result], client: FlaskClient) -> None:
    bring_in("--redirects", "--old-base", BASE)
    asked = client.get("/from/mending/10")
    assert asked.status_code == 301
    assert asked.location == f"/questions/{thread('10').id}/how-do-i-close-a-seam-keep-it"
    assert client.get("/from/mending/12").location == f"/p/{post('12').id}"
    assert {client.get(path).status_code for path in ("/from/mending/999", "/from/other/10")} == {404}
    # Links among the old pages lead to ours; those to what did not come along still lead there.
    assert 'href="/from/mending/20"' in post("12").html
    assert 'href="https://mending.example.org/a/999"' in post("12").html


def test_what_is_hidden_is_not_found_by_its_old_address(
    bring_in: Callable[..., Result], client: FlaskClient
) -> None:
    bring_in("--redirects")
    hide = Thread.__table__.update().where(Thread.external_id == "10").values(visibility="hidden")
    with db.engine.connect() as connection, connection.begin():
        connection.execute(hide)
    assert client.get("/from/mending/10").status_code == client.get("/from/mending/12").status_code == 404


def test_without_being_asked_no_address_is_kept(bring_in: Callable[..., Result], client: FlaskClient) -> None:
    bring_in("--old-base", BASE)
    assert count(OldAddress) == 0
    assert 'href="https://mending.example.org/questions/20/moths"' in post("12").html


def test_the_old_web_server_is_told(bring_in: Callable[..., Result]) -> None:
    bring_in("--redirects")
    run = partial(CliRunner().invoke, catch_exceptions=False)
    rules = run(importing.redirects, ["mending", "--old-base", BASE]).output
    assert "server_name mending.example.org;" in rules
    assert "return 301 http://localhost/from/mending/$1;" in rules
    lines = run(importing.redirects, ["mending", "--old-base", BASE, "--format", "json"]).output
    assert f'{{"from": "{BASE}/questions/10", "to": "http://localhost/p/{opening("10").id}"}}' in lines
    assert "nothing was imported from nowhere" in run(importing.redirects, ["nowhere"]).output


def test_an_import_that_fails_midway_is_gone_on_with(
    bring_in: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads are written in batches; what the first ones brought stays, and is not brought again."""
    monkeypatch.setattr(bringing, "BATCH", 1)
    write = bringing.questions.write
    calls = []

    def fail_at_the_third(*arguments: object, **more: object) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError("the disk is full")
        write(*arguments, **more)

    monkeypatch.setattr(bringing.questions, "write", fail_at_the_third)
    with pytest.raises(OSError, match="full"):
        bring_in()
    assert 0 < count(Thread) < 3
    monkeypatch.setattr(bringing.questions, "write", write)
    assert bring_in().exit_code == 0
    assert count(Thread) == 3
    assert count(Post) == 8


@pytest.mark.slow
def test_killed_at_any_moment_it_is_gone_on_with(app: Flask, tmp_path: Path) -> None:
    """Ten imports of one dump, each killed a little later; the last one ends, and everything is there once."""
    dump = generate(tmp_path / "dump", 3_000, 1)
    for seconds in range(10):
        child = start_import(app, dump)
        time.sleep(2 + seconds)
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    last = start_import(app, dump)
    output, _ = last.communicate()
    assert last.returncode == 0, output
    db.session.rollback()
    assert count(Thread) == 3_000
    replies = db.session.scalar(select(func.count()).where(Post.external_id.like("comment-%")))
    assert count(Post) == 6_000 + (replies or 0)
    assert [mended for _looked, found in recounting.recount() for mended in found] == []


@pytest.mark.slow
def test_memory_does_not_grow_with_the_dump(app: Flask, tmp_path: Path) -> None:
    """The most memory an import of 20,000 threads ever has is that of 5,000, give or take 12 MB."""
    most = {}
    for threads in (5_000, 20_000):
        child = start_import(app, generate(tmp_path / str(threads), threads, 1), f"generated-{threads}")
        most[threads] = watch_memory(child)
        assert child.returncode == 0
    assert abs(most[20_000] - most[5_000]) < 12 * 1024, most


def start_import(app: Flask, dump: Path, source: str = "generated") -> "subprocess.Popen[str]":
    """`flask import stackexchange` in a process of its own, on the test's database."""
    environment = {
        **os.environ,
        "BARTACK_DATABASE_URL": str(app.config["SQLALCHEMY_DATABASE_URI"]).replace("+psycopg", ""),
        "BARTACK_DATA_DIR": str(dump.parent / "data"),
    }
    command = [sys.executable, "-m", "flask", "import", "stackexchange", str(dump), "--source", source]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def watch_memory(child: "subprocess.Popen[str]") -> int:
    """The most kB the process has had by its end."""
    most = 0
    while child.poll() is None:
        status = Path(f"/proc/{child.pid}/status").read_text()
        most = max(
            [most, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))]
        )
        time.sleep(0.2)
    child.communicate()
    return most
