"""Why something is flagged and why something is done about it, in the words people read."""

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


class Reason(StrEnum):
    """What is wrong with something."""

    SCAM = "scam"
    DANGEROUS_LINK = "link"
    PERSONAL = "personal"
    ABUSE = "abuse"
    IMPERSONATION = "impersonation"
    SPAM = "spam"
    OFF_TOPIC = "off-topic"
    UNCLEAR = "unclear"
    OTHER = "other"


POST_REASONS: Mapping[Reason, LazyString] = {
    Reason.SCAM: _("It looks like a scam, or helps one along"),
    Reason.DANGEROUS_LINK: _("A link in it leads somewhere dangerous"),
    Reason.PERSONAL: _("It shows somebody's name, address, phone number or the like"),
    Reason.ABUSE: _("It is unkind or threatens somebody"),
    Reason.SPAM: _("It advertises something"),
    Reason.OFF_TOPIC: _("It has nothing to do with buying or selling second hand"),
    Reason.OTHER: _("Something else"),
}
"""As somebody says who flags a post or a thread."""

PERSON_REASONS: Mapping[Reason, LazyString] = {
    Reason.SCAM: _("They try to trick people"),
    Reason.IMPERSONATION: _("They pretend to be somebody else, or to be several people"),
    Reason.ABUSE: _("They are unkind to people or threaten them"),
    Reason.SPAM: _("They are here to advertise"),
    Reason.PERSONAL: _("Their profile shows somebody's name, address, phone number or the like"),
    Reason.OTHER: _("Something else"),
}
"""As somebody says who flags a person."""

REPORT_REASONS: Mapping[Reason, LazyString] = {
    **{reason: said for reason, said in POST_REASONS.items() if reason is not Reason.OTHER},
    Reason.IMPERSONATION: PERSON_REASONS[Reason.IMPERSONATION],
    Reason.OTHER: POST_REASONS[Reason.OTHER],
}
"""As somebody says who reports a post, a thread or a person without having an account."""

FINDINGS: Mapping[Reason, LazyString] = {
    Reason.SCAM: _("It looks like a scam, or helps one along."),
    Reason.DANGEROUS_LINK: _("We cannot vouch for where its link leads."),
    Reason.PERSONAL: _("It shows something personal, such as an address or a phone number."),
    Reason.ABUSE: _("It is unkind to somebody."),
    Reason.IMPERSONATION: _("It pretends to come from somebody else, or from several people."),
    Reason.SPAM: _("It advertises something."),
    Reason.OFF_TOPIC: _("It has nothing to do with the question, or with selling second hand."),
    Reason.UNCLEAR: _("We could not tell what it is about."),
    Reason.OTHER: _("Something else."),
}
"""What moderators found, as those concerned read it."""

SHORT: Mapping[Reason, LazyString] = {
    Reason.SCAM: _("Scam"),
    Reason.DANGEROUS_LINK: _("Dangerous link"),
    Reason.PERSONAL: _("Personal data"),
    Reason.ABUSE: _("Unkind"),
    Reason.IMPERSONATION: _("Pretending"),
    Reason.SPAM: _("Advert"),
    Reason.OFF_TOPIC: _("Off topic"),
    Reason.UNCLEAR: _("Unclear"),
    Reason.OTHER: _("Something else"),
}
"""For moderators, who read many."""
