"""The two ways out: a folder of `.eml` files, and SMTP."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from app.mail.ports import Mailer

TIMEOUT_SECONDS = 20
SUBMISSION_PORT = 587
SMTPS_PORT = 465


def mailer(url: str) -> Mailer:
    """The mailer a `BARTACK_MAIL_URL` means."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Folder(Path(url2pathname(parts.path)))
    return Smtp(
        parts.hostname or "localhost",
        parts.port or (SMTPS_PORT if parts.scheme == "smtps" else SUBMISSION_PORT),
        name=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme == "smtps",
    )


class Folder:
    """Each letter a file named by its `Message-ID`, so that a letter sent again is still one letter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{hashlib.sha256(str(message['Message-ID']).encode()).hexdigest()[:24]}.eml"
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(message.as_bytes(policy=SMTP))
        unfinished.rename(path)


class Smtp:
    """SMTP with STARTTLS wherever it is offered, or TLS from the first byte (`smtps`)."""

    def __init__(self, host: str, port: int, *, name: str = "", password: str = "", tls: bool = False) -> None:
        self._host, self._port, self._name, self._password, self._tls = host, port, name, password, tls

    def send(self, message: EmailMessage) -> None:
        context = ssl.create_default_context()
        if self._tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        with connection:
            if not self._tls and connection.ehlo() and connection.has_extn("starttls"):
                connection.starttls(context=context)
            if self._name:
                connection.login(self._name, self._password)
            connection.send_message(message)
