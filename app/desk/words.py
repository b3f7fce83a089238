"""Topics and states in the words people see."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.desk.models import Status, Topic


@dataclass(frozen=True, slots=True)
class TopicWords:
    """What a topic is called, and what Support will want to see for it."""

    label: LazyString
    evidence: tuple[LazyString, ...]


_PARCEL = _("The parcel number and the carrier")
_RECEIPT = _("The drop-off receipt, if you have it")
_LISTING = _("The address of the listing")

TOPICS: dict[Topic, TopicWords] = {
    Topic.DISPUTE: TopicWords(
        _("A dispute about an order"),
        (
            _("The order number"),
            _("What the other side says, in their words"),
            _("Photos of the item from the listing, and as it arrived"),
            _("What you would accept: a return, part of the money, a replacement"),
        ),
    ),
    Topic.SHIPPING: TopicWords(
        _("Posting a parcel: late, damaged, returned"),
        (
            _("The order number"),
            _PARCEL,
            _RECEIPT,
            _("For damage: photos of the box, the packing and the item"),
        ),
    ),
    Topic.TRACKING: TopicWords(
        _("Where an order is"),
        (
            _("The order number"),
            _PARCEL,
            _("What the tracking said last, and when"),
        ),
    ),
    Topic.PAYMENT: TopicWords(
        _("A payment, payout, refund or fee"),
        (
            _("The order number"),
            _("The amount, the currency and the day"),
            _("What your bank says or shows. Never card numbers or security codes"),
        ),
    ),
    Topic.LISTING: TopicWords(
        _("A listing that is wrong or was taken down"),
        (
            _LISTING,
            _("What it says, and what is right"),
            _("Photos or measurements that show it"),
        ),
    ),
    Topic.ACCOUNT: TopicWords(
        _("My account"),
        (
            _("The name of the account"),
            _("What you see when you try, word for word"),
            _("Never a password or a code: Support does not need them"),
        ),
    ),
    Topic.SAFETY: TopicWords(
        _("Something that feels unsafe"),
        (
            _("The name of the account, or the address of the link or mail (do not open it again)"),
            _("Screenshots of the messages"),
            _("What you have tapped, paid or told them so far"),
        ),
    ),
    Topic.IP: TopicWords(
        _("Somebody uses my photos or design"),
        (
            _("The address of the listing that uses them"),
            _("Your original with its date"),
            _("Which part was copied: photos, words or the design"),
        ),
    ),
    Topic.POLICY: TopicWords(
        _("A question about the rules"),
        (
            _("The rule you mean, or where you read it"),
            _("What you want to do, or were told you cannot do"),
        ),
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
