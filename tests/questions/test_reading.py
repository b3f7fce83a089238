"""A question's page: its one address, its data for search engines, its times, its lists."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.core import clock
from app.core.transaction import transaction
from app.forum.models import Post, Thread
from tests.questions.steps import Microdata, accept, answer, ask, hide, page, reply


def test_there_is_one_address(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    url = f"/questions/{thread_id}/buyer-says-not-as-described-but-the-hole-was-listed"
    assert client.get(url).status_code == 200
    for other in (
        f"/questions/{thread_id}",
        f"/questions/{thread_id}/-",
        f"/questions/{thread_id}/other-words",
    ):
        moved = client.get(other)
        assert (moved.status_code, moved.location) == (301, url)
    assert client.get(f"/t/{thread_id}").location == url
    assert f'<link rel="canonical" href="http://localhost{url}">' in client.get(url).text


def test_a_post_has_an_address_that_leads_to_it(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    assert client.get(f"/p/{answer_id}").location.endswith(f"#p-{answer_id}")
    assert f'id="p-{answer_id}"' in page(client, thread_id)


def test_a_title_of_no_latin_letter_has_an_address_too(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice, "هل يمكنني إرجاع المعطف؟")
    assert client.get(f"/t/{thread_id}").location == f"/questions/{thread_id}/-"
    assert client.get(f"/questions/{thread_id}/-").status_code == 200


def test_data_for_search_engines(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    """https://schema.org/QAPage with what it demands: text, author, dates, counts, one accepted answer."""
    thread_id = ask(cast.alice)
    first, second = answer(cast.bob, thread_id, "Send the *photo*."), answer(cast.charlie, thread_id, "Wait.")
    reply(cast.alice, first)
    accept(cast.alice, second)
    (found,) = Microdata(page(client, thread_id)).items
    assert found["type"] == "https://schema.org/QAPage"
    (question,) = found["mainEntity"]
    assert question["type"] == "https://schema.org/Question"
    assert question["name"] == ["Buyer says not as described but the hole was listed"]
    assert "small moth hole" in question["text"][0]
    assert question["answerCount"] == ["2"]
    assert question["author"][0]["name"] == ["Alice"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", question["dateCreated"][0])
    (best,) = question["acceptedAnswer"]
    assert (best["type"], best["text"], best["author"][0]["name"]) == (
        "https://schema.org/Answer",
        ["Wait."],
        ["Charlie"],
    )
    (other,) = question["suggestedAnswer"]
    assert other["text"] == ["Send the photo."]
    assert other["url"] == [f"http://localhost{client.get(f'/t/{thread_id}').location}#p-{first}"]
    assert other["upvoteCount"] == ["0"]


def test_names_and_titles_are_text(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice, '"><script>alert(1)</script> & a coat', "<img src=x onerror=alert(1)>")
    shown = page(client, thread_id)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; a coat" in shown


def test_times_are_said_in_full_for_readers_without_script(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    moment = clock.now().replace(month=7, day=1, hour=12, minute=5)
    with clock.frozen(moment):
        thread_id = ask(cast.alice)
        shown = page(client, thread_id)
    assert f'datetime="{moment:%Y-%m-%dT12:05:%SZ}"' in shown
    assert ">1 Jul, 13:05</relative-time>" in shown


def test_what_is_hidden_leaves_its_place_while_others_hang_on_it(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id, "Words that were hidden.")
    under = reply(cast.charlie, answer_id, "Words under it.")
    hide(Post, answer_id)
    for browser in (client, cast.alice.client, cast.charlie.client):
        shown = page(browser, thread_id)
        assert "Words that were hidden" not in shown
        assert "Bob" not in shown
        assert "Moderators removed this." in shown
        assert "Words under it" in shown
    for browser in (cast.bob.client, cast.mona.client):
        shown = page(browser, thread_id)
        assert "Words that were hidden" in shown
        assert "Not shown to others." in shown
    hide(Post, under, "deleted")
    assert "Moderators removed this." not in page(client, thread_id)


@pytest.mark.parametrize(
    ("visibility", "said"),
    [
        ("deleted", "This answer was deleted."),
        ("hidden", "Moderators removed this."),
        ("erased", "This was erased."),
        ("held", "This waits for a look."),
    ],
)
def test_a_place_says_what_became_of_it_and_leaks_nothing(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, visibility: str, said: str
) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id, "Words that are gone.")
    deep = reply(cast.alice, reply(cast.charlie, answer_id, "Beside it."), "Deeper.")
    hide(Post, answer_id, visibility)
    shown = page(client, thread_id)
    assert shown.count(said) == 1
    assert f'id="p-{answer_id}"' in shown
    assert f'id="p-{deep}"' in shown
    for leak in ("Words that are gone", "Bob", f"/posts/{answer_id}/"):
        assert leak not in shown
    (question,) = Microdata(shown).items[0]["mainEntity"]
    assert "suggestedAnswer" not in question


def test_the_author_sees_what_waits_for_a_look(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    answer(cast.nia, thread_id, "See https://example.org/a")
    assert "Waiting for a look." in page(cast.nia.client, thread_id)
    for browser in (client, cast.alice.client):
        shown = page(browser, thread_id)
        assert "Waiting for a look." not in shown
        assert "No answer yet" in shown


def test_staff_read_what_is_masked_for_others(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id, "Ring masked-number.")
    with transaction() as session:
        session.execute(update(Post).where(Post.id == answer_id).values(unmasked_html="<p>Ring 020.</p>"))
    for browser, sees in ((client, False), (cast.bob.client, False), (cast.mona.client, True)):
        assert ("Ring 020." in page(browser, thread_id)) == sees


@pytest.mark.parametrize("visibility", ["hidden", "deleted", "draft", "held", "erased"])
def test_what_is_not_public_is_in_no_list(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, visibility: str
) -> None:
    kept = ask(cast.alice, "A question that stays for all")
    gone = ask(cast.alice, "A question that was taken away")
    hide(Thread, gone, visibility)
    for path in ("/", "/questions", "/unsolved", "/tags/coats"):
        for browser in (client, cast.charlie.client):
            shown = browser.get(path).text
            assert "A question that stays for all" in shown
            assert "A question that was taken away" not in shown
    assert kept != gone


def test_needs_an_answer_lists_those_without_any_first_then_the_longest_waiting(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    start = clock.now() - timedelta(days=9)
    made = {}
    for number, name in enumerate(("answered early", "open early", "answered late", "open late", "solved")):
        with clock.frozen(start + timedelta(hours=number)):
            made[name] = ask(cast.alice, f"This one is {name}")
    for name in ("answered early", "answered late", "solved"):
        answer_id = answer(cast.bob, made[name])
        if name == "solved":
            accept(cast.alice, answer_id)
    shown = client.get("/unsolved").text
    places = [
        shown.index(f"This one is {name}")
        for name in ("open early", "open late", "answered early", "answered late")
    ]
    assert places == sorted(places)
    assert "This one is solved" not in shown


def test_the_latest_activity_comes_first(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    start = clock.now() - timedelta(days=1)
    with clock.frozen(start):
        old = ask(cast.alice, "The older question of two")
    with clock.frozen(start + timedelta(hours=1)):
        ask(cast.alice, "The newer question of two")
    for older_first in (False, True):
        if older_first:
            answer(cast.bob, old)
        shown = client.get("/questions").text
        assert (shown.index("The older question") < shown.index("The newer question")) == older_first


def test_long_lists_come_in_pages(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    for number in range(21):
        ask(cast.alice, f"Question with the number {number:02}")
    first, second = client.get("/questions").text, client.get("/questions?page=2").text
    numbers = [set(re.findall(r"Question with the number (\d\d)", shown)) for shown in (first, second)]
    assert (len(numbers[0]), len(numbers[1])) == (20, 1)
    assert not numbers[0] & numbers[1]
    assert "page=2" in first
    assert "page=3" not in second


@pytest.mark.parametrize("path", ["/", "/questions", "/unsolved"])
def test_an_empty_list_leads_on(app: Flask, client: FlaskClient, path: str) -> None:
    shown = client.get(path)
    assert shown.status_code == 200
    assert 'href="/ask"' in shown.text
