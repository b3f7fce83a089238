"""Before a text with personal data or a sign of a scam is posted, its writer sees what was found; then it is theirs to say."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.forum.models import Draft, Post, Revision, Thread
from tests.questions import steps

PHONE = "Ring me on 07700 900123, please."
HIDDEN = "07••• ••123"
SCAM = "The buyer asked me to pay by friends and family. Is that normal?"


def _button(page: TestResponse) -> str:
    """What the button under what was found sends."""
    found = re.search(r'name="checked" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


@pytest.fixture
def forms(cast: SimpleNamespace) -> dict[str, tuple[FlaskClient, str, Callable[[str], dict[str, object]]]]:
    """Every form whose text is for all to read: whose browser, its address, what it sends for a text."""
    thread_id = steps.ask(cast.alice)
    answer_id = steps.answer(cast.bob, thread_id)

    def text(source: str) -> dict[str, object]:
        return {"source": source, "form_token": steps.token()}

    return {
        "ask": (cast.alice.client, "/ask", lambda source: steps.fields(source=source)),
        "answer": (cast.charlie.client, f"/questions/{thread_id}/answers", text),
        "reply": (cast.alice.client, f"/posts/{answer_id}/replies", text),
        "edit": (cast.bob.client, f"/p/{answer_id}/edit", lambda source: {**text(source), "version": "1"}),
    }


@pytest.mark.parametrize("form", ["ask", "answer", "reply", "edit"])
def test_what_was_found_is_shown_once_and_posted_when_the_writer_says_so(
    form: str, forms: dict[str, tuple]
) -> None:
    browser, url, sent = forms[form]
    before = (steps.count(Post), steps.count(Revision))
    fields = sent(PHONE)
    page = browser.post(url, data=fields)
    assert page.status_code == 200
    assert (steps.count(Post), steps.count(Revision)) == before
    assert "07700 900123" in page.text
    assert f"Others will see {HIDDEN}" in page.text
    assert "Post it with these hidden" in page.text
    assert PHONE in page.text, "what was typed stays"
    gone = browser.post(url, data={**fields, "checked": _button(page)})
    assert gone.status_code == 303
    assert (steps.count(Post), steps.count(Revision)) != before
    again = browser.post(url, data={**fields, "checked": _button(page)})
    assert again.status_code == 303
    assert steps.count(Post) <= before[0] + 1
    shown = browser.get(gone.location, follow_redirects=True).text
    assert HIDDEN in shown
    assert "07700 900123" not in shown


@pytest.mark.parametrize("form", ["ask", "answer", "reply", "edit"])
def test_text_without_any_goes_straight_through(form: str, forms: dict[str, tuple]) -> None:
    browser, url, sent = forms[form]
    assert browser.post(url, data=sent("Send it back, it was £12.50 on 05.11.2024.")).status_code == 303


@pytest.mark.parametrize("form", ["ask", "answer", "reply", "edit"])
def test_the_plain_button_asks_again_while_something_is_left(form: str, forms: dict[str, tuple]) -> None:
    browser, url, sent = forms[form]
    fields = sent(PHONE)
    for _ in range(2):
        assert "Others will see" in browser.post(url, data=fields).text
    assert browser.post(url, data={**fields, "source": "Send it back to the shop."}).status_code == 303


def test_changed_text_is_checked_anew(forms: dict[str, tuple]) -> None:
    browser, url, sent = forms["answer"]
    fields = sent(PHONE)
    button = _button(browser.post(url, data=fields))
    other = browser.post(url, data={**fields, "source": f"{PHONE} Or bob@example.org", "checked": button})
    assert other.status_code == 200
    assert "b•••@•••.org" in other.text
    assert steps.count(Post) == 2
    fewer = {**fields, "source": "Or mail bob@example.org.", "checked": _button(other)}
    assert browser.post(url, data=fewer).status_code == 303, "what was seen is not asked again"


@pytest.mark.parametrize("checked", ["", "x", "." * 5_000, "0" * 16, "é\u202e"])
def test_a_made_up_digest_opens_nothing(checked: str, forms: dict[str, tuple]) -> None:
    browser, url, sent = forms["answer"]
    assert "Others will see" in browser.post(url, data={**sent(PHONE), "checked": checked}).text
    assert steps.count(Post) == 2


def test_the_title_is_checked_too(cast: SimpleNamespace) -> None:
    fields = steps.fields(title="Who knows the seller on 07700 900123?")
    page = cast.alice.client.post("/ask", data=fields)
    assert "in the title" in page.text
    gone = cast.alice.client.post("/ask", data={**fields, "checked": _button(page)})
    assert gone.status_code == 303
    assert "900123" not in gone.location
    assert steps.count(Thread) == 1


def test_a_sign_of_a_scam_says_what_to_do_first_and_bars_nothing(forms: dict[str, tuple]) -> None:
    browser, url, sent = forms["ask"]
    fields = sent(SCAM)
    page = browser.post(url, data=fields)
    assert "Do this first:" in page.text
    assert "friends and family" in page.text
    assert "Others will see" not in page.text
    assert "Post it as it is" in page.text
    assert browser.post(url, data={**fields, "checked": _button(page)}).status_code == 303


def test_who_saves_over_a_newer_version_is_still_told(cast: SimpleNamespace) -> None:
    """What was found comes first; the version that was seen stays what it was."""
    thread_id = steps.ask(cast.alice)
    answer_id = steps.answer(cast.bob, thread_id)
    url = f"/p/{answer_id}/edit"
    first = {"source": "Once more, and better.", "version": "1", "form_token": steps.token()}
    late = {"source": PHONE, "version": "1", "form_token": steps.token()}
    assert cast.bob.client.post(url, data=first).status_code == 303
    page = cast.bob.client.post(url, data=late)
    assert 'value="1"' in page.text
    refused = cast.bob.client.post(url, data={**late, "checked": _button(page)})
    assert refused.status_code == 422
    assert "changed in another window" in refused.text


def test_who_was_signed_out_midway_keeps_the_text_and_is_asked_afterwards(
    cast: SimpleNamespace, client: FlaskClient
) -> None:
    fields = steps.fields(source=PHONE)
    button = _button(cast.alice.client.post("/ask", data=fields))
    assert client.post("/ask", data={**fields, "checked": button}).status_code == 303
    assert steps.count(Draft) == 1
    assert "07700 900123" in client.get("/ask").text
    assert steps.count(Post) == 0


def test_the_author_edits_their_own_words_and_title(cast: SimpleNamespace) -> None:
    thread_id = steps.ask(cast.alice, title="Who knows 07700 900123, a seller?", source=PHONE)
    opening = steps.page(cast.alice.client, thread_id)
    assert "900123" not in opening
    post_id = re.search(r"/p/(\d+)/edit", opening)
    assert post_id
    form = cast.alice.client.get(f"/p/{post_id[1]}/edit").text
    assert PHONE in form
    assert "Who knows 07700 900123, a seller?" in form


def test_a_tag_is_no_place_for_a_number(cast: SimpleNamespace) -> None:
    page = cast.alice.client.post("/ask", data=steps.fields(tags="07700900123"))
    assert page.status_code == 422
    assert "leave numbers" in page.text
