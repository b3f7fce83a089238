"""The form every room's forms derive from."""

import secrets
from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, StringField, TextAreaField

from app.core.problems import Problem, TooSoon
from app.core.text import clean_line, clean_text

TOKEN_LENGTHS = range(16, 65)
LONGEST_ID = 10


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form with a token of its own, so that sending it twice is sending it once."""

    form_token = HiddenField()

    def process(self, *arguments: Any, **keywords: Any) -> None:
        super().process(*arguments, **keywords)
        if not self.form_token.data:
            self.form_token.data = secrets.token_urlsafe(18)

    @property
    def token(self) -> str:
        """What `once.replayed` is asked with; anything that is not a token of ours counts as a fresh one."""
        sent = str(self.form_token.data)
        return sent if len(sent) in TOKEN_LENGTHS and sent.isascii() else secrets.token_urlsafe(18)

    retry_after: int | None = None
    """Seconds until what was refused as too soon is welcome again."""

    def refuse(self, problem: Problem) -> None:
        """Put what an operation refused beside the field it names, else above the form."""
        if isinstance(problem, TooSoon):
            self.retry_after = problem.retry_after
        field = self._fields.get(problem.field or "")
        if isinstance(field, Field):
            field.errors = [*field.errors, problem.message]
        else:
            self.form_errors.append(problem.message)


def answered(page: str, *forms: Form | None) -> ResponseReturnValue:
    """A page with forms on it: 422 when one has something wrong, 429 when it came too soon, else 200."""
    for form in forms:
        if form and form.retry_after:
            return page, 429, {"Retry-After": str(form.retry_after)}
    return page, 422 if any(form and form.errors for form in forms) else 200


class LineField(StringField):
    """One line of text, cleaned; `data` is never None."""

    data: str

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **{**keywords, "filters": [line]})


class AreaField(TextAreaField):
    """Some lines of text, cleaned; `data` is never None."""

    data: str

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **{**keywords, "filters": [text]})


class DayField(DateField):
    """A day as browsers send it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the day like 2026-12-03.")) from None


def posted_id(sent: object) -> int | None:
    """A number somebody sent, when it can be an id of ours."""
    digits = str(sent or "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < LONGEST_ID else None


def line(value: str | None) -> str:
    """Filter for one-line fields: NFC, no control or direction characters, single spaces."""
    return clean_line(value or "")


def text(value: str | None) -> str:
    """Filter for text areas: NFC, plain newlines, no control characters; empty when there is nothing to see."""
    cleaned = clean_text(value or "")
    return cleaned if clean_line(cleaned) else ""
