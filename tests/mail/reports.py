"""What mail servers send back, as they write it."""

from email.message import EmailMessage

DSN = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bartack@localhost
Auto-Submitted: auto-replied
MIME-Version: 1.0
Message-Id: <20261120120000.ABCDEF@mx.example>
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="B.1234/mx.example"

--B.1234/mx.example
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example. I'm sorry to have to inform you ...

--B.1234/mx.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: ABCDEF
Arrival-Date: Fri, 20 Nov 2026 12:00:00 +0000 (UTC)

Final-Recipient: rfc822; alice@example.org
Original-Recipient: rfc822;alice@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 5.1.1 <alice@example.org>: no such person

--B.1234/mx.example
Content-Description: Undelivered Message
Content-Type: {quoted}

{original}
--B.1234/mx.example--
"""

ARF = """\
From: <abusedesk@mailbox.example>
Subject: FW: your letter
To: <bartack@localhost>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="part1_13d.2e68ed54"

--part1_13d.2e68ed54
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for a message received from IP 192.0.2.1.

--part1_13d.2e68ed54
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1

--part1_13d.2e68ed54
Content-Type: message/rfc822
Content-Disposition: inline

{original}
--part1_13d.2e68ed54--
"""


def letter(name: str, to: str = "alice@example.org") -> str:
    """A letter as a report quotes it."""
    message = EmailMessage()
    message["From"] = "Bartack <bartack@localhost>"
    message["To"] = to
    message["Subject"] = "Bob answered"
    message["Message-ID"] = name
    message.set_content("Hello.\n")
    return message.as_string()


def dsn(name: str, *, status: str = "5.1.1", action: str = "failed", quoted: str = "message/rfc822") -> bytes:
    original = letter(name)
    if quoted != "message/rfc822":
        original = original.split("\n\n")[0] + "\n"
    return DSN.format(action=action, status=status, quoted=quoted, original=original).encode()


def arf(name: str, *, kind: str = "abuse") -> bytes:
    return ARF.format(kind=kind, original=letter(name, to="redacted")).encode()
