"""What notifications say, by kind and sort: on the page, and as a letter's subject."""

from collections.abc import Mapping

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _

from app.notifications.models import Cadence, Kind

LABELS: Mapping[Kind, LazyString] = {
    Kind.ANSWER: _("Answers to my questions"),
    Kind.REPLY: _("Replies to what I wrote"),
    Kind.MENTION: _("When somebody mentions me"),
    Kind.ACCEPTED: _("When my answer is accepted"),
    Kind.FOLLOWED: _("News in threads I follow"),
    Kind.ASKED: _("Waiting questions that I could answer"),
    Kind.YOURS: _("What happens to what I wrote: edits, looks of moderators"),
    Kind.SUPPORT: _("My threads that are with support"),
    Kind.OUTCOME: _("How it went with the marketplace’s support"),
    Kind.STANDING: _("My standing here"),
    Kind.TICKET: _("Messages in my tickets"),
    Kind.FLAG: _("What became of what I flagged"),
    Kind.QUEUE: _("The moderators’ queue"),
}

CADENCES: Mapping[Cadence, LazyString] = {
    Cadence.NOW: _("At once"),
    Cadence.DAILY: _("Once a day"),
    Cadence.WEEKLY: _("Once a week"),
    Cadence.OFF: _("Not by mail"),
}

WEEKDAYS = (
    _("Monday"),
    _("Tuesday"),
    _("Wednesday"),
    _("Thursday"),
    _("Friday"),
    _("Saturday"),
    _("Sunday"),
)

_HAPPENED: Mapping[tuple[Kind, str], LazyString] = {
    (Kind.ANSWER, ""): _("%(name)s answered your question"),
    (Kind.REPLY, ""): _("%(name)s replied to you"),
    (Kind.MENTION, ""): _("%(name)s mentioned you"),
    (Kind.ACCEPTED, ""): _("%(name)s accepted your answer"),
    (Kind.FOLLOWED, ""): _("%(name)s wrote in a thread you follow"),
    (Kind.ASKED, ""): _("%(name)s waits for an answer that you may know"),
    (Kind.YOURS, "edited"): _("%(name)s edited what you wrote"),
    (Kind.YOURS, "proposed"): _("%(name)s proposed an edit of what you wrote"),
    (Kind.YOURS, "approved"): _("Your proposed edit was approved"),
    (Kind.YOURS, "declined"): _("Your proposed edit was declined"),
    (Kind.YOURS, "released"): _("Moderators looked at what you wrote: everybody can read it now"),
    (Kind.YOURS, "refused"): _("Moderators looked at what you wrote and did not release it"),
    (Kind.YOURS, "removed"): _("Moderators removed something you wrote"),
    (Kind.YOURS, "hidden"): _("What you wrote is hidden from others"),
    (Kind.YOURS, "shown"): _("What you wrote can be read by everybody again"),
    (Kind.YOURS, "keep"): _("Moderators looked at what you wrote: everybody can read it now"),
    (Kind.YOURS, "edit"): _("Moderators changed what you wrote"),
    (Kind.YOURS, "take_photos"): _("Moderators took photos of what you wrote away"),
    (Kind.YOURS, "hide"): _("Moderators hid what you wrote"),
    (Kind.YOURS, "restore"): _("What you wrote can be read by everybody again"),
    (Kind.YOURS, "remove"): _("Moderators removed something you wrote"),
    (Kind.YOURS, "lock"): _("Moderators locked your thread: it takes nothing new"),
    (Kind.YOURS, "unlock"): _("Your thread takes answers again"),
    (Kind.YOURS, "archive"): _("Your question is kept to be read, and takes nothing new"),
    (Kind.YOURS, "unarchive"): _("Your question takes answers again"),
    (Kind.YOURS, "move"): _("Moderators moved your thread to another topic"),
    (Kind.YOURS, "retag"): _("Moderators changed the tags of your thread"),
    (Kind.YOURS, "merge"): _("Moderators merged your thread into another about the same"),
    (Kind.YOURS, "split"): _("Moderators made what you wrote a thread of its own"),
    (Kind.YOURS, "escalate"): _("Moderators sent your question to Support"),
    (Kind.YOURS, "warn"): _("Moderators warn you"),
    (Kind.YOURS, "hold_posts"): _("What you post waits for a look for a while"),
    (Kind.YOURS, "silence"): _("You cannot post for a while"),
    (Kind.YOURS, "lift"): _("You can post again"),
    (Kind.YOURS, "suspend"): _("You cannot post for a while"),
    (Kind.YOURS, "mask"): _("A passage of what you wrote is put away until a moderator has looked at it"),
    (Kind.YOURS, "rule"): _("What you wrote is hidden until a moderator has looked at it"),
    (Kind.YOURS, "undone"): _("Moderators took a decision about you back"),
    (Kind.YOURS, "reversed"): _("A decision about you was reversed on appeal"),
    (Kind.YOURS, "duplicate"): _("Your question was asked before; it points to the earlier one now"),
    (Kind.YOURS, "reopened"): _("Your question is open again"),
    # Told before these were decisions; who was told so reads it still.
    (Kind.YOURS, "locked"): _("Your thread takes nothing new for now"),
    (Kind.YOURS, "unlocked"): _("Your thread takes answers again"),
    (Kind.YOURS, "archived"): _("Your thread is kept to be read, and takes nothing new"),
    (Kind.YOURS, "unarchived"): _("Your thread can be changed again"),
    (Kind.SUPPORT, "sent"): _("Your thread was sent to support"),
    (Kind.SUPPORT, "answered"): _("Support answered in your thread"),
    (Kind.SUPPORT, "closed"): _("Support has finished with your thread"),
    (Kind.OUTCOME, ""): _("How did it go with the marketplace’s support?"),
    (Kind.STANDING, "rose"): _("You can do more here now"),
    (Kind.STANDING, "fell"): _("Some things are put away for you for now"),
    (Kind.STANDING, "suspended"): _("You cannot post for a while"),
    (Kind.STANDING, "lifted"): _("You can post again"),
    (Kind.TICKET, ""): _("%(name)s wrote in a ticket"),
    (Kind.YOURS, "appeal stands"): _("Moderators took another look, and their decision stands"),
    (Kind.YOURS, "appeal reversed"): _("Moderators took another look, and reversed their decision"),
    (Kind.FLAG, "upheld"): _("Moderators agreed with your flag"),
    (Kind.FLAG, "kept"): _("Moderators looked at what you flagged and kept it"),
    (Kind.FLAG, "settled"): _("Moderators looked at what you flagged"),
    (Kind.FLAG, "reopened"): _("What you flagged is looked at again"),
    (Kind.QUEUE, "urgent"): _("Something severe was flagged"),
    (Kind.QUEUE, "appeal"): _("Somebody asks for another look at a decision"),
    (Kind.QUEUE, "proposal"): _("A moderator proposes something that needs a second"),
    (Kind.QUEUE, "waiting"): _("Something waits in the queue"),
}

_SUBJECTS: Mapping[Kind, LazyString] = {
    Kind.ANSWER: _("%(name)s answered: “%(title)s”"),
    Kind.REPLY: _("%(name)s replied to you: “%(title)s”"),
    Kind.ACCEPTED: _("Your answer was accepted: “%(title)s”"),
    Kind.FOLLOWED: _("%(name)s wrote in “%(title)s”"),
    Kind.TICKET: _("%(name)s wrote in your ticket: “%(title)s”"),
}


def happened(kind: Kind, what: str, name: str) -> str:
    """What happened, without saying where, in the reader's language."""
    sort = what.partition(":")[0]
    return str(_HAPPENED.get((kind, sort)) or _HAPPENED[kind, _any(kind)]) % {"name": name}


def subject(kind: Kind, what: str, name: str, title: str) -> str:
    """The same as a letter's subject."""
    if special := _SUBJECTS.get(kind):
        return str(special) % {"name": name, "title": title}
    return f"{happened(kind, what, name)}: “{title}”" if title else happened(kind, what, name)


def counted(kinds: set[Kind], number: int) -> str:
    """How much is new in one place: '3 new answers', or news of several kinds."""
    if kinds == {Kind.ANSWER}:
        return str(ngettext("%(num)s new answer", "%(num)s new answers", number))
    if kinds == {Kind.REPLY}:
        return str(ngettext("%(num)s new reply", "%(num)s new replies", number))
    if kinds == {Kind.TICKET}:
        return str(ngettext("%(num)s new message", "%(num)s new messages", number))
    return str(ngettext("%(num)s new", "%(num)s new", number))


def _any(kind: Kind) -> str:
    """Some sort of this kind, for one that a newer version wrote down."""
    return next(what for of, what in _HAPPENED if of is kind)
