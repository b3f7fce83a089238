"""What the town's moderators decide, who asks for another look, and who reports something without an account."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

from app.accounts.actor import ANONYMOUS, Actor
from app.cli.demo import Deed, Report, Town
from app.cli.seeding.register import Moment, Register, token
from app.core.clock import now
from app.core.db import db
from app.moderation import operations as moderation
from app.moderation.acts import Details, Verb
from app.moderation.models import Review
from app.moderation.operations import Seen
from app.moderation.targets import Target, TargetKind
from app.moderation.words import Reason

DECISIONS: Mapping[str, Verb] = {
    "keep": Verb.KEEP,
    "hide": Verb.HIDE,
    "remove": Verb.REMOVE,
    "lock": Verb.LOCK,
    "archive": Verb.ARCHIVE,
    "warn": Verb.WARN,
    "suspend": Verb.SUSPEND,
}
ANSWERS = {"reverse": True, "let-stand": False}
MODERATION = frozenset({*DECISIONS, *ANSWERS, "appeal"})
VISITOR = "192.0.2.77"


class Moderating:
    """Decides as the files tell. What was decided and appealed is known by what it is about."""

    def __init__(self, town: Town, register: Register) -> None:
        self._town = town
        self._register = register
        self._decided: dict[str, str] = {}
        self._appealed: dict[str, int] = {}

    def moments(self) -> Iterator[Moment]:
        for deed in self._town.deeds:
            if deed.do in MODERATION:
                yield Moment(self._register.ago(deed.hours_ago), partial(self._do, deed))
        for report in self._town.reports:
            yield Moment(self._register.ago(report.hours_ago), partial(self._report, report))

    def _do(self, deed: Deed) -> None:
        actor = self._register.actor(deed.by)
        sent_with = token(f"{deed.do} {deed.to} {deed.hours_ago}")
        if deed.do in DECISIONS:
            self._decide(actor, deed, sent_with)
        elif deed.do == "appeal":
            ref = self._decided[deed.to]
            self._appealed[deed.to] = moderation.appeal(actor, ref=ref, source=deed.because, token=sent_with)
        else:
            moderation.decide_appeal(
                actor,
                appeal_id=self._appealed[deed.to],
                reverse=ANSWERS[deed.do],
                answer=deed.because,
                token=sent_with,
            )

    def _decide(self, actor: Actor, deed: Deed, sent_with: str) -> None:
        review_id = moderation.open_review(actor, target=self._target(deed.to))
        until = (now() + timedelta(days=deed.days)).date() if deed.days else None
        reason = Reason(deed.of) if deed.of else None
        ref = moderation.decide(
            actor,
            review_id=review_id,
            verb=DECISIONS[deed.do],
            details=Details(reason=reason, said=deed.because, until=until),
            seen=Seen(db.session.get_one(Review, review_id).version),
            token=sent_with,
        )
        if ref is not None:
            self._decided[deed.to] = ref

    def _report(self, report: Report) -> None:
        moderation.report(
            ANONYMOUS,
            target=self._target(report.about),
            reason=Reason(report.reason),
            source=report.body,
            name=report.name,
            email=report.email,
            good_faith=True,
            token=token(f"report {report.about}"),
            connects_from=VISITOR,
        )

    def _target(self, key: str) -> Target:
        if key in self._register.people:
            return Target(TargetKind.PERSON, self._register.people[key])
        return Target(TargetKind.POST, self._register.posts[key])
