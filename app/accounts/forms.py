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
        render_kw={"autocomplete": "nickname", "autocapitalize": "none", "spellcheck": "false"},
    )
    email = EmailField(
        _("E-mail address"),
        filters=[line],
        validators=[InputRequired(_("Write your e-mail address."))],
        render_kw={"autocomplete": "email", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Choose a password.")), _PASSWORD_TYPED],
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(Form):
    email = EmailField(
        _("E-mail address"),
        filters=[line],
        validators=[InputRequired(_("Write your e-mail address."))],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"),
        validators=[InputRequired(_("Write your password.")), _PASSWORD_TYPED],
        render_kw={"autocomplete": "current-password"},
    )


class ResetForm(Form):
    email = EmailField(
        _("E-mail address"),
        filters=[line],
        validators=[InputRequired(_("Write your e-mail address."))],
        render_kw={"autocomplete": "username", "spellcheck": "false"},
    )


class NewPasswordForm(Form):
    password = PasswordField(
        _("New password"),
        validators=[InputRequired(_("Choose a password.")), _PASSWORD_TYPED],
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(Form):
    current = PasswordField(
        _("Your password now"),
        validators=[InputRequired(_("Write your password.")), _PASSWORD_TYPED],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _("New password"),
        validators=[InputRequired(_("Choose a password.")), _PASSWORD_TYPED],
        render_kw={"autocomplete": "new-password"},
    )
