"""A real town is set up by answering, or by options; again and after a stop, it goes on from what is there."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.accounts.actor import Role
from app.accounts.queries import person_named
from app.cli.starting import start, steps
from app.cli.starting.env_file import write
from app.config import load
from app.contact.queries import channels
from app.core.db import db
from app.jobs import operations as jobs
from app.mail.queries import Letter
from app.wiring import create_app

MEMBERS = {"--marketplace": "Shop", "--base-url": "https://help.shop.example", "--mode": "community"}


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    """Settings read from a file stay in the environment: they must not reach other tests."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("BARTACK_")]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def env(tmp_path: Path) -> Path:
    return tmp_path / "env"


@pytest.fixture
def run(tmp_path: Path, env: Path) -> Callable[..., Result]:
    def invoke(*options: str, answers: str | None = None) -> Result:
        words = ["--env-file", str(env), "--data-dir", str(tmp_path), *options]
        return CliRunner().invoke(start, words, input=answers)

    return invoke


@pytest.fixture
def silently(run: Callable[..., Result]) -> Callable[..., Result]:
    words = [word for pair in MEMBERS.items() for word in pair]
    return lambda *options: run("--yes", *words, *options)


@pytest.fixture
def town(env: Path) -> Callable[[], Flask]:
    return lambda: create_app(load(env, anew=True))


def test_options_are_enough(
    silently: Callable[..., Result], env: Path, town: Callable[[], Flask], mailbox: Callable[[], list[Letter]]
) -> None:
    result = silently(
        *("--channel", "page", "https://shop.example/help", "", "--channel", "handle", "@shop", "Instagram"),
        *("--checked", "2026-01-05", "--admin", "odile", "odile@shop.example"),
        *("--test-mail", "odile@shop.example", "--invite", "ada", "ada@shop.example"),
    )
    assert result.exit_code == 0, result.output
    assert "https://help.shop.example/reset/" in result.output
    assert "It reaches nobody: no mail server is set." in result.output
    lines = env.read_text()
    for line in ("BARTACK_ENV=production", "BARTACK_MODE=community", "BARTACK_SITE_NAME='Shop Help'"):
        assert line in lines
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert "BARTACK_SECRET_KEY=" in lines
    assert lines.split("BARTACK_SECRET_KEY=")[1].strip() not in result.output
    with town().app_context():
        assert [(row.value, row.place) for row in channels()] == [
            ("https://shop.example/help", ""),
            ("@shop", "Instagram"),
        ]
        admin, helper = person_named("odile"), person_named("ada")
        assert admin
        assert helper
        assert (admin.role, helper.role) == (Role.ADMIN, Role.TRUSTED)
        for job_id in jobs.due():
            jobs.carry_out(job_id)
        db.engine.dispose()
    invited, tried = sorted(mailbox(), key=lambda letter: letter.to)
    assert (invited.to, tried.subject) == ("ada@shop.example", "Letters from Shop Help arrive")
    assert "https://help.shop.example/reset/" in invited.text


def test_again_adds_nothing_and_a_new_letter_goes_to_who_has_not_come(
    silently: Callable[..., Result], env: Path
) -> None:
    options = ("--channel", "mail", "help@shop.example", "", "--admin", "odile", "odile@shop.example")
    silently(*options, "--invite", "ada", "ada@shop.example")
    before = env.read_text()
    result = silently(*options, "--invite", "ada", "ada@shop.example")
    assert result.exit_code == 0, result.output
    assert env.read_text() == before
    assert "Tables: there, and up to date." in result.output
    assert "Admin: odile." in result.output
    assert "ada@shop.example: another letter is on its way." in result.output
    assert result.output.count("E-mail: help@shop.example") == 1


def test_questions_are_asked_and_wrong_answers_asked_again(run: Callable[..., Result], env: Path) -> None:
    answers = [
        *(
            "support",
            "Shop",
            "",
            "help.shop.example",
            "https://help.shop.example",
            "Mars/Olympus",
            "Europe/Vilnius",
        ),
        *("", "y"),
        *(
            "y",
            "phone",
            "020 7946 0018",
            "",
            "",
            "y",
            "phone",
            "+44 20 7946 0018",
            "Weekdays",
            "2026-01-05",
            "n",
        ),
        *("x", "odile@shop.example", "odile", "odile@shop.example"),
        *("", "", ""),
    ]
    result = run(answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "needs an address like https://help.example.org" in result.output
    assert "is not a time zone" in result.output
    assert "Write the number with its country" in result.output
    assert "Telephone" in run("--yes").output
    assert "BARTACK_TIMEZONE=Europe/Vilnius" in env.read_text()
    assert "odile is admin" in result.output


def test_stopped_among_the_settings_nothing_is_written(
    run: Callable[..., Result], env: Path, tmp_path: Path
) -> None:
    result = run(answers="support\nShop\n")
    assert result.exit_code == 1
    assert not env.exists()
    assert not (tmp_path / "bartack.db").exists()


def test_told_not_to_write_nothing_is_written(run: Callable[..., Result], env: Path) -> None:
    env.write_text("BARTACK_SITE_NAME=Old\n# a remark\n")
    answers = ["support", "Shop", "", "https://help.shop.example", "", "", "n"]
    result = run(answers="\n".join(answers) + "\n")
    assert result.exit_code == 1
    assert "is there already" in result.output
    assert env.read_text() == "BARTACK_SITE_NAME=Old\n# a remark\n"


def test_stopped_later_the_next_run_goes_on(
    silently: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = steps.admin

    def stop(*_arguments: object) -> None:
        raise click.Abort

    monkeypatch.setattr(steps, "admin", stop)
    result = silently("--channel", "mail", "help@shop.example", "", "--admin", "odile", "odile@shop.example")
    assert result.exit_code == 1
    assert "flask start goes on from there" in result.output
    monkeypatch.setattr(steps, "admin", admin)
    result = silently("--admin", "odile", "odile@shop.example")
    assert "E-mail: help@shop.example" in result.output
    assert "odile is admin" in result.output


def test_what_stands_in_the_file_stays(run: Callable[..., Result], env: Path) -> None:
    env.write_text(
        "# ours\nBARTACK_WEB_WORKERS=4\nBARTACK_MARKETPLACE=Old\nBARTACK_SECRET_KEY=" + "k" * 40 + "\n"
    )
    assert run("--yes", "--marketplace", "It's a 'Shop'").exit_code == 0
    lines = env.read_text().splitlines()
    assert lines[:2] == ["# ours", "BARTACK_WEB_WORKERS=4"]
    assert lines[3] == "BARTACK_SECRET_KEY=" + "k" * 40
    assert load(env, anew=True).marketplace == "It's a 'Shop'"


@pytest.mark.parametrize(
    "value", ["a b", "it's", "back\\slash", "$HOME", '"quoted"', "#hash", "x=y", "Ünicode – ok", "'"]
)
def test_any_value_is_read_back_as_it_was(env: Path, value: str) -> None:
    write(env, {"BARTACK_SITE_NAME": value})
    assert load(env, anew=True).site_name == value


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--base-url", "help.shop.example"), "needs an address"),
        (("--mode", "both"), "is not one of"),
        (("--channel", "fax", "1", ""), "no such kind"),
        (("--channel", "phone", "020", ""), "Write the number with its country"),
        (("--channel", "mail", "a@b.example", "", "--checked", "soon"), "no such day"),
        (("--admin", "o", "odile@shop.example"), "3"),
        (("--invite", "ada", "nowhere"), "e-mail address"),
        (("--test-mail", "nowhere"), "is no e-mail address"),
        (("--import", "/nowhere"), "is not there"),
    ],
)
def test_an_option_that_will_not_do_is_said(
    silently: Callable[..., Result], options: tuple[str, ...], said: str
) -> None:
    result = silently(*options)
    assert result.exit_code == 1
    assert said in result.output


def test_a_mail_server_that_does_not_answer_is_said_and_the_rest_goes_on(
    silently: Callable[..., Result],
) -> None:
    result = silently("--mail-url", "smtp://127.0.0.1:9", "--test-mail", "odile@shop.example")
    assert result.exit_code == 0, result.output
    assert "It could not be sent" in result.output


def test_threads_come_in_on_the_way(silently: Callable[..., Result], tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    dump.mkdir()
    (dump / "Posts.xml").write_text(
        '<posts><row Id="1" PostTypeId="1" CreationDate="2015-01-01T00:00:00" Title="Moths" Body="x" /></posts>'
    )
    assert "1 threads with 0 answers" in silently("--import", str(dump)).output


def test_what_an_operator_chose_otherwise_stays(
    run: Callable[..., Result], env: Path, tmp_path: Path
) -> None:
    letters = (tmp_path / "letters").as_uri()
    env.write_text(f"BARTACK_ENV=production\nBARTACK_MAIL_URL={letters}\nBARTACK_SECRET_KEY={'k' * 40}\n")
    assert run("--yes", "--marketplace", "Shop").exit_code == 0
    kept = load(env, anew=True)
    assert (kept.production, kept.mail_url) == (True, letters)
