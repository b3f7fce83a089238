"""Forms about channels."""

from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, Optional

from app.contact.models import LONGEST_MARKETPLACE, LONGEST_PLACE, LONGEST_VALUE, Kind
from app.contact.words import KINDS
from app.core.web.forms import Form, LineField


class CheckForm(Form):
    pasted = LineField(
        _("The number, address, name or link you were given"),
        validators=[
            DataRequired(_("Paste what you were given.")),
            Length(
                max=LONGEST_VALUE, message=_("At most %(max)d characters: only the number, address or link.")
            ),
        ],
    )


class ChannelForm(Form):
    kind = SelectField(
        _("What it is"), choices=[SelectChoice(kind.value, word) for kind, word in KINDS.items()]
    )
    value = LineField(
        _("The address, number or name"),
        validators=[
            DataRequired(_("Write the address, number or name.")),
            Length(max=LONGEST_VALUE, message=_("At most %(max)d characters in this line.")),
        ],
    )
    place = LineField(
        _("What it is for, or where"),
        validators=[
            Optional(),
            Length(max=LONGEST_PLACE, message=_("At most %(max)d characters in this line.")),
        ],
    )
    marketplace = LineField(
        _("Marketplace"),
        validators=[
            DataRequired(_("Write the marketplace's name.")),
            Length(max=LONGEST_MARKETPLACE, message=_("At most %(max)d characters in this line.")),
        ],
    )

    @property
    def chosen(self) -> Kind:
        return Kind(self.kind.data)
