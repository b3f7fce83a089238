"""The file of settings: read as lines, changed line by line, so that what an operator wrote there stays."""

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Z][A-Z0-9_]*)\s*=")
PLAIN = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")


def write(path: Path, changes: Mapping[str, str]) -> None:
    """Set `changes` in the file, readable by its owner alone; all other lines stay. Raises OSError.

    Where the folder allows it the file is replaced whole, so that a stop in between leaves the old one. One that is
    there keeps its owner, group and mode, for a service may read it by them.
    """
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    left = dict(changes)
    lines = []
    for line in before:
        found = LINE.match(line)
        name = found["name"] if found else ""
        if name not in changes:
            lines.append(line)
        elif name in left:
            lines.append(f"{name}={_quoted(left.pop(name))}")
    lines += [f"{name}={_quoted(value)}" for name, value in left.items()]
    text = "\n".join(lines) + "\n"
    if path.exists() and not os.access(path.parent, os.W_OK):
        # The account that runs the site may own the file without owning the folder of the code.
        path.write_text(text, encoding="utf-8")
    else:
        _replace(path, text)


def _replace(path: Path, text: str) -> None:
    handle, unfinished = tempfile.mkstemp(prefix=".env-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        if path.exists():
            status = path.stat()
            os.chown(unfinished, status.st_uid, status.st_gid)
            Path(unfinished).chmod(status.st_mode & 0o660)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def names(path: Path) -> set[str]:
    """What is set there."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {found["name"] for line in lines if (found := LINE.match(line))}


def _quoted(value: str) -> str:
    """As python-dotenv reads it back; in single quotes it expands nothing."""
    if PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
