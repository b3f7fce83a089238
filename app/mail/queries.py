"""Letters in the development folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

MOST_LISTED = 100
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Letter:
    """One `.eml` file, read."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str
    html: str


def letters(folder: Path) -> Sequence[Letter]:
    """The latest letters, newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)
    return [_read(file) for file in files[:MOST_LISTED]]


def letter(folder: Path, name: str) -> Letter | None:
    """One letter by its file's name without `.eml`."""
    file = folder / f"{name[:LONGEST_NAME]}.eml"
    return _read(file) if name.isalnum() and file.is_file() else None


def _read(file: Path) -> Letter:
    message = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
    return Letter(
        name=file.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent_at=parsedate_to_datetime(str(message["Date"])),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()).replace("\r\n", "\n") if body else ""
