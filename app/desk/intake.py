"""Safe intake: card numbers and security codes are refused, and never come as far as a row, a draft or a page."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from app.core.problems import Problem
from app.core.web.forms import AreaField, LineField
from app.forum.masking import without_cards

REFUSED = _(
    "There was a card number or its security code in this. Support never needs it, so we have hidden it and kept it nowhere. "
    "Read your text once more, then send it."
)


def refuse_cards(**texts: str | None) -> None:
    """Raise Problem, beside its field, for a text with a card number or security code in it."""
    for field, text in texts.items():
        if text and without_cards(text) != text:
            raise Problem(REFUSED, field=field)


class _WithoutCards(StringField):
    """What is typed into the field loses its card numbers before anything else sees it; validating says so."""

    refused = False

    def process(self, *arguments: Any, **keywords: Any) -> None:
        super().process(*arguments, **keywords)
        typed = self.data or ""
        self.data = without_cards(typed)
        self.refused = self.data != typed

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if self.refused:
            raise StopValidation(REFUSED)


class SafeLine(_WithoutCards, LineField):
    """One line that holds no card number."""


class SafeArea(_WithoutCards, AreaField):
    """Some lines that hold no card number."""
