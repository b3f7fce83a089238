"""The doctor says what is wrong and what to do, and is quiet about what is well."""

import os
import shutil
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace

import flask_migrate
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from app.accounts.actor import Role
from app.accounts.models import Account
from app.audit.models import AuditPayload
from app.audit.operations import record
from app.cli.doctor import doctor
from app.config import Mode, load
from app.core.clock import now
from app.core.db import db
from app.core.text import Rendered
from app.core.transaction import transaction
from app.forum.models import Post, Space, Tag, Thread
from app.jobs.models import Job
from app.jobs.operations import enqueue
from app.questions import operations as questions
from app.questions.models import Question
from app.search import indexing
from app.search.models import SearchIndex
from app.wiring import create_app

PUBLIC = {
    "production": True,
    "base_url": "https://help.example.org",
    "limits": True,
    "trusted_proxies": (ip_network("127.0.0.1"),),
    "mail_from": "Bartack <help@example.org>",
}


def see(*arguments: str) -> Result:
    return CliRunner().invoke(doctor, arguments)


def seen_without_database(folder: Path, **settings: object) -> Result:
    """What is said of these settings, and of a database that is not there."""
    defaults = {"data_dir": folder, "secret_key": "k" * 40, "mail_url": (folder / "mail").as_uri()}
    with create_app(load(folder / "no.env", **{**defaults, **settings})).app_context():
        return see()


@pytest.fixture
def well(app: Flask) -> Iterator[Flask]:
    """An installation with nothing wrong; topics and the migration's mark are put back at the end."""
    indexing.rebuild()
    version = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    topics = db.session.execute(select(Space.slug, Space.name)).all()
    yield app
    with transaction() as session:
        session.execute(text("DELETE FROM alembic_version"))
        session.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
        here = set(session.scalars(select(Space.slug)))
        session.add_all(Space(slug=slug, name=name) for slug, name in topics if slug not in here)


@pytest.fixture
def ask(well: Flask, cast: SimpleNamespace) -> Callable[[], int]:
    """A question with one answer and one reply to it; its id."""

    def made() -> int:
        space_id = db.session.scalars(select(Space.id)).first()
        thread_id = questions.ask(
            cast.alice.actor,
            title="Where is my parcel?",
            source="Lost.",
            space_id=int(space_id or 0),
            tags=(),
            token="q" * 20,
        )
        post_id = questions.answer(
            cast.bob.actor, thread_id=thread_id, source="At the depot.", token="a" * 20
        )
        questions.reply(cast.alice.actor, post_id=post_id, source="Found it.", token="r" * 20)
        return thread_id

    return made


def test_nothing_wrong(well: Flask) -> None:
    result = see()
    assert result.exit_code == 0, result.output
    assert result.output.endswith("All is well.\n")
    assert "WRONG" not in result.output


def test_more_than_one_thing_is_counted(well: Flask) -> None:
    with transaction() as session:
        enqueue("no such job", {})
        session.execute(delete(Space))
        session.execute(update(Job).values(dead_at=now()))
    result = see()
    assert result.exit_code == 1
    assert "2 things are wrong" in result.output


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"mode": Mode.COMMUNITY}, "Set BARTACK_MARKETPLACE"),
        ({**PUBLIC, "base_url": "http://help.example.org"}, "unencrypted. Set BARTACK_BASE_URL"),
        ({**PUBLIC, "base_url": "https://localhost"}, "lead to localhost. Set BARTACK_BASE_URL"),
        ({**PUBLIC, "trusted_proxies": ()}, "Set BARTACK_TRUSTED_PROXIES"),
        (PUBLIC, "reach nobody. Set BARTACK_MAIL_URL"),
        ({**PUBLIC, "mail_from": "Bartack <bartack@localhost>"}, "Set BARTACK_MAIL_FROM"),
    ],
)
def test_settings_that_would_hurt(tmp_path: Path, settings: dict[str, object], sentence: str) -> None:
    result = seen_without_database(tmp_path, **settings)
    assert "WRONG  settings" in result.output
    assert sentence in result.output


def test_production_wants_an_admin(
    make_app: Callable[..., Flask], enter: Callable[..., object], mail_server: str
) -> None:
    with make_app(**PUBLIC, mail_url=mail_server).app_context():
        flask_migrate.stamp()
        indexing.rebuild()
        without = see()
        enter("adam", Role.ADMIN)
        with_one = see()
    assert "flask people add NAME EMAIL --role admin" in without.output
    assert with_one.exit_code == 0, with_one.output


def test_a_data_folder_that_is_not_one(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    with make_app(data_dir=tmp_path / "elsewhere").app_context():
        flask_migrate.stamp()
        shutil.rmtree(tmp_path / "elsewhere")
        result = see()
    assert result.exit_code == 1
    assert "elsewhere cannot be written to (No such file or directory)" in result.output


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_account(well: Flask, tmp_path: Path) -> None:
    (tmp_path / "stray").touch()
    os.chown(tmp_path / "stray", 1, 1)
    assert "stray belong to another account" in see().output


def test_a_full_disk(well: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=500 * 1024**2))
    result = see()
    assert result.exit_code == 1
    assert "Only 500 MB are free" in result.output


def test_text_that_is_not_rendered(well: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "app.cli.doctor.render", lambda source: Rendered(f"<p>{source}</p>", 1, fallback=True)
    )
    result = see()
    assert result.exit_code == 1
    assert "WRONG  text" in result.output


class Greeter(socketserver.StreamRequestHandler):
    """As much of a mail server as a caller needs who only asks whether it is there."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            self.wfile.write(b"221 bye\r\n" if line.lower().startswith(b"quit") else b"250 fine\r\n")


@pytest.fixture
def mail_server() -> Iterator[str]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Greeter) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield "smtp://{}:{}".format(*server.server_address)
        server.shutdown()


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        return int(nobody.getsockname()[1])


def test_a_mail_server_that_answers(tmp_path: Path, mail_server: str) -> None:
    assert "ok     mail" in seen_without_database(tmp_path, mail_url=mail_server).output


def test_a_mail_server_that_is_down(tmp_path: Path, unused_port: int) -> None:
    result = seen_without_database(tmp_path, mail_url=f"smtp://127.0.0.1:{unused_port}")
    assert "WRONG  mail" in result.output
    assert f"127.0.0.1:{unused_port} does not answer" in result.output


def test_a_mail_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "letters").touch()
    result = seen_without_database(tmp_path, mail_url=(tmp_path / "letters").as_uri())
    assert "WRONG  mail" in result.output


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    result = seen_without_database(tmp_path, database_url=f"sqlite:///{tmp_path}/none.db")
    assert result.exit_code == 1
    assert "flask db upgrade" in result.output
    assert "not looked at" in result.output
    assert not (tmp_path / "none.db").exists()


def test_a_database_that_does_not_answer(tmp_path: Path, unused_port: int) -> None:
    result = seen_without_database(
        tmp_path, database_url=f"postgresql://clerk:secret@127.0.0.1:{unused_port}/bartack"
    )
    assert result.exit_code == 1
    assert "cannot be used" in result.output
    assert "secret" not in result.output


def test_a_database_that_was_not_migrated(well: Flask) -> None:
    with transaction() as session:
        session.execute(text("DELETE FROM alembic_version"))
    result = see()
    assert result.exit_code == 1
    assert "at migration none" in result.output


def test_a_database_of_a_newer_version(well: Flask) -> None:
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'tomorrow'"))
    result = see()
    assert result.exit_code == 1
    assert "tomorrow, which this version of Bartack does not know" in result.output


def test_jobs_nobody_carries_out(well: Flask) -> None:
    with transaction():
        enqueue("no such job", {})
    assert see().exit_code == 0
    with transaction() as session:
        session.execute(update(Job).values(due_at=now() - timedelta(minutes=3)))
    result = see()
    assert result.exit_code == 1
    assert "more than two minutes: 1. Start the worker: flask worker" in result.output


def test_no_index(well: Flask, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "index", ignore_errors=True)
    with transaction() as session:
        session.execute(delete(SearchIndex))
    result = see()
    assert result.exit_code == 1
    assert "WRONG  search" in result.output
    assert "flask search rebuild" in result.output


def test_an_index_that_lags(ask: Callable[[], int]) -> None:
    thread_id = ask()
    indexing.drain()
    with transaction():
        for _time in range(3):
            indexing.enqueue(thread_id)
    assert see().exit_code == 0
    with transaction() as session:
        session.execute(update(Job).where(Job.lane == "index").values(due_at=now() - timedelta(minutes=3)))
    lagging = see()
    indexing.drain()
    assert lagging.exit_code == 1
    assert "changes it has not seen for two minutes: 3. Start the worker" in lagging.output
    assert see().exit_code == 0


def test_dead_letters(well: Flask) -> None:
    with transaction() as session:
        enqueue("no such job", {})
        session.execute(update(Job).values(dead_at=now()))
    result = see()
    assert result.exit_code == 1
    assert "failed for good: 1. Read why: flask jobs list" in result.output


def test_an_audit_log_that_was_changed(well: Flask) -> None:
    with transaction():
        record("hide", actor_id=None, target="post", target_id=1, facts={"reason": "spam"})
    with transaction() as session:
        session.execute(update(AuditPayload).values(facts={"reason": "revenge"}))
    result = see()
    assert result.exit_code == 1
    assert "Entry 1 of the audit log does not hold" in result.output


def test_a_site_without_topics(well: Flask) -> None:
    with transaction() as session:
        session.execute(delete(Space))
    assert "There is no topic" in see().output


def test_counters_are_left_alone_unless_asked(ask: Callable[[], int]) -> None:
    thread_id = ask()
    with transaction() as session:
        session.execute(update(Thread).values(answer_count=7))
    see()
    assert db.session.scalar(select(Thread.answer_count).where(Thread.id == thread_id)) == 7


def test_recounting_mends_and_says_so(ask: Callable[[], int]) -> None:
    thread_id = ask()
    with transaction() as session:
        session.execute(update(Thread).values(answer_count=7, reply_count=0))
    before = db.session.scalar(select(Thread.version).where(Thread.id == thread_id))
    result = see("--recount")
    assert f"thread {thread_id} has 1 answers and 1 replies, not 7 and 0: mended" in result.output
    row = db.session.scalars(select(Thread).where(Thread.id == thread_id)).one()
    assert (row.answer_count, row.reply_count, row.version) == (1, 1, before + 1)
    assert "0 threads mended" in see("--recount").output


def test_recounting_mends_votes_tags_and_who_has_it_too(ask: Callable[[], int]) -> None:
    thread_id = ask()
    with transaction() as session:
        session.execute(update(Post).where(Post.parent_id.is_not(None)).values(up_count=4, down_count=1))
        session.execute(update(Question).values(too_count=3))
        session.add(Tag(name="wool", thread_count=9))
    result = see("--recount")
    assert "has 0 votes for it and 0 against, not 4 and 1: mended" in result.output
    assert "tag wool is on 0 threads, not 9: mended" in result.output
    assert f"thread {thread_id} is had by 0 others too, not 3: mended" in result.output
    again = see("--recount").output
    assert again.count("mended") == 2
    assert "0 threads mended" in again
    assert "0 people mended" in again


def test_recounting_adds_ledgers_up(ask: Callable[[], int]) -> None:
    ask()
    with transaction() as session:
        session.execute(update(Account).values(reputation=40))
    people = db.session.scalar(select(func.count()).select_from(Account))
    result = see("--recount")
    assert "has a reputation of 0, not 40: mended" in result.output
    assert f"Ledgers added up; {people} people mended." in result.output
    assert "Ledgers added up; 0 people mended." in see("--recount").output
