"""What only one place may do, held by reading every module and every template."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Scan = Callable[[ast.Module], Iterator[int]]


def _commits(tree: ast.Module) -> Iterator[int]:
    for call in _calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "begin", "begin_nested"}:
            yield call.lineno


def _makes_markup(tree: ast.Module) -> Iterator[int]:
    """Any use of the name but as a type; under another name it may not come in at all."""
    types = {id(node) for part in _types(tree) for node in ast.walk(part)}
    for node in ast.walk(tree):
        named = (isinstance(node, ast.Name) and node.id == "Markup") or (
            isinstance(node, ast.Attribute) and node.attr == "Markup"
        )
        renamed = isinstance(node, ast.alias) and node.name == "Markup" and node.asname is not None
        templated = isinstance(node, ast.Name) and node.id in {"render_template_string", "HTMLString"}
        if (named and id(node) not in types) or renamed or templated:
            yield node.lineno


def _types(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
            yield node.annotation
        elif isinstance(node, ast.FunctionDef) and node.returns:
            yield node.returns
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance":
            yield node.args[1]


def _imports(*roots: str) -> Scan:
    def scan(tree: ast.Module) -> Iterator[int]:
        for node in ast.walk(tree):
            names: Iterable[str] = ()
            if isinstance(node, ast.Import):
                names = (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = (node.module or "",)
            elif isinstance(node, ast.Call) and "import" in ast.unparse(node.func) and node.args:
                names = (ast.unparse(node.args[0]).strip("'\""),)
            if any(name.split(".")[0].split(":")[0] in roots for name in names):
                yield node.lineno

    return scan


def _reads_environment(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {
            "os.environ",
            "os.environb",
            "os.getenv",
        }:
            yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            names = {alias.name for alias in node.names}
            yield from [node.lineno] if names & {"environ", "environb", "getenv"} else []
    yield from _imports("environs", "dotenv")(tree)


def _asks_the_time(tree: ast.Module) -> Iterator[int]:
    for call in _calls(tree):
        if re.fullmatch(r"(datetime\.)?(datetime|date)\.(now|utcnow|today)", ast.unparse(call.func)):
            yield call.lineno


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


LAWS: dict[str, tuple[Scan, set[str]]] = {
    # The index's own writer commits the index, never the database.
    "commits": (_commits, {"app/core/transaction.py", "app/search/whoosh_files.py"}),
    "makes Markup": (_makes_markup, {"app/core/text/safe.py"}),
    "knows the text libraries": (_imports("bleach", "nh3", "markdown"), {"app/core/text/pipeline.py"}),
    "knows the search engine": (_imports("whoosh"), {"app/search/whoosh_files.py"}),
    "knows the PDF library": (_imports("reportlab"), {"app/moderation/casefile/sheets.py"}),
    "knows the image library": (_imports("PIL"), {"app/core/images/pipeline.py"}),
    "knows the expressions that cannot run away": (
        _imports("re2"),
        {"app/moderation/watching/expressions.py"},
    ),
    # The parents of child processes hand on a few variables of the system; they read no setting.
    "reads the environment": (
        _reads_environment,
        {"app/config/settings.py", "app/core/text/rendering.py", "app/core/images/reading.py"},
    ),
    "asks the time": (_asks_the_time, {"app/core/clock.py"}),
}

AGAINST = [
    ("commits", "db.session.commit()"),
    ("commits", "with engine.begin() as c: pass"),
    ("makes Markup", "from markupsafe import Markup\nx = Markup(y)"),
    ("makes Markup", "import markupsafe\nx = markupsafe.Markup(y)"),
    ("makes Markup", "from markupsafe import Markup as M\nx = M(y)"),
    ("makes Markup", "from markupsafe import Markup\nmake = Markup"),
    ("makes Markup", "render_template_string(x)"),
    ("knows the text libraries", "import nh3"),
    ("knows the text libraries", "from bleach.sanitizer import Cleaner"),
    ("knows the text libraries", "import_module('markdown')"),
    ("knows the image library", "from PIL import Image"),
    ("knows the PDF library", "from reportlab.pdfgen.canvas import Canvas"),
    ("knows the search engine", "from whoosh import index"),
    ("knows the expressions that cannot run away", "import re2"),
    ("knows the search engine", "def f():\n    import whoosh.fields"),
    ("reads the environment", "import os\nos.environ['X']"),
    ("reads the environment", "from os import getenv"),
    ("reads the environment", "from environs import Env"),
    ("asks the time", "datetime.now(UTC)"),
    ("asks the time", "datetime.datetime.utcnow()"),
    ("asks the time", "date.today()"),
]

WITHIN = [
    (
        "makes Markup",
        "from markupsafe import Markup\ntitle: Markup\ndef f(x: Markup | None) -> list[Markup]: ...",
    ),
    ("makes Markup", "from markupsafe import Markup\nisinstance(x, Markup)"),
    ("reads the environment", "def serve(environ): return environ['REMOTE_ADDR']"),
    ("asks the time", "clock.now()"),
    ("knows the text libraries", "from app.core.text import markdown"),
]


@cache
def _modules() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "app").rglob("*.py"))
    }


@pytest.mark.parametrize("law", LAWS)
def test_only_its_place_does_it(law: str) -> None:
    scan, places = LAWS[law]
    modules = _modules()
    assert len(modules) > 100
    found = {name: list(scan(tree)) for name, tree in modules.items()}
    assert {name: lines for name, lines in found.items() if lines and name not in places} == {}
    here = places & set(modules)
    assert {name for name in here if found[name]} == here, (
        "the law names a place that does not do it any more"
    )


@pytest.mark.parametrize(("law", "code"), AGAINST)
def test_a_breach_is_seen(law: str, code: str) -> None:
    assert list(LAWS[law][0](ast.parse(code)))


@pytest.mark.parametrize(("law", "code"), WITHIN)
def test_what_is_allowed_is_let_be(law: str, code: str) -> None:
    assert not list(LAWS[law][0](ast.parse(code)))


REFUSED_IN_TEMPLATES = {
    "HTML that nobody made safe": re.compile(r"\|\s*safe\b|\bautoescape\b|\bMarkup\b"),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a script in the page": re.compile(
        r"<script\b(?![^>]*\ssrc=)|[\s\"'/]on[a-z]{3,}\s*=|hx-on|hx-vals\s*=\s*[\"']js:|javascript:",
        re.IGNORECASE,
    ),
}

IN_TEMPLATES_AGAINST = [
    ("HTML that nobody made safe", "{{ row.html|safe }}"),
    ("HTML that nobody made safe", "{{ row.html | safe }}"),
    ("HTML that nobody made safe", "{% autoescape false %}"),
    ("a style in the page", '<p style="color:red">'),
    ("a style in the page", "<style>"),
    ("a script in the page", "<script>alert(1)</script>"),
    ("a script in the page", '<img src="x" onerror=alert(1)>'),
    ("a script in the page", "<img src='x'onerror=alert(1)>"),
    ("a script in the page", '<button data-hx-on:click="x">'),
    ("a script in the page", '<a href="javascript:x">'),
]

IN_TEMPLATES_WITHIN = [
    ("a script in the page", "<script src=\"{{ asset('app.js') }}\" defer></script>"),
    ("a script in the page", '{% set once = 1 %}{{ act(url, only="pen", options="x") }}'),
    ("HTML that nobody made safe", "{{ row.html|trusted }}"),
]


def _without_comments(template: str) -> str:
    return re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)


@pytest.mark.parametrize("what", REFUSED_IN_TEMPLATES)
def test_no_template_holds_it(what: str) -> None:
    """Letters carry their style inline, for mail programs read no style sheet; what runs or is not escaped, neither."""
    letters_may = what == "a style in the page"
    found = {}
    templates = sorted((ROOT / "templates").rglob("*.html"))
    assert len(templates) > 30
    for path in templates:
        name = path.relative_to(ROOT / "templates").as_posix()
        hit = REFUSED_IN_TEMPLATES[what].search(_without_comments(path.read_text(encoding="utf-8")))
        if hit and not (letters_may and name.startswith("email/")):
            found[name] = hit[0]
    assert found == {}


@pytest.mark.parametrize(("what", "template"), IN_TEMPLATES_AGAINST)
def test_a_breach_in_a_template_is_seen(what: str, template: str) -> None:
    assert REFUSED_IN_TEMPLATES[what].search(template)


@pytest.mark.parametrize(("what", "template"), IN_TEMPLATES_WITHIN)
def test_what_a_template_may_hold_is_let_be(what: str, template: str) -> None:
    assert not REFUSED_IN_TEMPLATES[what].search(template)
