"""The mail port: a folder for development, SMTP for the world."""

import smtplib
import ssl
import subprocess
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as SERVER
from aiosmtpd.smtp import AuthResult, Envelope, Session

from app.mail.adapters import Folder, Smtp, mailer
from app.mail.ports import Mailer

SUBJECT = "bob answered: “Käufer sagt: »nicht wie beschrieben« 🧵”"
TEXT = "Größe 42, müßte passen.\n\n.\nA line that is only a dot, and one that is long: " + "ä" * 1_200 + "\n"
HTML = "<p>Größe 42 &amp; <b>mehr</b> 🧵</p>\n"


class Postbox:
    """An SMTP server's handler that keeps what it takes; `refuse` and `bye` make it difficult."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.secure: list[bool] = []
        self.tried_passwords: list[Any] = []
        self.refuse = self.bye = ""

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SERVER, _session: Session, envelope: Envelope, to: str, _options: Any
    ) -> str:
        envelope.rcpt_tos.append(to)
        return self.refuse or "250 OK"

    async def handle_DATA(self, _server: SERVER, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, _class=EmailMessage, policy=default))
        self.recipients.append(envelope.rcpt_tos)
        self.secure.append(session.ssl is not None)
        return "250 taken"

    async def handle_QUIT(self, _server: SERVER, _session: Session, _envelope: Envelope) -> str:  # noqa: N802 - the library's name
        return self.bye or "221 Bye"

    def authenticate(
        self, _server: SERVER, _session: Session, _envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        self.tried_passwords.append(data)
        return AuthResult(success=(data.login, data.password) == (b"shop", b"p@ss word"), handled=False)


class OnAnyPort(Controller):
    """The library's controller, on whichever port the system gives."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def serve(postbox: Postbox) -> Iterator[Callable[..., int]]:
    """Start the postbox on a free loopback port, which is returned; keywords are the library's."""
    running: list[OnAnyPort] = []

    def start(**options: Any) -> int:
        controller = OnAnyPort(postbox, hostname="127.0.0.1", port=0, **options)
        controller.start()
        running.append(controller)
        return int(controller.port)

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, both in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    pem, key = folder / "both.pem", folder / "key.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    try:
        subprocess.run([*make, "-keyout", str(key), "-out", str(pem)], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("openssl is not here; install it to try TLS")
    pem.write_bytes(pem.read_bytes() + key.read_bytes())
    return pem


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process believe the certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def _server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture(params=["folder", "smtp"])
def sent(
    request: pytest.FixtureRequest, tmp_path: Path, postbox: Postbox, serve: Callable[..., int]
) -> tuple[Mailer, Callable[[], list[EmailMessage]]]:
    """Each mailer as its address makes it, and what has arrived by it."""
    if request.param == "smtp":
        return mailer(f"smtp://127.0.0.1:{serve()}"), lambda: postbox.taken
    folder = tmp_path / "a folder with spaces"

    def arrived() -> list[EmailMessage]:
        return [
            message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
            for file in folder.glob("*")
        ]

    return mailer(folder.as_uri()), arrived


def _message(number: int = 1, to: str = "alice@example.org") -> EmailMessage:
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["Subject"] = SUBJECT
    message["From"] = "Bartack <bartack@example.org>"
    message["To"] = to
    message["Message-ID"] = f"<{number}@example.org>"
    message.set_content(TEXT)
    message.add_alternative(HTML, subtype="html")
    return message


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_letter_arrives_as_it_was_written(sent: tuple[Mailer, Callable[[], list[EmailMessage]]]) -> None:
    post, arrived = sent
    post.send(_message())
    [letter] = arrived()
    assert letter["Subject"] == SUBJECT
    assert letter["To"] == "alice@example.org"
    assert _body(letter, "plain") == TEXT
    assert _body(letter, "html") == HTML


def test_the_same_letter_again_is_the_same_letter(
    sent: tuple[Mailer, Callable[[], list[EmailMessage]]],
) -> None:
    """The folder keeps one; what SMTP delivers twice carries one `Message-ID`, by which mailboxes know it."""
    post, arrived = sent
    post.send(_message(1))
    post.send(_message(1))
    post.send(_message(2))
    assert {letter["Message-ID"] for letter in arrived()} == {"<1@example.org>", "<2@example.org>"}
    if isinstance(post, Folder):
        assert len(arrived()) == 2


def test_no_byte_needs_an_eight_bit_server(sent: tuple[Mailer, Callable[[], list[EmailMessage]]]) -> None:
    post, arrived = sent
    post.send(_message())
    assert {part.get("Content-Transfer-Encoding") for part in arrived()[0].iter_parts()} <= {
        "base64",
        "quoted-printable",
    }


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file stands here")
    with pytest.raises(OSError):
        Folder(tmp_path / "taken").send(_message())


def test_a_folder_never_shows_half_a_letter(tmp_path: Path) -> None:
    Folder(tmp_path).send(_message())
    assert [file.suffix for file in tmp_path.iterdir()] == [".eml"]


def test_a_server_that_is_not_there_is_an_error() -> None:
    with pytest.raises(OSError):
        mailer("smtp://127.0.0.1:1").send(_message())


def test_a_refused_recipient_is_an_error_and_nothing_is_delivered(
    postbox: Postbox, serve: Callable[..., int]
) -> None:
    postbox.refuse = "550 nobody here"
    post = mailer(f"smtp://127.0.0.1:{serve()}")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        post.send(_message())
    assert postbox.taken == []


def test_what_was_accepted_is_sent_even_when_the_goodbye_fails(
    postbox: Postbox, serve: Callable[..., int]
) -> None:
    """Otherwise the job would send it again."""
    postbox.bye = "421 shutting down"
    mailer(f"smtp://127.0.0.1:{serve()}").send(_message())
    assert len(postbox.taken) == 1


@pytest.mark.usefixtures("trusted")
def test_tls_is_used_where_it_is_offered(
    postbox: Postbox, serve: Callable[..., int], certificate: Path
) -> None:
    port = serve(tls_context=_server_tls(certificate))
    mailer(f"smtp://127.0.0.1:{port}").send(_message())
    assert postbox.secure == [True]


@pytest.mark.usefixtures("trusted")
def test_smtps_speaks_tls_from_the_first_byte(
    postbox: Postbox, serve: Callable[..., int], certificate: Path
) -> None:
    port = serve(ssl_context=_server_tls(certificate), server_hostname="127.0.0.1")
    mailer(f"smtps://127.0.0.1:{port}").send(_message())
    assert len(postbox.taken) == 1


def test_a_certificate_nobody_vouches_for_is_refused(
    postbox: Postbox, serve: Callable[..., int], certificate: Path
) -> None:
    port = serve(tls_context=_server_tls(certificate))
    with pytest.raises(ssl.SSLError):
        mailer(f"smtp://127.0.0.1:{port}").send(_message())
    assert postbox.taken == []


@pytest.mark.usefixtures("trusted")
def test_name_and_password_of_the_address_sign_in(
    postbox: Postbox, serve: Callable[..., int], certificate: Path
) -> None:
    port = serve(tls_context=_server_tls(certificate), authenticator=postbox.authenticate, auth_required=True)
    mailer(f"smtp://shop:{quote('p@ss word')}@127.0.0.1:{port}").send(_message())
    assert len(postbox.taken) == 1
    with pytest.raises(smtplib.SMTPAuthenticationError):
        mailer(f"smtp://shop:wrong@127.0.0.1:{port}").send(_message())
    assert len(postbox.taken) == 1


def test_a_password_never_travels_in_clear(postbox: Postbox, serve: Callable[..., int]) -> None:
    """Whoever strips STARTTLS from the conversation must not be given it."""
    port = serve(authenticator=postbox.authenticate, auth_require_tls=False)
    with pytest.raises(OSError, match="no TLS"):
        mailer(f"smtp://shop:{quote('p@ss word')}@127.0.0.1:{port}").send(_message())
    assert postbox.tried_passwords == []
    assert postbox.taken == []


def test_an_address_without_a_port_means_the_usual_one() -> None:
    assert vars(mailer("smtp://mail.example.org"))["_port"] == 587
    assert vars(mailer("smtps://mail.example.org"))["_port"] == 465
    assert isinstance(mailer("smtps://mail.example.org"), Smtp)
