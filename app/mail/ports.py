"""What carries letters out of the house."""

from email.message import EmailMessage
from typing import Protocol


class Mailer(Protocol):
    """Sends one finished message. The same `Message-ID` sent again is the same letter.

    Raises OSError (smtplib's errors are OSErrors too) when it could not be handed over; the job tries again.
    """

    def send(self, message: EmailMessage) -> None: ...
