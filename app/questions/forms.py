"""Forms of questions."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from app.core.web.forms import Form
from app.forum.forms import source_field, space_field, tags_field, title_field


class AskForm(Form):
    """One screen. `looked` is sent once matches were on that screen."""

    title = title_field(_("Your question in one line"))
    looked = HiddenField()
    source = source_field(_("What happened"), _("Say in a few lines what happened and what you tried."))
    space_id = space_field()
    tags = tags_field()


class AnswerForm(Form):
    source = source_field(_("Your answer"), _("Write your answer first."))


class ReplyForm(Form):
    source = source_field(_("Your reply"), _("Write your reply first."))
