"""Whether a question is with Support.

What Support gets, and what becomes of it, is the desk's, on a floor above: it decides here once the ticket is there, and
hears when that is taken back.
"""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.config import Mode, Settings
from app.core.events import emit
from app.core.parts import part
from app.moderation.acts.act import Details, Facts
from app.moderation.events import TakenFromSupport
from app.moderation.targets import Subject
from app.questions.models import State
from app.questions.policy import go_to_support


def escalate(_actor: Actor, _subject: Subject, details: Details) -> Facts:
    return {"ticket": details.ticket}


def take_from_support(_actor: Actor, facts: Facts) -> None:
    emit(TakenFromSupport(facts["ticket"]))


def unfit(subject: Subject) -> LazyString | None:
    if part(Settings).mode is not Mode.SUPPORT:
        return _("This site has no support desk of its own.")
    if subject.thread is None or not subject.is_opening:
        return _("This is about a whole thread.")
    if subject.thread.state == State.ESCALATED:
        return _("It is with Support already.")
    return go_to_support(subject.thread)
