"""Which notifications come by mail, how soon, and at what hours."""

from collections.abc import Iterable
from typing import Any, cast

from flask_babel import lazy_gettext as _
from wtforms import SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.core.web.forms import Form
from app.notifications.models import Cadence, Kind
from app.notifications.timing import Hours
from app.notifications.words import CADENCES, LABELS, WEEKDAYS

HOURS = [SelectChoice(str(hour), f"{hour:02}:00") for hour in range(24)]
DAYS = [SelectChoice(str(number), word) for number, word in enumerate(WEEKDAYS)]
PACES = [SelectChoice(cadence.value, word) for cadence, word in CADENCES.items()]
QUIET = _("This hour is one of your quiet hours. Choose another, or shorten them.")


def _pace(kind: Kind) -> SelectField:
    return SelectField(LABELS[kind], choices=PACES)


class MailForm(Form):
    """One pace for each `Kind`, named like it, and the hours; what is not sent stays as it was."""

    answer = _pace(Kind.ANSWER)
    reply = _pace(Kind.REPLY)
    mention = _pace(Kind.MENTION)
    accepted = _pace(Kind.ACCEPTED)
    followed = _pace(Kind.FOLLOWED)
    asked = _pace(Kind.ASKED)
    yours = _pace(Kind.YOURS)
    support = _pace(Kind.SUPPORT)
    outcome = _pace(Kind.OUTCOME)
    standing = _pace(Kind.STANDING)
    ticket = _pace(Kind.TICKET)
    flag = _pace(Kind.FLAG)
    queue = _pace(Kind.QUEUE)
    digest_hour = SelectField(_("Digests come at"), coerce=int, choices=HOURS)
    digest_weekday = SelectField(_("The weekly one on"), coerce=int, choices=DAYS)
    quiet_from = SelectField(_("No letters from"), coerce=int, choices=HOURS)
    quiet_until = SelectField(_("Until"), coerce=int, choices=HOURS)

    def validate_digest_hour(self, field: SelectField) -> None:
        """A digest in the quiet hours would break one of the two promises."""
        if self.hours.quiet_at(field.data):
            raise ValidationError(QUIET)

    @property
    def hours(self) -> Hours:
        return Hours(
            self.digest_hour.data, self.digest_weekday.data, self.quiet_from.data, self.quiet_until.data
        )

    def keep(self, kinds: Iterable[Kind]) -> None:
        """Leave only these kinds."""
        for kind in set(Kind) - set(kinds):
            del self[kind]

    def choices(self, kinds: Iterable[Kind]) -> dict[Kind, Cadence]:
        return {kind: Cadence(cast(Any, self[kind]).data) for kind in kinds}
