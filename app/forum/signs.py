"""Signs of a scam in what somebody asks about: phrases that tell what was asked of them, and what to do first.

A sign fires where somebody *was asked* something, not where it is only named: 'never pay by gift card' is advice.
"""

import re
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

# Within a sentence, and not far: a longer way would join what has nothing to do with one another.
_NEAR = r"[^.!?\n]{0,60}?"
_ASKED = (
    r"(?<!never )(?<!not )\b(?:ask(?:s|ed|ing)?(?: me)?|want(?:s|ed|ing)?(?: me)?|told me|tells me|telling me|insist(?:s|ed|ing)?"
    r"|demand(?:s|ed|ing)|requested|suggest(?:s|ed|ing)|offer(?:s|ed|ing)|propos(?:es|ed|ing)|prefers?|would like me"
    r"|needs? me|says? (?:i|to|that)|said (?:i|to|that|he|she|they)|begged|pushe?(?:s|d|ing)|wants? to|will only)\b"
)
_APPS = r"(?:whats ?app|telegram|signal|viber|instagram|insta|snapchat|messenger|wechat|google chat|hangouts|line|e-?mail)"


@dataclass(frozen=True, slots=True)
class Sign:
    """One way in which people are defrauded: how it shows in their words, and what to do first."""

    key: str
    pattern: re.Pattern[str]
    asked: LazyString
    do_first: LazyString


def _sign(key: str, pattern: str, asked: LazyString, do_first: LazyString) -> Sign:
    return Sign(key, re.compile(pattern, re.IGNORECASE), asked, do_first)


SIGNS = (
    _sign(
        "friends-and-family",
        rf"{_ASKED}{_NEAR}\b(?:friends?(?: and | & | ?n ?|-and-)family|family(?: and | & )friends?|f ?& ?f|fnf)\b",
        _("to pay or be paid as “friends and family”"),
        _(
            "Do not pay that way: nobody gives it back. Pay only through the marketplace's own checkout. If you have "
            "paid already, call your bank now."
        ),
    ),
    _sign(
        "gift-cards",
        rf"{_ASKED}{_NEAR}\b(?:gift ?cards?|vouchers?|steam cards?|itunes cards?|paysafe(?:card)?|bitcoin|crypto(?:currency)?|usdt)\b",
        _("to pay with gift cards, vouchers or crypto"),
        _(
            "Do not buy or send any. No shop and no marketplace is paid that way. If you sent a code, ring the firm on the "
            "card at once and ask them to stop it."
        ),
    ),
    _sign(
        "outside-payment",
        rf"{_ASKED}{_NEAR}\b(?:(?:bank|wire|direct) transfer|western union|moneygram|zelle|cash ?app|bizum|transfer the money"
        rf"|(?:pay|paid|buy|sell|deal|trade|complete it)(?: \w+){{0,3}} (?:outside|off|away from)(?: of)? (?:the )?(?:app|site|platform|vinted|ebay|depop|website|marketplace))\b",
        _("to pay or be paid outside the marketplace"),
        _(
            "Stay inside the marketplace's checkout: outside it nobody can hold the money back for you. If you have paid, "
            "call your bank now and say that it may be fraud."
        ),
    ),
    _sign(
        "another-app",
        rf"{_ASKED}{_NEAR}\b(?:on|over to|via|through|to|by|for my|using) (?:my |your |his |her |their )?{_APPS}\b",
        _("to go on in another app or by mail"),
        _(
            "Answer only in the marketplace's own messages. They are the proof that support can read; elsewhere there is "
            "none, and links cannot be stopped."
        ),
    ),
    _sign(
        "code",
        rf"(?:{_ASKED}|\b(?:send|give|forward|share|read)\b){_NEAR}\b(?:(?:verification|security|confirmation|sms|one[- ]time|otp|login|log-in"
        rf"|[46][- ]digit|six[- ]digit|auth\w*) (?:code|pin|password|number)|code (?:that )?(?:i|you) (?:just )?(?:got|get|received|receive))\b",
        _("for a code that was sent to you"),
        _(
            "Give the code to nobody: it opens your account or pays from it. If you have, change your password and sign "
            "out everywhere, then tell your bank."
        ),
    ),
    _sign(
        "courier-collects",
        rf"(?:\b(?:send|sends|sending|sent|arrange[sd]?|arranging|book(?:ed|s|ing)?|own|private|his|her|their)\b{_NEAR}\b(?:couriers?|movers?|shipping agents?|pick-?up agents?)"
        rf"\b{_NEAR}\b(?:collect\w*|pick\w*|cash|pay\w*|fee)\b|{_ASKED}{_NEAR}\bcourier\b{_NEAR}\b(?:cash|pay\w*|fee|link|insurance)\b)",
        _("to hand the thing to a courier they send, or to pay one"),
        _(
            "Post it yourself with the label of the order, and pay no courier. A collection you did not book is not "
            "covered, and there is no proof that it arrived."
        ),
    ),
    _sign(
        "overpayment",
        r"\b(?:paid|sent|transferred|pay|send)(?: me| us| him| her)?\b[^.!?\n]{0,40}\b(?:too much|over the price|more than (?:the price|i asked|agreed)|by mistake|accidentally)\b"
        r"[^.!?\n]{0,80}\b(?:back|refund\w*|return|difference|rest)\b|\b(?:asks?|asked|wants?|wanted)\b[^.!?\n]{0,60}\b(?:overpa(?:id|yment)|the difference back)\b",
        _("to send back money that was paid “too much”"),
        _(
            "Send nothing back yet. Look in your bank, not in a mail, whether the money is there and stays there: the "
            "payment is often called back after you have sent yours."
        ),
    ),
    _sign(
        "payment-mail",
        r"\b(?:e-?mail|mail|message|sms)\b[^.!?\n]{0,60}\b(?:payment|money|funds|paypal)\b[^.!?\n]{0,60}\b(?:pending|on hold|is held|being held|will be released|be released|upgrade|business account|until i (?:send|post|ship|enter|give))\b"
        r"|\b(?:payment|money|funds)\b[^.!?\n]{0,40}\b(?:pending|on hold|held|released)\b[^.!?\n]{0,60}\b(?:until|once|after|when) i (?:send|sent|post|posted|ship|shipped|enter|give|gave)\b[^.!?\n]{0,30}\b(?:tracking|receipt|number|label|parcel|item)\b",
        _("to post before money that a mail says is “on hold” comes"),
        _(
            "Do not post it. Open your account by typing the address yourself: what is not there was not paid. Links and "
            "buttons in the mail stay untouched."
        ),
    ),
    _sign(
        "parcel-fee",
        r"\b(?:link|text|sms|message|e-?mail)\b[^.!?\n]{0,80}\b(?:fee|pay|customs|charge)\b[^.!?\n]{0,60}\b(?:parcel|package|deliver\w*|redeliver\w*|courier)\b"
        r"|\b(?:parcel|package|delivery|redelivery|courier)\b[^.!?\n]{0,60}\b(?:small )?(?:fee|charge)\b[^.!?\n]{0,50}\b(?:link|click|text message|sms)\b",
        _("to pay a fee for a parcel through a link"),
        _(
            "Do not open the link. Type the carrier's own address and look the parcel up there. If you entered a card, "
            "ring your bank and have it blocked."
        ),
    ),
    _sign(
        "verify-account",
        r"\b(?:link|click|website|site|page|form)\b[^.!?\n]{0,60}\b(?:verify|confirm|validate|unlock|reactivate|update)\b(?: \w+){0,3} (?:account|card|identity|bank|payment|details)\b"
        r"|\b(?:verify|confirm|validate|unlock|reactivate)\b(?: \w+){0,3} (?:account|card|identity|bank details|payment)\b[^.!?\n]{0,50}\b(?:through|via|by|on|with|using|at|click\w*)\b(?: \w+){0,2} (?:link|site|page|website|form|qr)\b"
        r"|\b(?:scan|scanned)\b[^.!?\n]{0,30}\bqr\b[^.!?\n]{0,60}\b(?:pay\w*|money|card|bank|receive)\b",
        _("to “verify” your account, card or payment through a link"),
        _(
            "Do not follow the link. A marketplace checks accounts only where you sign in yourself. If you entered "
            "something there, change your password and call your bank."
        ),
    ),
    _sign(
        "remote-control",
        rf"{_ASKED}{_NEAR}\b(?:any ?desk|team ?viewer|remote (?:access|control)|share my screen|screen ?shar\w+|install (?:an?|this|the) app)\b",
        _("to let somebody see or steer your phone or computer"),
        _(
            "End the call and take the program off. Nobody from a marketplace or bank needs to see your screen. Then call "
            "your bank from the number on your card."
        ),
    ),
)


def signs_in(text: str) -> tuple[Sign, ...]:
    """The signs that show in plain `text`, in the order of the table. In time linear in its length."""
    line = text.replace("\u2019", "'")
    return tuple(sign for sign in SIGNS if sign.pattern.search(line))
