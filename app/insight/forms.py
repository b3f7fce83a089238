"""Starting a trial."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired

from app.core.web.forms import DayField, Form, posted_id


class NumberField(IntegerField):
    """A whole number, as people type it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        sent = posted_id("".join(valuelist[:1]).strip().removesuffix("%").strip())
        if valuelist and sent is None:
            self.data = None
            raise ValueError(_("A whole number."))
        self.data = sent


class TrialForm(Form):
    """`seen` is how many sessions an arm needs at `rate`, as it stood above the form."""

    rate = HiddenField()
    seen = HiddenField()
    begins_on = DayField(_("First day"), validators=[InputRequired(_("Choose the day on which it begins."))])
    ends_on = DayField(_("Last day"), validators=[InputRequired(_("Choose the day on which it ends."))])
    share = NumberField(
        _("Percentage of sessions"), validators=[InputRequired(_("Say how many sessions take part."))]
    )
