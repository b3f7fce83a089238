"""Suspending somebody."""

from flask_babel import lazy_gettext as _
from wtforms.validators import InputRequired, Length

from app.accounts.models import LONGEST_BECAUSE
from app.core.web.forms import DayField, Form, LineField


class SuspendForm(Form):
    until = DayField(_("Until the day"), validators=[InputRequired(_("Choose the day on which it ends."))])
    because = LineField(
        _("Why"),
        validators=[
            InputRequired(_("Say why: they read it.")),
            Length(max=LONGEST_BECAUSE, message=_("Say it in at most %(max)d characters.")),
        ],
    )
