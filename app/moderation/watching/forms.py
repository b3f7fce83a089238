"""The form of a watched word."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional

from app.core.web.forms import AreaField, Form, LineField
from app.moderation.rules import RULES
from app.moderation.watching.models import LONGEST_NOTE, LONGEST_PATTERN, Action, Kind
from app.moderation.watching.words import ACTIONS, KINDS

_CHOOSE = _("Choose one of these.")


class WordForm(Form):
    """`seal` comes of trying exactly what is in the other fields."""

    kind = RadioField(
        _("What it is"),
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        default=Kind.WORDS.value,
        validators=[DataRequired(_CHOOSE)],
    )
    pattern = LineField(
        _("What to look for"),
        validators=[
            DataRequired(_("Write what to look for.")),
            Length(max=LONGEST_PATTERN, message=_("At most %(max)d characters.")),
        ],
    )
    action = RadioField(
        _("What happens where it is met"),
        choices=[SelectChoice(action.value, words) for action, words in ACTIONS.items()],
        default=Action.FLAG.value,
        validators=[DataRequired(_CHOOSE)],
    )
    rule = SelectField(
        _("The rule it stands on"),
        coerce=int,
        choices=[SelectChoice(rule.number, rule.title) for rule in RULES],
    )
    note = AreaField(
        _("A note to staff"),
        validators=[
            Optional(),
            Length(max=LONGEST_NOTE, message=_("At most %(max)d characters.")),
        ],
    )
    seal = HiddenField()

    @property
    def chosen(self) -> tuple[Kind, str, Action]:
        return Kind(self.kind.data), self.pattern.data, Action(self.action.data)
