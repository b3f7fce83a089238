"""Forms of the trunk, and the fields that every kind's forms share."""

import re
from typing import ClassVar

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from app.core.text import CHARACTERS, refusal
from app.core.web.forms import AreaField, Form, LineField
from app.forum.checking import CheckedForm
from app.forum.masking import public
from app.forum.models import LONGEST_TAG, LONGEST_TITLE, MOST_TAGS

SHORTEST_TITLE = 8

_BETWEEN_TAGS = re.compile(r"[,;#\s]+")
_NOT_IN_TAG = re.compile(r"[^\w-]|_")


def tag_names(typed: str) -> list[str]:
    """Tags from what a person typed between commas or spaces: lower case, letters, digits, hyphens, each once."""
    cleaned = (_NOT_IN_TAG.sub("", word.lower()).strip("-") for word in _BETWEEN_TAGS.split(typed))
    return list(dict.fromkeys(word for word in cleaned if word))


def check_tags(_form: Form, field: LineField) -> None:
    """Refuse too many tags and too long ones."""
    names = tag_names(field.data)
    if len(names) > MOST_TAGS:
        raise ValidationError(_("At most %(most)s tags.", most=MOST_TAGS))
    if any(len(name) > LONGEST_TAG for name in names):
        raise ValidationError(_("A tag has at most %(most)s letters.", most=LONGEST_TAG))
    if any(public(name) != name for name in names):
        raise ValidationError(_("A tag says what it is about: leave numbers and addresses of people out."))


class Fit:
    """Refuse text that the pipeline would refuse, in its words; counters know its limit."""

    field_flags: ClassVar = {"maxlength": CHARACTERS}

    def __call__(self, _form: Form, field: AreaField) -> None:
        if reason := refusal(field.data):
            raise ValidationError(reason)


def title_field(label: str) -> LineField:
    """A thread's title."""
    return LineField(
        label,
        validators=[
            DataRequired(_("Write your question in one line.")),
            Length(min=SHORTEST_TITLE, message=_("A few more words, so that others can find it.")),
            Length(
                max=LONGEST_TITLE, message=_("At most %(most)s characters in this line.", most=LONGEST_TITLE)
            ),
        ],
    )


def source_field(label: str, missing: str) -> AreaField:
    """Markdown, as the text pipeline takes it."""
    return AreaField(label, validators=[DataRequired(missing), Fit()])


def tags_field() -> LineField:
    """Tags, typed between commas."""
    return LineField(_("Tags"), validators=[Optional(), Length(max=200), check_tags])


class EditForm(CheckedForm):
    """Editing a post that is not an opening post."""

    version = HiddenField()
    source = source_field(_("Your text"), _("Write something, or leave it as it was."))


class EditThreadForm(EditForm):
    """Editing an opening post, with its title and tags."""

    title = title_field(_("Title"))
    tags = tags_field()
