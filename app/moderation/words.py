"""Why posts are flagged and why held ones are refused, in the words people read."""

from enum import StrEnum

from flask_babel import lazy_gettext as _


class Reason(StrEnum):
    """What is wrong with a post, as somebody who flags it says."""

    SPAM = "spam"
    SCAM = "scam"
    PERSONAL = "personal"
    ABUSE = "abuse"
    OFF_TOPIC = "off-topic"
    DANGEROUS_LINK = "link"
    OTHER = "other"


REASONS = {
    Reason.SCAM: _("It looks like a scam, or helps one along"),
    Reason.DANGEROUS_LINK: _("A link in it leads somewhere dangerous"),
    Reason.PERSONAL: _("It shows somebody's name, address, phone number or the like"),
    Reason.ABUSE: _("It is unkind or threatens somebody"),
    Reason.SPAM: _("It advertises something"),
    Reason.OFF_TOPIC: _("It has nothing to do with buying or selling second hand"),
    Reason.OTHER: _("Something else"),
}


class Refusal(StrEnum):
    """Why a held post is not shown."""

    ADVERT = "advert"
    LINK = "link"
    PERSONAL = "personal"
    UNKIND = "unkind"
    OFF_TOPIC = "off-topic"
    UNCLEAR = "unclear"


REFUSALS = {
    Refusal.ADVERT: _("It advertises something."),
    Refusal.LINK: _("We cannot vouch for where its link leads."),
    Refusal.PERSONAL: _("It shows something personal, such as an address or a phone number."),
    Refusal.UNKIND: _("It is unkind to somebody."),
    Refusal.OFF_TOPIC: _("It has nothing to do with the question, or with selling second hand."),
    Refusal.UNCLEAR: _("We could not tell what it is about."),
}
"""What the author reads, too."""
