"""What people read about channels."""

from flask_babel import lazy_gettext as _

from app.contact.models import Kind

KINDS = {
    Kind.PAGE: _("Help page"),
    Kind.MAIL: _("E-mail"),
    Kind.PHONE: _("Telephone"),
    Kind.APP: _("App"),
    Kind.HANDLE: _("Account elsewhere"),
}
