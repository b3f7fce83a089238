"""Public attack strings, read from where they lie beside the project; never part of it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

XSS_FILES = [
    "xss_ammonia_strings",
    "xss_bleach_test_strings",
    "xss_html5lib_sanitizer",
    "xss_nh3_test_strings",
    "xss_sanitize_html_inputs",
]


def strings(name: str) -> list[str]:
    """The strings of one file; skips the test where the files are not there."""
    here = Path(__file__).resolve().parents[4]
    folder = Path(os.environ.get("BARTACK_SHARED_DATA", here / "shared" / "data")) / "attack"
    file = folder / f"{name}.json"
    if not file.is_file():
        pytest.skip(f"attack/{name}.json is not here; set BARTACK_SHARED_DATA to the folder above it")
    rows: list[Any] = json.loads(file.read_text(encoding="utf-8"))
    return [row if isinstance(row, str) else row.get("input", row.get("markdown")) for row in rows]


def xss() -> list[str]:
    return [text for name in XSS_FILES for text in strings(name)] + handlers()


def handlers() -> list[str]:
    """Every event attribute on an element, in a link's target and in a fence's own attributes."""
    names = strings("html_event_attributes")
    return [
        payload
        for name in names
        for payload in (
            f'<img src="x" {name}="alert(1)">',
            f'[a](/b" {name}="alert(1))',
            f"``` {{.a {name}=alert(1)}}\nb\n```",
        )
    ]


def everywhere(payload: str) -> str:
    """One post with the payload in every place a Markdown post has."""
    line = " ".join(payload.split())
    return "\n\n".join(
        [
            payload,
            f"[a]({line})",
            f"[a](<{line}>)",
            f'[a](https://example.com/{line} "{line}")',
            f'[a](https://example.com "{line}")',
            f"[{line}](https://example.com)",
            f"![{line}]({line})",
            f"<{line}>",
            f"`{line}`",
            f"# {line}",
            f"> {line}",
            f"- {line}",
            f"|a|b|\n|-|-|\n|{line}|b|",
            f"``` {line}\n{line}\n```",
            f"[a]: {line}\n\n[a]",
        ]
    )
