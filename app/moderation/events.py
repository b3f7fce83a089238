"""What happens when people flag and moderators decide."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, slots=True)
class Flagged(Event):
    """Somebody says that something is wrong; `urgent` when it is severe."""

    flag_id: int
    review_id: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class Reported(Event):
    """Somebody without an account says that something is wrong; `urgent` when it is severe."""

    report_id: int
    review_id: int
    urgent: bool


@dataclass(frozen=True, slots=True)
class DecisionMade(Event):
    """Something was done about a target, by a moderator or a rule."""

    decision_id: int


@dataclass(frozen=True, slots=True)
class Proposed(Event):
    """A moderator would decide something that needs a second."""

    proposal_id: int


@dataclass(frozen=True, slots=True)
class Appealed(Event):
    """Somebody asks for another look at a decision."""

    appeal_id: int
    decision_id: int


@dataclass(frozen=True, slots=True)
class AppealDecided(Event):
    """A moderator took another look at a decision, and let it stand or reversed it."""

    appeal_id: int
    decision_id: int


@dataclass(frozen=True, slots=True)
class DecisionTakenBack(Event):
    """A decision counts no more: its moderator undid it, or with `reversed` an appeal did."""

    decision_id: int
    reversed: bool


@dataclass(frozen=True, slots=True)
class TakenFromSupport(Event):
    """That moderators sent a question to Support, as this ticket, counts no more."""

    ticket_id: int


@dataclass(frozen=True, slots=True)
class PostWatched(Event):
    """A post holds a watched word that is flagged or held, and did not before."""

    post_id: int
    word_id: int
