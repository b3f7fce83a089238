"""What follows from a change: every event is heard, every job has its handler, every form its token."""

import ast
import re
from importlib import import_module

import pytest
from flask import Flask

from app.core.events import _HANDLERS, Event
from app.wiring.factory import ROOT
from app.wiring.jobs import HANDLERS, handler

APP = ROOT / "app"
# Said already, heard by nobody yet, and by whom they are meant to be.
FOR_LATER = {
    "OutcomeTold": "whoever counts how it goes with the marketplace",
    "TicketFiled": "outside help desks",
}


@pytest.fixture
def events() -> set[type[Event]]:
    """Every class of event there is."""
    for path in APP.rglob("events.py"):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return {kind for kind in Event.__subclasses__() if kind.__module__.startswith("app.")}


def test_every_event_is_heard_or_meant_for_later(app: Flask, events: set[type[Event]]) -> None:
    assert len(events) > 25
    heard = {kind.__name__ for kind in app.extensions[_HANDLERS]}
    assert {kind.__name__ for kind in events} - heard == set(FOR_LATER)


def test_every_event_is_said_by_somebody(events: set[type[Event]]) -> None:
    rooms = [path.read_text(encoding="utf-8") for path in APP.rglob("*.py") if path.name != "events.py"]
    speaking = "\n".join(room for room in rooms if "emit(" in room)
    # Made on the spot, or named for somebody who makes it.
    unsaid = {kind for kind in events if not re.search(rf"\b{kind.__name__}(?:\(|\)\))", speaking)}
    assert unsaid == set()


def test_every_job_has_a_handler_and_every_handler_a_job() -> None:
    """But for the index, which has one job and a lane of its own."""
    written = set()
    for path in set(APP.rglob("*.py")) - set((APP / "search").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            ast.unparse(node.targets[0]): node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "enqueue":
                name = call.args[0]
                written.add(name.value if isinstance(name, ast.Constant) else names[ast.unparse(name)])
    assert written == set(HANDLERS)
    assert all(callable(handler(name)) for name in HANDLERS)


FORM = re.compile(
    r"<form\b(?P<attributes>(?:[^>{]|\{\{.*?\}\}|\{%.*?%\}|\{)*)>(?P<inside>.*?)</form>", re.DOTALL
)
# A mail program has no session: the signed link is its authority (RFC 8058).
WITHOUT = {"notifications/unsubscribe.html"}


def test_every_form_that_is_posted_carries_its_token() -> None:
    bare, found = set(), 0
    for path in (ROOT / "templates").rglob("*.html"):
        name = str(path.relative_to(ROOT / "templates"))
        for form in FORM.finditer(path.read_text(encoding="utf-8")):
            if 'method="post"' in form["attributes"]:
                found += 1
                if not re.search(r"\b_?tokens\(", form["inside"]):
                    bare.add(name)
    assert found > 50
    assert bare == WITHOUT
