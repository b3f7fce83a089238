"""Forms of the trunk, and the fields that every kind's forms share."""

import re
from typing import ClassVar

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField, ValidationError
from wtforms.validators import DataRequired, Length, Optional

from app.core.text import CHARACTERS, refusal
from app.core.web.forms import AreaField, Form, LineField, posted_id
from app.forum.checking import CheckedForm
from app.forum.masking import public
from app.forum.models import (
    LONGEST_DESCRIPTION,
    LONGEST_REASON,
    LONGEST_SPACE,
    LONGEST_TAG,
    LONGEST_TITLE,
    MOST_TAGS,
)
from app.forum.policy import NO_SUCH_SPACE, SAY_WHY

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


def check_space(_form: Form, field: RadioField) -> None:
    """Refuse what is not on the list, in words."""
    if not any(field.data == choice[0] for choice in field.iter_choices()):
        raise ValidationError(NO_SUCH_SPACE)


def check_one_tag(_form: Form, field: LineField) -> None:
    """Refuse what is not one name of a tag."""
    names = tag_names(field.data)
    if len(names) != 1 or names[0] != field.data.lower():
        raise ValidationError(_("One tag: letters, digits and hyphens, without spaces."))


def check_place(_form: Form, field: LineField) -> None:
    """Refuse what is no place in a list."""
    if not posted_id(field.data):
        raise ValidationError(_("Write its place as a number: 1 is the first."))


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


def space_field() -> RadioField:
    """A topic; its choices come from the route."""
    return RadioField(_("Topic"), coerce=posted_id, validate_choice=False, validators=[check_space])


def _short_enough(most: int) -> Length:
    return Length(max=most, message=_("At most %(most)s characters.", most=most))


def tags_field() -> LineField:
    """Tags, typed between commas."""
    return LineField(_("Tags"), validators=[Optional(), Length(max=200), check_tags])


def reason_field(label: str, missing: str | None = None) -> LineField:
    """Why something is done, in one line; with `missing` it has to be there."""
    return LineField(
        label,
        validators=[
            DataRequired(missing) if missing else Optional(),
            Length(
                max=LONGEST_REASON,
                message=_("At most %(most)s characters in this line.", most=LONGEST_REASON),
            ),
        ],
    )


class EditForm(CheckedForm):
    """Editing a post that is not an opening post."""

    version = HiddenField()
    source = source_field(_("Your text"), _("Write something, or leave it as it was."))
    reason = reason_field(_("Why you changed it"))


class EditThreadForm(EditForm):
    """Editing an opening post, with its title, topic and tags."""

    title = title_field(_("Title"))
    space_id = space_field()
    tags = tags_field()


class ProposeForm(EditForm):
    """Suggesting to change what somebody else wrote."""

    source = source_field(_("The text"), _("Write something, or leave it as it was."))
    reason = reason_field(_("Why it should change"), SAY_WHY)


class ProposeThreadForm(ProposeForm, EditThreadForm):
    """The same for an opening post."""


class ReviewForm(Form):
    """Deciding on a suggested change."""

    word = reason_field(_("A word to whoever suggested it"))


class TagForm(Form):
    """What a tag is for; `seen` is what was said of it when the form was made."""

    seen = HiddenField()
    description = LineField(
        _("What this tag is for"), validators=[Optional(), _short_enough(LONGEST_DESCRIPTION)]
    )


class AliasForm(Form):
    alias = LineField(
        _("Another name for it"),
        validators=[DataRequired(_("Write the other name.")), check_one_tag, _short_enough(LONGEST_TAG)],
    )


class MergeTagForm(Form):
    into = LineField(
        _("The tag that stays"),
        validators=[DataRequired(_("Write the tag that stays.")), check_one_tag, _short_enough(LONGEST_TAG)],
    )


class SpaceForm(Form):
    name = LineField(
        _("Name"), validators=[DataRequired(_("A topic needs a name.")), _short_enough(LONGEST_SPACE)]
    )
    description = LineField(
        _("What belongs here"), validators=[Optional(), _short_enough(LONGEST_DESCRIPTION)]
    )


class EditSpaceForm(SpaceForm):
    place = LineField(_("Place in the list"), validators=[check_place])


class MergeSpaceForm(Form):
    """`into` gets its choices from the route: every other topic."""

    into = SelectField(
        _("The topic that stays"), coerce=posted_id, validate_choice=False, validators=[check_space]
    )
