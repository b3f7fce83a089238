"""The parent's side of reading pictures: one child process for each."""

import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

BYTES = 8 * 1024 * 1024
PIXELS = 24_000_000
FORMATS = "image/jpeg,image/png,image/webp,image/gif"

WALL_SECONDS = 30
MOST_AT_ONCE = 2
PASSED_ON = ("PATH", "LD_LIBRARY_PATH")

_log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as two WEBP files of our own: at most 2,048 and at most 480 pixels a side; sizes in pixels."""

    full: bytes
    small: bytes
    width: int
    height: int
    small_width: int
    small_height: int


class Unreadable(Exception):
    """No picture that we take; `sentence` says why to its owner."""

    def __init__(self, sentence: LazyString) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


TOO_LARGE = _("This file is larger than 8 MB. Make it smaller, or take the photo with less detail.")
TOO_MANY_PIXELS = _("This photo has more than 24 megapixels. Make it smaller, then add it again.")
NO_PICTURE = _("This is no photo we can read. JPEG, PNG, WEBP and GIF work.")


def read_picture(content: bytes) -> Picture:
    """Decode and write anew what somebody sent, in a child process. Raises Unreadable.

    At most BYTES and PIXELS. Takes up to WALL_SECONDS; MOST_AT_ONCE pictures are read at a time in one process,
    others wait.
    """
    if len(content) > BYTES:
        raise Unreadable(TOO_LARGE)
    with _places:
        head, rest = _ask(content)
    if head.get("refused") == "pixels":
        raise Unreadable(TOO_MANY_PIXELS)
    if "bytes" not in head or len(rest) != sum(head["bytes"]):
        raise Unreadable(NO_PICTURE)
    (width, height), (small_width, small_height) = head["sizes"]
    cut = head["bytes"][0]
    return Picture(rest[:cut], rest[cut:], width, height, small_width, small_height)


def _ask(content: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and file
            [sys.executable, "-P", str(Path(__file__).with_name("pipeline.py"))],
            input=content,
            capture_output=True,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {}, b""
    if done.returncode:
        _log.warning("a picture ended its reader: %s, %s", done.returncode, done.stderr[-300:])
        return {}, b""
    head, _line, rest = done.stdout.partition(b"\n")
    return json.loads(head), rest
