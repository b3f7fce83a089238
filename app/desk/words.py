"""Topics and states in the words people see."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.desk.models import Status, Topic


@dataclass(frozen=True, slots=True)
class TopicWords:
    """What a topic is called, what Support will want to know for it, and which files help."""

    label: LazyString
    facts: tuple[LazyString, ...]
    files: tuple[LazyString, ...]


_ORDER = _("The order number")
_PARCEL = _("The parcel number and the carrier")
_RECEIPT = _("The drop-off receipt, if you have it")

TOPICS: dict[Topic, TopicWords] = {
    Topic.DISPUTE: TopicWords(
        _("A dispute about an order"),
        (
            _ORDER,
            _("What the other side says, in their words"),
            _("What you would accept: a return, part of the money, a replacement"),
        ),
        (
            _("The photos from the listing"),
            _("Photos of the item as it arrived"),
        ),
    ),
    Topic.SHIPPING: TopicWords(
        _("Posting: late, damaged, returned"),
        (_ORDER, _PARCEL, _("The day it was handed in, and where")),
        (_RECEIPT, _("For damage: photos of the box, the packing and the item")),
    ),
    Topic.TRACKING: TopicWords(
        _("Where an order is"),
        (_ORDER, _PARCEL, _("What the tracking said last, and when")),
        (_RECEIPT,),
    ),
    Topic.PAYMENT: TopicWords(
        _("A payment, payout, refund or fee"),
        (
            _ORDER,
            _("The amount, the currency and the day"),
            _("What your bank says. Never a card number or a security code"),
        ),
        (_("The line of your statement, with all other lines covered"),),
    ),
    Topic.LISTING: TopicWords(
        _("A listing: wrong or taken down"),
        (_("The address of the listing"), _("What it says, and what is right")),
        (_("Photos or measurements that show it"),),
    ),
    Topic.ACCOUNT: TopicWords(
        _("My account"),
        (
            _("The name of the account"),
            _("What you see when you try, word for word"),
            _("Never a password or a code: Support does not need them"),
        ),
        (_("A screenshot of the message, if there is one"),),
    ),
    Topic.SAFETY: TopicWords(
        _("Something that feels unsafe"),
        (
            _("The name of the account, or the address of the link or mail (do not open it again)"),
            _("What you have tapped, paid or told them so far"),
        ),
        (_("Screenshots of the messages"),),
    ),
    Topic.IP: TopicWords(
        _("My photos or design were copied"),
        (
            _("The address of the listing that uses them"),
            _("Which part was copied: photos, words or the design"),
        ),
        (_("Your original, straight from where you made it, so that its date comes with it"),),
    ),
    Topic.POLICY: TopicWords(
        _("A question about the rules"),
        (
            _("The rule you mean, or where you read it"),
            _("What you want to do, or were told you cannot do"),
        ),
        (),
    ),
}

STATUS_FOR_REQUESTER: dict[Status, LazyString] = {
    Status.NEW: _("Sent to Support"),
    Status.OPEN: _("With Support"),
    Status.WAITING_USER: _("Waiting for you"),
    Status.WAITING_THIRD_PARTY: _("Waiting for somebody else"),
    Status.SOLVED: _("Solved"),
    Status.CLOSED: _("Closed"),
}

STATUS_FOR_AGENTS: dict[Status, LazyString] = {
    Status.NEW: _("New"),
    Status.OPEN: _("Open"),
    Status.WAITING_USER: _("Waiting for them"),
    Status.WAITING_THIRD_PARTY: _("Waiting for a third party"),
    Status.SOLVED: _("Solved"),
    Status.CLOSED: _("Closed"),
}
