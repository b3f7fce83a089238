"""What nobody is led away from, however good the answers: money taken, an account taken over, threats, self-harm, children.

Words, not judgement: better one too many, for nothing is lost by showing everything at once.
"""

import re
import unicodedata

_NOT = r"(?:not|never|n't|nt|no)"
_CHARGE = r"(?:charges?|payments?|transactions?|purchases?|withdrawals?|debits?|money|orders?)"
_URGENT = re.compile(
    "|".join(
        (
            # A charge that is not recognised.
            rf"\b(?:un|not |never )(?:recogni[sz]ed|authori[sz]ed|known) {_CHARGE}\b",
            rf"\b{_CHARGE}\b.{{0,40}}{_NOT} (?:recogni[sz]e|authori[sz]e|make|made|mine|place)\w*",
            rf"{_NOT} (?:recogni[sz]e|authori[sz]e)\w*.{{0,40}}\b{_CHARGE}\b",
            r"\bmoney\b.{0,30}\b(?:gone|left|taken|missing|vanished|stolen)\b",
            r"\b(?:stolen|cloned) (?:bank )?card\b",
            r"\bcard\b.{0,20}\b(?:stolen|cloned|was used)\b",
            # An account that somebody else is in.
            r"\bhack(?:ed|er|ers|ing)\b|\bhijack",
            r"\baccount\b.{0,30}\b(?:taken over|takeover|stolen|compromised|broken into)\b",
            r"\b(?:some ?(?:one|body)|stranger|scammer|they|he|she)\b.{0,30}\b(?:in|into|changed|took) my (?:account|password|e-?mail)",
            r"\b(?:password|e-?mail)\b.{0,20}\bwas changed\b",
            # Threats.
            r"\bthreat(?:s|en\w*)?\b|\bblackmail|\bextort|\bstalk(?:s|ed|er|ing)\b",
            r"\b(?:kill|hurt|harm|beat) (?:me|us|my)\b",
            r"\bknows? where (?:i|we) live\b|\bcome to my (?:house|home|door|flat)\b",
            # Self-harm.
            r"\bsuicid|\bself[- ]harm|\bkill(?:ing)? myself\b|\b(?:hurt|harm)(?:ing)? myself\b|\bwant to die\b|\bend my life\b",
            # Somebody under age.
            r"\bunder[- ]?age\b|\b(?:[89]|1[0-7])[- ]years?[- ]old\b|\b(?:i am|i'm|im|is|she's|he's) (?:only )?(?:[89]|1[0-7])\b(?! ?(?:days?|weeks?|months?|hours?|%|cm|inch|pounds?|quid))",
            r"\bmy (?:child|kid|son|daughter)\b",
        )
    )
)


def is_urgent(*texts: str | None) -> bool:
    """Whether one of `texts` speaks of such a thing, in English."""
    return any(_URGENT.search(_folded(text)) for text in texts if text)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("’", "'").split())
