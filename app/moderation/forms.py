"""Forms of the moderators' look."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from app.accounts.models import LONGEST_BECAUSE
from app.core.web.forms import AreaField, Form, LineField
from app.moderation.models import LONGEST_NOTE
from app.moderation.policy import UNKNOWN_REASON
from app.moderation.words import REASONS, REFUSALS


def one_of(reasons: Iterable[StrEnum]) -> Callable[[Form, RadioField], None]:
    """Refuse what is not on the list, in words."""
    known = {reason.value for reason in reasons}

    def check(_form: Form, field: RadioField) -> None:
        if field.data not in known:
            raise ValidationError(UNKNOWN_REASON)

    return check


class FlagForm(Form):
    reason = RadioField(
        _("What is wrong with it?"),
        choices=[SelectChoice(reason.value, words) for reason, words in REASONS.items()],
        validate_choice=False,
        validators=[one_of(REASONS)],
    )
    note = AreaField(
        _("Anything that helps to see it"),
        validators=[
            Optional(),
            Length(max=LONGEST_NOTE, message=_("At most %(most)s characters.", most=LONGEST_NOTE)),
        ],
    )


class RefuseForm(Form):
    reason = SelectField(
        _("Why it is not shown"),
        choices=[
            SelectChoice("", _("Choose a reason")),
            *(SelectChoice(reason.value, words) for reason, words in REFUSALS.items()),
        ],
        validate_choice=False,
        validators=[one_of(REFUSALS)],
    )


class MergeForm(Form):
    """`other` is the account that goes; `typed` its name once more, to be sure."""

    other = LineField(_("Name of the other account"), validators=[InputRequired(_("Write the other name."))])
    typed = LineField(_("The name that goes, to be sure"))
    because = LineField(
        _("Why"),
        validators=[
            InputRequired(_("Say why: it is kept in the log.")),
            Length(max=LONGEST_BECAUSE, message=_("Say it in at most %(max)d characters.")),
        ],
    )


class AnonymiseForm(Form):
    typed = LineField(_("Their name, to be sure"))
