"""Forms about accounts. The rules are the operations'; signing up asks them all at once, so that all is said at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, EmailField, Field, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.accounts import addresses, names, passwords
from app.accounts.operations.describing import LONGEST_BIO
from app.core.problems import Problem
from app.core.web.forms import AreaField, Form, LineField, line

_PASSWORD_TYPED = Length(max=passwords.LONGEST, message=_("Passwords have at most %(max)d characters."))


@contextmanager
def _said_beside_the_field() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        raise ValidationError(str(problem.message)) from None


class RegisterForm(Form):
    name = StringField(
        _("Name"),
        filters=[line],
        validators=[InputRequired(_("Choose a name."))],
    )
    email = EmailField(
        _("E-mail address"),
        filters=[line],
        validators=[InputRequired(_("Write your e-mail address."))],
    )
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Choose a password.")), _PASSWORD_TYPED],
    )

    def validate_name(self, field: Field) -> None:
        with _said_beside_the_field():
            names.checked(field.data, names.brands(), region=names.country())

    def validate_email(self, field: Field) -> None:
        with _said_beside_the_field():
            addresses.checked(field.data)

    def validate_password(self, field: Field) -> None:
        with _said_beside_the_field():
            passwords.check(field.data, own=(self.name.data, self.email.data))


class SignInForm(Form):
    email = EmailField(
        _("E-mail address"),
        filters=[line],
        validators=[InputRequired(_("Write your e-mail address."))],
    )
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Write your password.")), _PASSWORD_TYPED],
    )


class ResetForm(Form):
    email = EmailField(
        _("E-mail address"),
        filters=[line],
        validators=[InputRequired(_("Write your e-mail address."))],
    )


class NewPasswordForm(Form):
    password = PasswordField(
        _("New password"),
        validators=[InputRequired(_("Choose a password.")), _PASSWORD_TYPED],
    )


class ChangePasswordForm(Form):
    current = PasswordField(
        _("Your password now"),
        validators=[InputRequired(_("Write your password.")), _PASSWORD_TYPED],
    )
    password = PasswordField(
        _("New password"),
        validators=[InputRequired(_("Choose a password.")), _PASSWORD_TYPED],
    )


REGIONS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
"""Where people live: what else the tz database holds are old spellings and offsets."""


def zones() -> list[tuple[str, str]]:
    """The IANA zones one may live in, and UTC."""
    names = sorted(zone for zone in available_timezones() if zone.partition("/")[0] in REGIONS)
    return [(zone, zone.replace("_", " ")) for zone in ("UTC", *names)]


class ProfileForm(Form):
    display_name = LineField(
        _("Display name"), validators=[InputRequired(_("Write what you want to be called."))]
    )
    bio = AreaField(
        _("About you"),
        validators=[
            Optional(),
            Length(max=LONGEST_BIO, message=_("Write at most %(max)d characters about yourself.")),
        ],
    )
    tz = SelectField(_("Time zone"), choices=zones)
    asks_welcome = BooleanField(_("Ask me when a question waits that I could answer"))


class NameForm(Form):
    name = LineField(_("New name"), validators=[InputRequired(_("Choose a name."))])


class MoveForm(Form):
    email = EmailField(
        _("New e-mail address"),
        filters=[line],
        validators=[InputRequired(_("Write your new e-mail address."))],
    )
    current = PasswordField(
        _("Your password now"), validators=[InputRequired(_("Write your password.")), _PASSWORD_TYPED]
    )
