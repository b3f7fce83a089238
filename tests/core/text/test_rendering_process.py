"""The child that renders: one, replaced when it dies, not shared over a fork, with nothing to steal."""

import ast
import logging
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.core.text import pipeline, render, rendering
from app.core.text.rendering import Renderer

ROOT = Path(rendering.__file__).parents[3]


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.close()


def pid_of(renderer: Renderer) -> int:
    assert renderer._child is not None
    return renderer._child.pid


def test_one_child_serves_many_posts(renderer: Renderer) -> None:
    renderer.answer("a")
    first = pid_of(renderer)
    assert renderer.answer("*b*") == ("<p><em>b</em></p>", [])
    assert pid_of(renderer) == first


def test_nothing_of_one_post_is_left_for_the_next(renderer: Renderer) -> None:
    renderer.answer("[a]: https://example.com\n\n[a]")
    assert renderer.answer("[a]") == ("<p>[a]</p>", [])


def test_a_child_that_died_between_two_posts_is_not_noticed(renderer: Renderer) -> None:
    renderer.answer("a")
    os.kill(pid_of(renderer), signal.SIGKILL)
    time.sleep(0.2)
    assert renderer.answer("b") == ("<p>b</p>", [])


@pytest.mark.parametrize("polite", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_meant_for_the_site_leaves_the_post_in_hand_alone(
    renderer: Renderer, polite: signal.Signals
) -> None:
    renderer.answer("a")
    child = pid_of(renderer)
    os.kill(child, polite)
    assert renderer.answer("b") == ("<p>b</p>", [])
    assert pid_of(renderer) == child


def test_a_child_that_dies_of_a_post_is_replaced(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(rendering, "refusal", lambda source: None)
    with caplog.at_level(logging.WARNING):
        rendered = render("[" * 20_000)
    assert rendered.fallback
    assert rendered.html == f"<p>{'[' * 20_000}</p>"
    assert "fell back" in caplog.text
    assert not render("b").fallback


def test_a_child_that_hangs_is_ended(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    renderer.answer("a")
    monkeypatch.setattr(rendering, "WALL_SECONDS", 0.3)
    os.kill(pid_of(renderer), signal.SIGSTOP)
    assert renderer.answer("b") is None
    monkeypatch.undo()
    assert renderer.answer("c") == ("<p>c</p>", [])


def test_an_interrupted_post_never_answers_for_the_next(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(rendering, "_exactly", interrupted)
    with pytest.raises(KeyboardInterrupt):
        renderer.answer("first")
    monkeypatch.undo()
    assert renderer.answer("second") == ("<p>second</p>", [])


def test_threads_get_their_own_answers(renderer: Renderer) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: renderer.answer(f"post *{number}*"), range(200)))
    assert answers == [(f"<p>post <em>{number}</em></p>", []) for number in range(200)]


def test_a_forked_process_starts_its_own_child_even_while_the_parent_renders() -> None:
    script = """
        import os, threading, time
        from app.core.text import render
        from app.core.text.rendering import renderer
        render("warm")
        mine = renderer._child.pid
        slow = threading.Thread(target=render, args=("_a_*" * 4000,))
        slow.start()
        time.sleep(0.05)
        forked = os.fork()
        if forked == 0:
            right = render("*forked*").html == "<p><em>forked</em></p>" and renderer._child.pid != mine
            renderer.close()
            os._exit(0 if right else 1)
        assert os.waitpid(forked, 0)[1] == 0
        slow.join()
        assert render("*parent*").html == "<p><em>parent</em></p>"
        assert renderer._child.pid == mine
    """
    subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", textwrap.dedent(script)],
        cwd=ROOT,
        check=True,
        timeout=60,
    )


def test_the_child_ends_with_its_parent_from_any_folder(tmp_path: Path) -> None:
    script = (
        "from app.core.text import render, rendering; print(render('a').html, rendering.renderer._child.pid)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=60,
        capture_output=True,
        text=True,
    )
    html, child = done.stdout.split()
    assert html == "<p>a</p>"
    with pytest.raises(ProcessLookupError):
        os.kill(int(child), 0)


def test_the_child_holds_no_secret(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTACK_SECRET_KEY", "hush")
    renderer.answer("a")
    environment = Path(f"/proc/{pid_of(renderer)}/environ")
    if not environment.exists():
        pytest.skip("Needs /proc to read the environment of another process.")
    assert "hush" not in environment.read_text(encoding="utf-8")


def test_the_child_loads_nothing_of_the_house() -> None:
    tree = ast.parse(Path(pipeline.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} & {"app", "flask", "flask_babel", "sqlalchemy"} == set()


def test_a_failure_is_reported_without_anybodys_text(
    capfd: pytest.CaptureFixture[str], renderer: Renderer
) -> None:
    assert renderer.answer("1. " * 5_000 + "my secret") is None
    errors = capfd.readouterr().err
    assert "RecursionError" in errors
    assert "my secret" not in errors
