"""From what people type to a Query: words, "phrases" and -word; nothing else means anything.

The engine's own query language is never used: some of its inputs take minutes.
"""

import re

from flask_babel import gettext as _

from app.core.problems import Problem
from app.search.ports import Phrase, Query
from app.search.words import WORD, distinct, fold, terms

MOST_CHARACTERS = 200
MOST_TERMS = 16
# What the engine chooses its rarest from; about a screen of text.
MOST_DRAFT_CHARACTERS = 4_000
MOST_DRAFT_TERMS = 120

_QUOTES = str.maketrans("“”„«»", '"""""')
_PART = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


def parse(text: str) -> Query:
    """Read the search box. Raises Problem for more than 200 characters; terms after the sixteenth are not looked for."""
    if len(text) > MOST_CHARACTERS:
        raise Problem(
            _("Please search for at most %(most)s characters; a few words are enough.", most=MOST_CHARACTERS),
            field="q",
        )
    words: list[str] = []
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []
    left = MOST_TERMS
    for part in _PART.finditer(text.translate(_QUOTES)):
        found = tuple(terms(part["word"] or part["phrase"] or ""))[:left]
        left -= len(found)
        if not found:
            continue
        if part["minus"]:
            excluded.append(found)
        elif part["phrase"]:
            phrases.append(found)
            words += found
        else:
            words += found
    return Query(words=tuple(dict.fromkeys(words)), phrases=tuple(phrases), excluded=tuple(excluded))


def plain(text: str) -> Query:
    """Just words, whatever else stands between them."""
    return Query(words=distinct(text, MOST_TERMS))


def for_draft(title: str, body: str) -> Query:
    """Read a title that is being typed, and the text under it. A title's quotes and dashes are just written so."""
    last = ""
    for word in WORD.finditer(title):
        last = word[0] if word.end() == len(title) else ""
    finished = title[: len(title) - len(last)]
    words = distinct(finished, MOST_TERMS)
    draft = distinct(body[:MOST_DRAFT_CHARACTERS], MOST_DRAFT_TERMS)
    return Query(words=words, draft=tuple(term for term in draft if term not in words), unfinished=fold(last))
