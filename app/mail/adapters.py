"""The two ways out: a folder of `.eml` files, and SMTP."""

import contextlib
import hashlib
import os
import smtplib
import ssl
import tempfile
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from app.mail.ports import Mailer

TIMEOUT_SECONDS = 10
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
        handle, unfinished = tempfile.mkstemp(suffix=".part", dir=self.folder)
        with os.fdopen(handle, "wb") as file:
            file.write(message.as_bytes(policy=SMTP))
        Path(unfinished).replace(path)


class Smtp:
    """SMTP with STARTTLS wherever it is offered, or TLS from the first byte (`smtps`).

    A name and password are never sent in clear. Each step may take TIMEOUT_SECONDS.
    """

    def __init__(
        self, host: str, port: int, *, name: str = "", password: str = "", tls: bool = False
    ) -> None:
        self._host, self._port, self._name, self._password, self._tls = host, port, name, password, tls

    def send(self, message: EmailMessage) -> None:
        connection = self._connect()
        try:
            if self._name:
                connection.login(self._name, self._password)
            connection.send_message(message)
            # What was accepted is sent: trouble while saying goodbye must not send it again.
            with contextlib.suppress(OSError):
                connection.quit()
        finally:
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=TIMEOUT_SECONDS, context=context)
        connection = smtplib.SMTP(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.ehlo()
            if connection.has_extn("starttls"):
                connection.starttls(context=context)
            elif self._name:
                raise smtplib.SMTPNotSupportedError(
                    "the mail server offers no TLS, so the password was not sent"
                )
        except OSError:
            connection.close()
            raise
        return connection
