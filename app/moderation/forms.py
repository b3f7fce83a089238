"""Forms of flagging and deciding."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    EmailField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import AnyOf, InputRequired, Length, Optional

from app.accounts.addresses import NO_ADDRESS, canonical
from app.accounts.models import LONGEST_BECAUSE
from app.core.web.forms import AreaField, DayField, Form, LineField, line
from app.forum.forms import tags_field
from app.forum.models import LONGEST_IMPORTED_TITLE
from app.forum.queries import spaces
from app.moderation.models import (
    LONGEST_APPEAL,
    LONGEST_NOTE,
    LONGEST_OUTSIDE,
    LONGEST_PASSAGE,
    LONGEST_REPORT,
    LONGEST_REPORTER,
    LONGEST_SAID,
    LONGEST_VIEW_NAME,
)
from app.moderation.operations.reporting import IN_GOOD_FAITH, SAY_WHAT
from app.moderation.policy import UNKNOWN_REASON
from app.moderation.words import FINDINGS, PERSON_REASONS, POST_REASONS, REPORT_REASONS, Reason

LONGEST_ADDRESS = 500


def _one_of(reasons: Iterable[Reason]) -> Callable[[Form, RadioField], None]:
    """Refuse what is not on the list, in words."""
    known = {reason.value for reason in reasons}

    def check(_form: Form, field: RadioField) -> None:
        if field.data not in known:
            raise ValidationError(UNKNOWN_REASON)

    return check


def _at_most(number: int) -> Length:
    return Length(max=number, message=_("At most %(most)s characters.", most=number))


def _choices(words: Mapping[Reason, LazyString]) -> list[SelectChoice]:
    return [SelectChoice(reason.value, said) for reason, said in words.items()]


class FlagForm(Form):
    """For a post or a thread."""

    reason = RadioField(
        _("What is wrong with it?"),
        choices=_choices(POST_REASONS),
        validate_choice=False,
        validators=[_one_of(POST_REASONS)],
    )
    passage = LineField(
        _("Which words or which link, when it is only a part"),
        validators=[Optional(), _at_most(LONGEST_PASSAGE)],
    )
    note = AreaField(_("Anything that helps to see it"), validators=[Optional(), _at_most(LONGEST_NOTE)])


class FlagPersonForm(Form):
    """For a person."""

    reason = RadioField(
        _("What is wrong?"),
        choices=_choices(PERSON_REASONS),
        validate_choice=False,
        validators=[_one_of(PERSON_REASONS)],
    )
    note = AreaField(_("Anything that helps to see it"), validators=[Optional(), _at_most(LONGEST_NOTE)])


class ReportForm(Form):
    """For anybody, about anything. Regulation (EU) 2022/2065, article 16(2), names what such a form asks."""

    about = LineField(
        _("Address of what it is about"),
        validators=[
            InputRequired(_("Paste the address of what it is about.")),
            _at_most(LONGEST_ADDRESS),
        ],
    )
    reason = RadioField(
        _("What is wrong?"),
        choices=_choices(REPORT_REASONS),
        validate_choice=False,
        validators=[_one_of(REPORT_REASONS)],
    )
    source = AreaField(
        _("What exactly is wrong, and why"), validators=[InputRequired(SAY_WHAT), _at_most(LONGEST_REPORT)]
    )
    name = LineField(_("Your name"), validators=[Optional(), _at_most(LONGEST_REPORTER)])
    email = EmailField(
        _("Your e-mail address"),
        filters=[line],
        validators=[InputRequired(_("Write your e-mail address."))],
    )
    good_faith = BooleanField(
        _("As far as I know, what I say here is true and complete."),
        validators=[InputRequired(IN_GOOD_FAITH)],
    )

    def validate_email(self, field: EmailField) -> None:
        if canonical(field.data or "") is None:
            raise ValidationError(NO_ADDRESS)


class DecideForm(Form):
    """Everything a decision may need; what it does need its act says."""

    reason = SelectField(
        _("What is wrong with it"),
        choices=[SelectChoice("", _("Choose a reason")), *_choices(FINDINGS)],
        validate_choice=False,
        validators=[Optional(), _one_of(FINDINGS)],
    )
    said = AreaField(
        _("Anything else for its author to read"), validators=[Optional(), _at_most(LONGEST_SAID)]
    )
    title = LineField(_("Title"), validators=[Optional(), _at_most(LONGEST_IMPORTED_TITLE)])
    source = AreaField(_("Its words"), validators=[Optional()])
    until = DayField(_("Until"), validators=[Optional()])
    space_id = SelectField(_("Topic"), coerce=str, validate_choice=False, validators=[Optional()])
    tags = tags_field()
    of = LineField(_("Address or number of the other thread"), validators=[Optional(), _at_most(200)])
    photos = SelectMultipleField(
        _("Photos to take away"), coerce=str, validate_choice=False, validators=[Optional()]
    )
    seen = StringField()

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        topics = [SelectChoice(str(space.id), space.name) for space in spaces()]
        self.space_id.choices = [SelectChoice("", _("Choose a topic")), *topics]


class NoteForm(Form):
    note = AreaField(_("A note for other moderators"), validators=[_at_most(LONGEST_NOTE)])


class ViewForm(Form):
    name = LineField(_("Name"), validators=[_at_most(LONGEST_VIEW_NAME)])


class ShiftForm(Form):
    note = AreaField(
        _("What the next moderator should know"), validators=[Optional(), _at_most(LONGEST_NOTE)]
    )


class SecondForm(Form):
    """Agreeing with another moderator, or declining."""

    why = AreaField(_("Why not, when you decline"), validators=[Optional(), _at_most(LONGEST_SAID)])


class OutsideForm(SecondForm):
    """The same by somebody who was invited."""

    name = LineField(_("Your name"), validators=[_at_most(LONGEST_OUTSIDE)])


class AppealForm(Form):
    source = AreaField(_("Why it is wrong"), validators=[_at_most(LONGEST_APPEAL)])
    files = MultipleFileField(_("Files that show it"), validators=[Optional()])


class DecideAppealForm(Form):
    outcome = RadioField(
        _("What comes of it"),
        choices=[
            SelectChoice("stand", _("The decision stands")),
            SelectChoice("reverse", _("It is reversed, and everything comes back")),
        ],
        validate_choice=False,
        validators=[AnyOf({"stand", "reverse"}, message=_("Choose one of them."))],
    )
    answer = AreaField(_("Why, for them to read"), validators=[_at_most(LONGEST_SAID)])


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
