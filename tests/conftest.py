"""What every test may use: an application on either database, a cast, a mailbox, a worker that works at once."""

import gc
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from flask_sqlalchemy import SQLAlchemy
from huey.storage import SqliteStorage
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from whitenoise import WhiteNoise

from app.accounts.actor import Actor, Role
from app.accounts.models import Account, SignInSession
from app.accounts.passwords import MEMORY_OPTION
from app.accounts.sessions import LIFETIME, _hash
from app.config import load
from app.core.clock import now
from app.core.db import Model, db
from app.core.transaction import transaction
from app.jobs import operations as jobs
from app.mail.queries import Letter, letters
from app.search.indexing import drain
from app.wiring import create_app
from tests import towns
from tests.letters import deliver
from tests.statements import statements as watched

REQUIRED = os.environ.get("BARTACK_REQUIRE_SERVICES") == "1"
POSTGRES = os.environ.get("BARTACK_TEST_POSTGRES_URL", "")
TRUST = {Role.TRUSTED: 3}
PASSWORD_KIB = 64
"""What hashing a password takes here; a test of the real hashing sets the real number again."""
FEW_COLLECTIONS = 20_000
"""Objects made before one looks for waste again; an application of a test is some thousands."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def missing(sentence: str) -> None:
    """Skip with `sentence`, or fail with it where everything is required."""
    if REQUIRED:
        pytest.fail(sentence)
    pytest.skip(sentence)


def pytest_collection_finish() -> None:
    """What is imported and collected stays to the end: looking through it for waste, again and again, took a sixth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(FEW_COLLECTIONS)


@pytest.fixture(scope="session", autouse=True)
def _connections_kept() -> Iterator[None]:
    """All applications on one PostgreSQL have one engine: to connect anew takes longer than most tests."""
    make, made = SQLAlchemy._make_engine, dict[str, Engine]()

    def keep(self: SQLAlchemy, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        if make_url(options["url"]).get_backend_name() == "sqlite":
            return make(self, bind_key, options, app)
        return made.setdefault(str(sorted(options.items())), make(self, bind_key, options, app))

    SQLAlchemy._make_engine = keep  # type: ignore[method-assign]
    yield
    SQLAlchemy._make_engine = make  # type: ignore[method-assign]
    for engine in made.values():
        engine.dispose()


@pytest.fixture(scope="session", autouse=True)
def _towns(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One place for all processes of this run."""
    base = tmp_path_factory.getbasetemp()
    towns.keep_in(base if WORKER == "main" else base.parent)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real threads and attack strings; they stay outside the repository."""
    folder = Path(os.environ.get("BARTACK_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("real data is not here; set BARTACK_SHARED_DATA to its folder")
    return folder


def _settings(folder: Path, database_url: str, **overrides: object):  # noqa: ANN202
    defaults = {
        "production": False,
        "data_dir": folder,
        "database_url": database_url,
        "secret_key": "k" * 40,
        "base_url": "http://localhost",
        "limits": False,
        "mail_url": (folder / "mail").as_uri(),
    }
    return load(folder / "no.env", **{**defaults, **overrides})


def _furnish(app: Flask) -> None:
    """What `flask db upgrade` makes: the schema, and the rows every installation begins with."""
    with app.app_context():
        upgrade()
        db.engine.dispose()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    path = folder / "template.db"
    _furnish(create_app(_settings(folder, f"sqlite:///{path}")))
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def _postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not POSTGRES:
        missing(
            "PostgreSQL is not here; install it and set BARTACK_TEST_POSTGRES_URL=postgresql://NAME@HOST/DATABASE"
        )
    base = make_url(POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1))
    # Two runs at once must not share a database.
    name = f"{base.database}_bartack_{WORKER}_{os.getpid()}"
    engine = create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        # Nothing here outlives a power cut.
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    url = base.set(database=name).render_as_string(hide_password=False)
    _furnish(create_app(_settings(tmp_path_factory.mktemp("postgres"), url)))
    furnished = create_engine(url)
    with furnished.begin() as connection:
        connection.exec_driver_sql(
            "CREATE SCHEMA furnished; CREATE TABLE furnished.space AS TABLE public.space"
        )
    furnished.dispose()
    yield url
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, furnished database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "bartack.db"
        shutil.copy(request.getfixturevalue("_sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def _emptying(_postgres_url: str) -> Iterator[Engine]:
    engine = create_engine(_postgres_url)
    # Quicker than TRUNCATE, which makes new files for every table; the triggers of the log sleep meanwhile.
    steps = []
    for table in Model.metadata.sorted_tables:
        steps.append(f'DELETE FROM public."{table.name}"')
        if table.autoincrement_column is not None:
            column = table.autoincrement_column.name
            steps.append(
                f"PERFORM setval(pg_get_serial_sequence('public.{table.name}', '{column}'), 1, false)"
            )
    steps += [
        "INSERT INTO public.space SELECT * FROM furnished.space",
        "PERFORM setval(pg_get_serial_sequence('public.space', 'id'), max(id)) FROM public.space",
    ]
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE PROCEDURE furnished.anew() LANGUAGE plpgsql SET session_replication_role = replica"
            f" AS $$ BEGIN {'; '.join(steps)}; END $$"
        )
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_url(_postgres_url: str, _emptying: Engine) -> str:
    """An empty, furnished database on PostgreSQL."""
    with _emptying.begin() as connection:
        connection.exec_driver_sql("CALL furnished.anew()")
    return _postgres_url


def _nobody_yet() -> None:
    """Requests of one test share its application context, and with it `g`, which knows who was signed in last."""
    for name in list(g):
        g.pop(name)


@pytest.fixture(scope="session", autouse=True)
def _rules_compiled_once() -> Iterator[None]:
    """Werkzeug compiles the rules of each application anew: four fifths of making one."""
    compile_, compiled = Rule.compile, dict[Any, Rule]()

    def once(rule: Rule) -> None:
        key = (rule.rule, rule.endpoint, str(rule.defaults), rule.merge_slashes)
        if key not in compiled:
            compile_(rule)
            compiled[key] = rule
            return
        like = compiled[key]
        rule._parts, rule._trace, rule._converters = like._parts, like._trace, like._converters
        rule.arguments = rule.arguments | like.arguments
        rule._build = like._build.__func__.__get__(rule, None)
        rule._build_unknown = like._build_unknown.__func__.__get__(rule, None)

    Rule.compile = once  # type: ignore[method-assign]
    yield
    Rule.compile = compile_  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _static_files_found_once() -> Iterator[None]:
    """WhiteNoise looks for the files of each application anew: a quarter of making one."""
    find, found = WhiteNoise.add_files, dict[tuple[object, ...], dict[str, Any]]()

    def once(self: WhiteNoise, root: str, prefix: str | None = None) -> None:
        headers: dict[str, str] = {}
        self.add_headers_function(headers, "", "")
        key = (root, prefix, *headers.items())
        if key not in found:
            find(self, root, prefix)
            found[key] = dict(self.files)
        self.files.update(found[key])

    WhiteNoise.add_files = once
    yield
    WhiteNoise.add_files = find


@pytest.fixture(scope="session", autouse=True)
def _queue_made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Huey makes the file of each application anew and waits for the disk: longer than all else of making one."""
    make, made = SqliteStorage.initialize_schema, tmp_path_factory.mktemp("queue") / "queue.db"

    def once(self: SqliteStorage) -> None:
        if Path(self.filename).exists():
            make(self)
            return
        if not made.exists():
            make(self)
            shutil.copy(self.filename, made)
        else:
            shutil.copy(made, self.filename)

    SqliteStorage.initialize_schema = once
    yield
    SqliteStorage.initialize_schema = make


@pytest.fixture(scope="session", autouse=True)
def _disk_not_waited_for() -> Iterator[Callable[[Any, object], None]]:
    """Nothing here outlives a power cut; to wait for the disk at every commit took longer than most tests."""

    def hurry(connection: Any, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.execute("PRAGMA synchronous=OFF")

    event.listen(Engine, "connect", hurry)
    yield hurry
    event.remove(Engine, "connect", hurry)


@pytest.fixture(scope="session", autouse=True)
def _statements_compiled_once() -> Iterator[None]:
    """Each application has an engine of its own, which compiles every statement anew: a fifth of the time."""
    statements = LRUCache(5_000)

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)

    # What is compiled is kept by dialect, which each engine has one of, too.
    DefaultDialect.__eq__ = lambda one, other: one.name == getattr(other, "name", None)  # type: ignore[method-assign]
    DefaultDialect.__hash__ = lambda one: hash(one.name)  # type: ignore[method-assign]
    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)
    del DefaultDialect.__eq__, DefaultDialect.__hash__


class _Compiled(BytecodeCache):
    """Templates are compiled once, not once a test: that took half of the time."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self._codes[bucket.key, bucket.checksum] = bucket.code


@pytest.fixture(scope="session")
def _compiled() -> _Compiled:
    return _Compiled()


@pytest.fixture
def make_app_on(tmp_path: Path, _compiled: _Compiled) -> Iterator[Callable[..., Flask]]:
    """Build an application on a database by its address; keywords replace settings."""
    made: list[Flask] = []

    def make(database_url: str, **overrides: object) -> Flask:
        application = create_app(_settings(tmp_path, database_url, **overrides))
        application.config.update({"TESTING": True, "WTF_CSRF_ENABLED": False, MEMORY_OPTION: PASSWORD_KIB})
        application.jinja_env.bytecode_cache = _compiled
        application.before_request_funcs.setdefault(None, []).insert(0, _nobody_yet)
        made.append(application)
        return application

    yield make
    for application in made:
        with application.app_context():
            db.session.remove()
            if db.engine.dialect.name == "sqlite" or db.engine.pool.checkedout():  # type: ignore[attr-defined]
                db.engine.dispose()


@pytest.fixture
def make_app(database_url: str, make_app_on: Callable[..., Flask]) -> Callable[..., Flask]:
    """Build an application on this test's database; keywords replace settings."""
    return partial(make_app_on, database_url)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The application, in its context. CSRF and limits are off here; tests of theirs turn them on."""
    application = make_app()
    with application.app_context():
        yield application


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@dataclass
class Player:
    """One of the cast: who they are, and a browser they are signed in on, once it is asked for."""

    id: int
    name: str
    actor: Actor
    _app: Flask
    _token: str

    @cached_property
    def client(self) -> FlaskClient:
        browser = self._app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = self._token
        return browser


@pytest.fixture
def enter(app: Flask) -> Callable[..., Player]:
    """Bring somebody on stage, signed in."""

    def bring(name: str, role: Role = Role.MEMBER) -> Player:
        return _enter(app, {name: role})[name]

    return bring


def _enter(app: Flask, roles: Mapping[str, Role]) -> dict[str, Player]:
    """All of them in one transaction: most tests begin with a cast, and most of that was commits."""
    tokens = {name: secrets.token_urlsafe(24) for name in roles}
    with transaction() as session:
        accounts = [
            Account(
                name=name,
                display_name=name.capitalize(),
                skeleton=name,
                email=f"{name}@example.org",
                email_confirmed_at=now(),
                role=role,
                trust=TRUST.get(role, 0),
                trust_floor=TRUST.get(role, 0),
                tz="Europe/London",
            )
            for name, role in roles.items()
        ]
        session.add_all(accounts)
        session.flush()
        ids = {account.name: account.id for account in accounts}
        session.add_all(
            SignInSession(token_hash=_hash(token), account_id=ids[name], expires_at=now() + LIFETIME)
            for name, token in tokens.items()
        )
    players = {}
    for name, role in roles.items():
        actor = Actor(ids[name], role, TRUST.get(role, 0), "en", "Europe/London")
        players[name] = Player(ids[name], name, actor, app, tokens[name])
    return players


@pytest.fixture
def cast(app: Flask) -> SimpleNamespace:
    """alice asks, bob answers, charlie stands by; mona moderates, agnes is support, adam runs it, nia is new, tess trusted."""
    roles = {
        "alice": Role.MEMBER,
        "bob": Role.MEMBER,
        "charlie": Role.MEMBER,
        "nia": Role.NEW,
        "mona": Role.MODERATOR,
        "agnes": Role.AGENT,
        "adam": Role.ADMIN,
        "tess": Role.TRUSTED,
    }
    return SimpleNamespace(**_enter(app, roles))


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement sent from here on."""
    with watched() as sent:
        yield sent


@pytest.fixture
def work(app: Flask) -> Callable[[], None]:
    """Carry out everything that is due, now and in this process, and letters that wait for company or for the morning."""

    def carry_out_all() -> None:
        drain()
        while due := jobs.due():
            for job_id in due:
                jobs.carry_out(job_id)
        deliver()

    return carry_out_all


@pytest.fixture
def mailbox(tmp_path: Path) -> Callable[[], list[Letter]]:
    """The letters sent so far, newest first."""
    return lambda: list(letters(tmp_path / "mail"))


@pytest.fixture(autouse=True)
def _no_unexpected_mail(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    yield
    if "mailbox" not in request.fixturenames and (sent := letters(tmp_path / "mail")):
        pytest.fail(f"a letter nobody expected: {sent[0].subject!r} to {sent[0].to}")
