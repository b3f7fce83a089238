"""What lies in static/dist is what static/src and the lock file say, and small enough."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.core.web.assets import DIST, UnknownAsset, asset, integrity

ROOT = DIST.parents[1]
MANIFEST: dict[str, Any] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
ASSETS: dict[str, Any] = MANIFEST["assets"]
TEXT = {".css", ".js", ".svg", ".txt"}


def _bytes(name: str) -> bytes:
    return (DIST / str(ASSETS[name]["file"])).read_bytes()


@pytest.mark.parametrize("name", ASSETS)
def test_file_has_the_stated_hash_and_is_named_by_it(name: str) -> None:
    digest = hashlib.sha384(_bytes(name)).digest()
    assert ASSETS[name]["integrity"] == "sha384-" + base64.b64encode(digest).decode()
    assert ASSETS[name]["file"].split(".")[-2] == digest.hex()[:10]


def test_nothing_lies_there_that_the_manifest_does_not_name() -> None:
    named = {entry["file"] for entry in ASSETS.values()}
    packed = {f"{file}.gz" for file in named if Path(file).suffix in TEXT}
    assert {file.name for file in DIST.iterdir()} == named | packed | {"manifest.json"}


@pytest.mark.parametrize("name", [name for name in ASSETS if Path(name).suffix in TEXT])
def test_packed_twin_holds_the_same_text_and_no_time(name: str) -> None:
    packed = (DIST / f"{ASSETS[name]['file']}.gz").read_bytes()
    assert gzip.decompress(packed) == _bytes(name)
    assert packed[4:8] == bytes(4)


def test_built_from_the_present_sources() -> None:
    """Fails after a change under static/src: run `npm ci && npm run build` and commit static/dist."""
    files = ["package-lock.json", "static/build.mjs"]
    files += [
        file.relative_to(ROOT).as_posix() for file in (ROOT / "static" / "src").rglob("*") if file.is_file()
    ]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file} {hashlib.sha256((ROOT / file).read_bytes()).hexdigest()}\n".encode())
    assert MANIFEST["sources"] == digest.hexdigest()


@pytest.mark.parametrize(("name", "limit"), [("app.css", 12_000), ("app.js", 36_000)])
def test_first_visit_stays_small(name: str, limit: int) -> None:
    assert len(gzip.compress(_bytes(name), 9)) <= limit


def test_pages_with_an_editor_stay_small_too() -> None:
    assert sum(len(gzip.compress(_bytes(name), 9)) for name in ("app.js", "writing.js")) <= 36_000


def test_every_url_in_the_style_sheet_is_a_file_beside_it() -> None:
    found = re.findall(r"url\(\s*[\"']?([^\"')]+)", _bytes("app.css").decode())
    assert len(found) == 3
    for target in found:
        assert (DIST / target).is_file(), target


def test_every_icon_the_templates_draw_is_in_the_sprite() -> None:
    drawn = set()
    for template in (ROOT / "templates").rglob("*.html"):
        drawn |= set(
            re.findall(r"\b(?:icon|draw)\(\s*[\"']([a-z]+)[\"']", template.read_text(encoding="utf-8"))
        )
    sprite = set(re.findall(r'id="i-([a-z]+)"', _bytes("icons.svg").decode()))
    assert drawn
    assert drawn <= sprite


def test_licences_of_everything_vendored_are_named_and_printed() -> None:
    printed = _bytes("licences.txt").decode()
    vendored = {
        part["name"]: part
        for entry in ASSETS.values()
        for part in entry["inside"]
        if part["name"] != "Bartack"
    }
    assert {"htmx.org", "@github/text-expander-element", "dom-input-range", "Bricolage Grotesque"} <= set(
        vendored
    )
    for name, part in vendored.items():
        assert f"{name} {part['version']} ({part['licence']})\n" in printed


def test_lock_names_no_registry_and_versions_are_exact() -> None:
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in lock
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for version in [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_address_and_integrity_come_from_the_manifest() -> None:
    assert asset("app.css") == f"/static/dist/{ASSETS['app.css']['file']}"
    assert integrity("app.css") == ASSETS["app.css"]["integrity"]


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UnknownAsset, match=r"nothing\.css"):
        asset("nothing.css")
