"""Addresses of the built files in `static/dist`, read from the manifest beside them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DIST = Path(__file__).resolve().parents[3] / "static" / "dist"
PREFIX = "/static/dist/"


class UnknownAsset(LookupError):
    """No file of that name was built."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A built file: its name, which changes with its bytes, and their sha384 as `integrity` wants it."""

    file: str
    integrity: str


@cache
def manifest() -> dict[str, Asset]:
    """Every built file by its logical name (`app.css`, `fonts/….woff2`)."""
    read = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return {name: Asset(entry["file"], entry["integrity"]) for name, entry in read["assets"].items()}


def asset(name: str) -> str:
    """The address of the file called `name`; it may be cached for ever. Raises UnknownAsset."""
    return PREFIX + _built(name).file


def integrity(name: str) -> str:
    """The `integrity` attribute for the file called `name`. Raises UnknownAsset."""
    return _built(name).integrity


def _built(name: str) -> Asset:
    try:
        return manifest()[name]
    except KeyError:
        raise UnknownAsset(
            f"static/dist has no '{name}'; is it in static/src, and did `npm run build` run?"
        ) from None
