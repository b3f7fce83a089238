"""Forms of questions."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, ValidationError

from app.core.web.forms import Form, posted_id
from app.forum.checking import CheckedForm
from app.forum.forms import source_field, tags_field, title_field
from app.forum.policy import NO_SUCH_SPACE


def check_space(_form: Form, field: RadioField) -> None:
    """Refuse what is not on the list, in words."""
    if not any(field.data == choice[0] for choice in field.iter_choices()):
        raise ValidationError(NO_SUCH_SPACE)


class AskForm(CheckedForm):
    """One screen. `looked` is sent once matches were on that screen."""

    title = title_field(_("Your question in one line"))
    looked = HiddenField()
    source = source_field(_("What happened"), _("Say in a few lines what happened and what you tried."))
    space_id = RadioField(_("Topic"), coerce=posted_id, validate_choice=False, validators=[check_space])
    tags = tags_field()


class AnswerForm(CheckedForm):
    source = source_field(_("Your answer"), _("Write your answer first."))


class ReplyForm(CheckedForm):
    source = source_field(_("Your reply"), _("Write your reply first."))
