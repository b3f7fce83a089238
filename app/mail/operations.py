"""Composing a letter and handing it to the mailer."""

from collections.abc import Mapping
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime, parseaddr

import css_inline
from flask import render_template
from flask_babel import force_locale

from app.config import Settings
from app.core.clock import now
from app.core.parts import part
from app.core.text import clean_line, excerpt
from app.mail import naming, stopping
from app.mail.ports import Mailer

LONGEST_SUBJECT = 150


class Whole(UnstructuredHeader, BaseHeader):
    """A header on one line: where it cannot be folded, the library would write an address in encoded words."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", Whole)
for _name in ("message-id", "references", "in-reply-to"):
    _HEADERS.map_to_type(_name, Whole)
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)


def post(
    kind: str,
    *,
    to: str,
    locale: str,
    context: Mapping[str, object],
    key: str,
    about: str = "",
    unsubscribe_url: str | None = None,
) -> None:
    """Render `templates/email/<kind>/` in `locale` and send it to `to`, unless mail to that address is stopped.

    `key` names this one letter for ever: called again with it, the same letter is sent, with the same
    `Message-ID`. Letters with one `about` are kept together by mail programs. `unsubscribe_url` takes one-click POSTs
    (RFC 8058). Raises OSError when sending failed.
    """
    if not stopping.takes(kind, to):
        return
    settings = part(Settings)
    domain = _domain(settings.mail_from)
    with force_locale(locale):
        facts = {**context, "unsubscribe_url": unsubscribe_url}
        subject = excerpt(clean_line(render_template(f"email/{kind}/subject.txt", **facts)), LONGEST_SUBJECT)
        text = render_template(f"email/{kind}/body.txt", **facts)
        html = render_template(f"email/{kind}/body.html", subject=subject, **facts)
    message = EmailMessage(policy=_POLICY)
    message["Subject"] = subject
    message["From"] = settings.mail_from
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(now())
    message["Message-ID"] = naming.message_id(key, to, domain)
    if about:
        message["In-Reply-To"] = message["References"] = naming.thread_id(about, to, domain)
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe_url:
        message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(text.strip() + "\n")
    message.add_alternative(_INLINER.inline(html), subtype="html")
    part(Mailer).send(message)


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_at_rules=True)
