"""Forms of questions."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField
from wtforms.validators import DataRequired, Length

from app.core.web.forms import AreaField, Form, LineField, posted_id
from app.forum.checking import CheckedForm
from app.forum.forms import source_field, space_field, tags_field, title_field
from app.forum.queries import Guess
from app.questions.models import LONGEST_DIFFERENCE
from app.questions.policy import NO_SUCH_QUESTION, SAY_HOW


class AskForm(CheckedForm):
    """One screen. `looked` is sent once matches were on that screen; `guessed_*` hold what was filled in unasked."""

    title = title_field(_("Your question in one line"))
    looked = HiddenField()
    source = source_field(_("What happened"), _("Say in a few lines what happened and what you tried."))
    space_id = space_field()
    tags = tags_field()
    guessed_space = HiddenField()
    guessed_tags = HiddenField()

    def fill_in(self, guess: Guess) -> None:
        """Put the guess where the person put nothing: what is empty, or still as it was guessed before.

        Where there is nothing to guess, what stands stays: they may have seen it and agreed.
        """
        if guess.space_id and self.space_id.data == posted_id(self.guessed_space.data):
            self.space_id.data = guess.space_id
            self.guessed_space.data = str(guess.space_id)
        if guess.tags and self.tags.data == (self.guessed_tags.data or ""):
            self.tags.data = self.guessed_tags.data = ", ".join(guess.tags)


class AnswerForm(CheckedForm):
    source = source_field(_("Your answer"), _("Write your answer first."))


class ReplyForm(CheckedForm):
    source = source_field(_("Your reply"), _("Write your reply first."))


class DuplicateForm(Form):
    """Which question was asked before: its address as people paste it, or its number."""

    of = LineField(
        _("Its address or number"),
        validators=[DataRequired(NO_SUCH_QUESTION), Length(max=300, message=NO_SUCH_QUESTION)],
    )


class DiffersForm(Form):
    differs = AreaField(
        _("Mine differs because"),
        validators=[
            DataRequired(SAY_HOW),
            Length(
                max=LONGEST_DIFFERENCE,
                message=_("At most %(most)s characters here.", most=LONGEST_DIFFERENCE),
            ),
        ],
    )
