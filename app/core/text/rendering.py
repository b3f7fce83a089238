"""The parent's side of rendering: one child process that runs `pipeline.py`, started when first needed."""

import atexit
import json
import logging
import os
import re
import sys
import threading
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from pathlib import Path
from subprocess import PIPE, Popen
from typing import IO, cast

from app.core.text.cleaning import clean_text
from app.core.text.limits import refusal

PIPELINE_VERSION = 2
"""Raised with every change that makes `pipeline.py` render some text differently, or its masking; stored with each post."""

WALL_SECONDS = 20.0
PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rendered:
    """Sanitised HTML; `fallback` says that it is the escaped text, as rendering failed or took too long.

    `mentioned` are the names linked in it, in the order of the text, each once.
    """

    html: str
    version: int
    fallback: bool = False
    mentioned: tuple[str, ...] = ()


def render(source: str, names: Collection[str] = ()) -> Rendered:
    """Markdown as sanitised HTML, ready to be stored. Never raises.

    `@name` outside code and links is linked to /people/name for each of `names`, which are in lower case.

    Takes at most 1 s of CPU and 20 s of time in a child process. What exceeds that, kills the child or is a
    case for `refusal` comes back as escaped text in paragraphs, with `fallback` set.
    """
    source = clean_text(source)
    answer = None if refusal(source) else renderer.answer(source, names)
    if answer is None:
        return Rendered(_escaped(source), PIPELINE_VERSION, fallback=True)
    html, mentioned = answer
    return Rendered(html, PIPELINE_VERSION, mentioned=tuple(mentioned))


def _escaped(source: str) -> str:
    paragraphs = [part for part in re.split(r"\n\s*\n", source.strip()) if part]
    return "\n".join("<p>{}</p>".format(escape(part).replace("\n", "<br>\n")) for part in paragraphs)


class Renderer:
    """One child, one request at a time; a dead child is replaced at the next request.

    A forked process drops its parent's child and starts its own: sharing the pipes would mix up answers.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: Popen[bytes] | None = None

    def answer(self, source: str, names: Collection[str] = ()) -> tuple[str, list[str]] | None:
        """The child's answer, HTML and those of `names` it mentions; None if it died of the question."""
        with self._lock:
            child = self._living_child()
            guard = threading.Timer(WALL_SECONDS, child.kill)
            guard.start()
            answer = None
            try:
                answer = _ask(child, source, names)
            except (OSError, EOFError):
                log.warning("Rendering fell back to plain text: its process died")
            finally:
                guard.cancel()
                # Whatever interrupted it, the next question must not get this one's answer.
                if answer is None:
                    self._end()
            return answer

    def _living_child(self) -> Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._child = Popen(  # noqa: S603 - our own interpreter and file
                [sys.executable, "-P", str(Path(__file__).with_name("pipeline.py"))],
                stdin=PIPE,
                stdout=PIPE,
                bufsize=0,
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
                process_group=0,
            )
        return self._child

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            with self._child:
                self._child = None

    def close(self) -> None:
        """Ends the child, if there is one."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """After a fork: lets go of the parent's child without ending it."""
        self._lock = threading.Lock()
        if self._child is not None:
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe is not None:
                    pipe.close()
            self._child.returncode = 0
            self._child = None


def _ask(child: Popen[bytes], source: str, names: Collection[str]) -> tuple[str, list[str]]:
    questions, answers = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
    question = json.dumps([source, list(names)]).encode()
    rest = memoryview(len(question).to_bytes(4) + question)
    while rest:
        rest = rest[questions.write(rest) :]
    html, mentioned = json.loads(_exactly(answers, int.from_bytes(_exactly(answers, 4))))
    return html, mentioned


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    parts = []
    while count:
        part = pipe.read(count)
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


renderer = Renderer()
atexit.register(renderer.close)
os.register_at_fork(after_in_child=renderer.forget)
