"""Forms of the desk."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional

from app.core.web.forms import Form, LineField
from app.desk.intake import SafeArea, SafeLine
from app.desk.models import (
    LONGEST_ORDER_NUMBER,
    LONGEST_OUTCOME_NOTE,
    LONGEST_SUBJECT,
    LONGEST_TRIED,
    Outcome,
    Status,
)
from app.desk.words import STATUS_FOR_AGENTS, TOPICS
from app.forum.forms import Fit
from app.moderation.models import LONGEST_SAID


def safe_source_field(label: str, missing: str) -> SafeArea:
    """Markdown, as the text pipeline takes it, without card numbers."""
    return SafeArea(label, validators=[DataRequired(missing), Fit()])


TOPIC_CHOICES = [
    SelectChoice("", _("Choose a topic")),
    *(SelectChoice(topic.value, words.label) for topic, words in TOPICS.items()),
]


class HelpForm(Form):
    """One line first, then the rest.

    `looked` is sent once matches were on the screen; `thread` is the question this grew from.
    """

    subject = SafeLine(
        _("What is the problem, in one line?"),
        validators=[
            DataRequired(_("Write the problem in one line.")),
            Length(max=LONGEST_SUBJECT, message=_("At most %(max)d characters in this line.")),
        ],
    )
    looked = HiddenField()
    thread = HiddenField()
    topic = SelectField(
        _("What is it about?"),
        choices=TOPIC_CHOICES,
        validators=[DataRequired(_("Choose what it is about."))],
    )
    order_number = SafeLine(
        _("Order number"),
        validators=[
            Optional(),
            Length(max=LONGEST_ORDER_NUMBER, message=_("An order number has at most %(max)d characters.")),
        ],
    )
    source = safe_source_field(_("What happened"), _("Say in a few lines what happened."))
    tried = SafeArea(
        _("What you have tried"),
        validators=[Optional(), Length(max=LONGEST_TRIED, message=_("At most %(max)d characters here."))],
    )


class EscalateForm(Form):
    """`seen` is the digest of the packet that stood under the form; `said` is for moderators, of others' questions."""

    seen = HiddenField()
    topic = SelectField(
        _("What is it about?"),
        choices=TOPIC_CHOICES,
        validators=[DataRequired(_("Choose what it is about."))],
    )
    order_number = SafeLine(
        _("Order number"),
        validators=[
            Optional(),
            Length(max=LONGEST_ORDER_NUMBER, message=_("An order number has at most %(max)d characters.")),
        ],
    )
    note = SafeArea(
        _("For Support alone"),
        validators=[Optional(), Length(max=LONGEST_TRIED, message=_("At most %(max)d characters here."))],
    )
    said = SafeArea(
        _("Tell the person who asked why"),
        validators=[
            DataRequired(_("Say why: the person who asked reads it.")),
            Length(max=LONGEST_SAID, message=_("At most %(max)d characters here.")),
        ],
    )


class PublishForm(Form):
    """`seen` is the digest of what the text was shown to become."""

    seen = HiddenField()
    source = safe_source_field(_("Answer for everybody"), _("Write the answer first."))


class OutcomeForm(Form):
    outcome = RadioField(
        _("How did it go?"),
        choices=[
            SelectChoice(Outcome.SOLVED.value, _("It is solved")),
            SelectChoice(Outcome.PARTLY.value, _("It is solved in part")),
            SelectChoice(Outcome.REFUSED.value, _("They said no")),
            SelectChoice(Outcome.SILENCE.value, _("Nobody has answered")),
        ],
        validators=[DataRequired(_("Choose how it went."))],
        validate_choice=False,
    )
    note = LineField(
        _("In a sentence, for others"),
        validators=[
            Optional(),
            Length(max=LONGEST_OUTCOME_NOTE, message=_("At most %(max)d characters in this line.")),
        ],
    )

    def validate_outcome(self, field: RadioField) -> None:
        if field.data not in list(Outcome):
            raise ValidationError(_("Choose how it went."))


class ReplyForm(Form):
    source = safe_source_field(_("Your message"), _("Write your message first."))


class NoteForm(Form):
    """A field of another name than a reply's, so that one can never be sent as the other."""

    note = safe_source_field(_("Internal note"), _("Write the note first."))


class StatusForm(Form):
    version = HiddenField()
    status = SelectField(
        _("Status"),
        choices=[
            SelectChoice(status.value, word)
            for status, word in STATUS_FOR_AGENTS.items()
            if status is not Status.NEW
        ],
    )
