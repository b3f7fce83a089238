"""What every form has: a token of its own, clean text, and a place for refusals."""

from types import SimpleNamespace

import pytest
from flask import Flask
from wtforms.validators import DataRequired

from app.core.problems import Problem
from app.core.web.forms import TOKEN_LENGTHS, AreaField, Form, LineField

PATH = "/anywhere"


class Letter(Form):
    title = LineField("Title", validators=[DataRequired("Write a title.")])
    source = AreaField("Text")


@pytest.fixture
def sent(app: Flask) -> SimpleNamespace:
    """Build the form from what a browser sends."""

    def build(**fields: str) -> Letter:
        with app.test_request_context(PATH, method="POST", data=fields):
            form = Letter()
            form.validate()
            return form

    return SimpleNamespace(form=build)


def test_a_fresh_form_has_a_token_nobody_else_has(app: Flask) -> None:
    with app.test_request_context(PATH):
        tokens = {Letter().token for _form in range(50)}
        assert len(tokens) == 50
        assert all(len(token) in TOKEN_LENGTHS for token in tokens)
        form = Letter()
        assert form.token == form.form_token.data


def test_the_token_comes_back_as_it_was(sent: SimpleNamespace) -> None:
    assert sent.form(form_token="t" * 24).token == "t" * 24
    refused = sent.form(form_token="t" * 24, title="")
    assert refused.errors
    assert refused.token == "t" * 24


@pytest.mark.parametrize("token", ["", "short", "x" * 65, "x" * 100_000, "é" * 20])
def test_what_is_no_token_of_ours_counts_as_a_fresh_one(sent: SimpleNamespace, token: str) -> None:
    first, second = sent.form(form_token=token).token, sent.form(form_token=token).token
    assert first != second
    assert token not in {first, second}


def test_text_is_clean_before_anything_looks_at_it(sent: SimpleNamespace) -> None:
    form = sent.form(title="  A\x00 \u202etitle\n in  lines ", source="a\r\nb\x00\u2066c\td")
    assert form.title.data == "A title in lines"
    assert form.source.data == "a\nbc\td"


def test_what_is_missing_is_empty_text(sent: SimpleNamespace) -> None:
    form = sent.form()
    assert (form.title.data, form.source.data) == ("", "")
    assert form.title.errors == ["Write a title."]


def test_a_line_of_nothing_to_see_is_empty(sent: SimpleNamespace) -> None:
    assert sent.form(title="\u200b\u202e \u2060").title.errors == ["Write a title."]


def test_a_refusal_stands_beside_the_field_it_names(sent: SimpleNamespace) -> None:
    form = sent.form(title="A title")
    form.refuse(Problem("Not this word.", field="title"))
    assert form.errors == {"title": ["Not this word."]}


@pytest.mark.parametrize("field", [None, "nowhere", "validate"])
def test_any_other_refusal_stands_above_the_form(sent: SimpleNamespace, field: str | None) -> None:
    form = sent.form(title="A title")
    form.refuse(Problem("Not today.", field=field))
    assert list(form.form_errors) == ["Not today."]
    assert form.errors
