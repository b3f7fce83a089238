"""The one module that makes Markup: every piece of HTML a template does not escape goes through here."""

import re
from collections.abc import Callable

from flask_babel import gettext as _
from markupsafe import Markup, escape

WORD = re.compile(r"\b\w&\ws?\b|\w+(?:['\u2019]\w+)*")
BETWEEN_JOINED_WORDS = re.compile(r"[\s-]+")
MESSAGE = re.compile(r'<pre class="message">(.*?)</pre>', re.DOTALL)
FRAME = Markup(
    '<figure class="copy"><figcaption class="copy__head"><span>%s</span><button class="btn btn--bare" type="button"'
    ' data-copy data-done="%s" hidden><span data-label aria-live="polite">%s</span></button></figcaption>'
    '<pre class="copy__text">%s</pre></figure>'
)


def trusted(html: str) -> Markup:
    """HTML that `render` made and the database kept. Never call it on anything else.

    Messages to send get their name here and not in what is kept, as it is said in the reader's language.
    """
    return Markup(MESSAGE.sub(_framed, html))  # noqa: S704 - the one place


def _framed(message: re.Match[str]) -> str:
    return str(FRAME % (_("Message to send"), _("Copied"), _("Copy"), Markup(message[1])))  # noqa: S704 - as above


def highlighted(text: str, is_match: Callable[[str], bool]) -> Markup:
    """`text`, escaped, with each word `is_match` is true of in <mark>; neighbours share one mark.

    A word is letters, digits and apostrophes within, or two letters joined by &; `is_match` gets it as it is written.
    """
    spans: list[tuple[int, int]] = []
    for word in WORD.finditer(text):
        if not is_match(word[0]):
            continue
        start, end = word.span()
        if spans and BETWEEN_JOINED_WORDS.fullmatch(text, spans[-1][1], start):
            start = spans.pop()[0]
        spans.append((start, end))
    parts = []
    position = 0
    for start, end in spans:
        parts += [escape(text[position:start]), Markup("<mark>%s</mark>") % text[start:end]]
        position = end
    return Markup("").join([*parts, escape(text[position:])])
