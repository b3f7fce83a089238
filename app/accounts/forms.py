"""Forms about accounts. The rules for what is typed are the operations'."""

from flask_babel import lazy_gettext as _
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.accounts import passwords
from app.core.web.forms import Form, line

_PASSWORD_TYPED = Length(max=passwords.LONGEST, message=_("Passwords have at most %(max)d characters."))


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
