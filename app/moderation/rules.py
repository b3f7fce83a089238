"""The rules of the community, numbered, and which of them each reason stands on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.moderation.words import Reason


@dataclass(frozen=True, slots=True)
class Rule:
    """A clause; its `number` is cited in what people are told, so a rule that goes leaves its number unused."""

    number: int
    title: LazyString
    says: LazyString


NO_SCAMS = Rule(
    1,
    _("No scams, and no help with one"),
    _(
        "Do not trick anybody out of money, goods or passwords, and do not send people to where it happens: payment"
        " outside the marketplace, couriers who come with cash, ‘support’ that writes first."
    ),
)
HONEST_LINKS = Rule(
    2,
    _("Links lead where they say"),
    _(
        "No link to malware, to a copy of somebody's sign-in page, or to an address that hides where it leads."
    ),
)
PRIVATE_DETAILS = Rule(
    3,
    _("Other people's details stay private"),
    _(
        "No addresses, phone numbers, e-mail addresses, bank or order details of anybody else. And none of your own that"
        " strangers should not have."
    ),
)
KINDNESS = Rule(
    4,
    _("Be kind"),
    _("Say what happened, not what somebody is. No insults, no threats, no hatred of whoever people are."),
)
NO_ADVERTS = Rule(
    5,
    _("No advertising"),
    _("Your own shop, items and services belong here only when somebody asked for them."),
)
THE_MATTER = Rule(
    6,
    _("Keep to the matter"),
    _("This place is about buying and selling second hand, and an answer is about its question."),
)
SAY_ENOUGH = Rule(
    7,
    _("Say enough to be helped"),
    _("Others must be able to tell what happened and what you want to know."),
)

ONE_NAME = Rule(
    8,
    _("Be one person, and yourself"),
    _("Do not pretend to be somebody else, Support or moderators, and do not act as several people at once."),
)

RULES: Sequence[Rule] = (
    NO_SCAMS,
    HONEST_LINKS,
    PRIVATE_DETAILS,
    KINDNESS,
    NO_ADVERTS,
    THE_MATTER,
    SAY_ENOUGH,
    ONE_NAME,
)

BROKEN: Mapping[Reason, Rule] = {
    Reason.SCAM: NO_SCAMS,
    Reason.DANGEROUS_LINK: HONEST_LINKS,
    Reason.PERSONAL: PRIVATE_DETAILS,
    Reason.ABUSE: KINDNESS,
    Reason.IMPERSONATION: ONE_NAME,
    Reason.SPAM: NO_ADVERTS,
    Reason.OFF_TOPIC: THE_MATTER,
    Reason.UNCLEAR: SAY_ENOUGH,
}
"""The rule each reason stands on; 'something else' on none, until a moderator has read what it is."""
