"""Which notifications come by mail too."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from app.core.web.forms import Form


class MailForm(Form):
    """One box for each `Kind`, named like it."""

    answer = BooleanField(_("Answers to my questions"))
    reply = BooleanField(_("Replies to what I wrote"))
    accepted = BooleanField(_("When my answer is accepted"))
    ticket = BooleanField(_("Messages in my tickets"))
