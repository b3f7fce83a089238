"""What somebody trusted flags as dangerous or personal is put away at once, read nowhere, and comes back."""

import html
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS, Role
from app.cli.text import text as text_commands
from app.core.db import db
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.forum import operations as forum
from app.forum.documents import KindsOfDocument
from app.forum.models import Redaction, Thread, Visibility
from app.forum.operations import Album
from app.mail.queries import Letter
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Decision, Flag
from app.moderation.words import Reason
from app.search import reduced
from app.search.query import parse
from tests.core.images.pictures import picture
from tests.forum import steps as trunk
from tests.forum.sorting_steps import verbs
from tests.forum.steps import opening
from tests.moderation.steps import decide, flag, on_post, on_thread, review
from tests.questions.steps import answer, ask, count, post, reply, thread, token

SECRET = "Marigold Fennimore"
WORDS = f"Her name is **Marigold** Fennimore, she lives by the mill.\n\n> Marigold\n> Fennimore `{SECRET}`"
LINKS = "Fill in [this form](https://evil.example/pay?id=7) or https://sub.evil.example/a, see [good](https://good.example/)."


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def decisions() -> list[Decision]:
    db.session.rollback()
    return list(db.session.scalars(select(Decision).order_by(Decision.id)))


def shown(browser: FlaskClient, thread_id: int) -> str:
    return html.unescape(browser.get(f"/t/{thread_id}", follow_redirects=True).text)


def leaks(text: str) -> bool:
    return "Marigold" in text or "Fennimore" in text


def test_personal_words_are_read_nowhere_and_told_to_their_author(
    app: Flask,
    client: FlaskClient,
    cast: SimpleNamespace,
    work: Callable[[], None],
    mailbox: Callable[[], list[Letter]],
) -> None:
    thread_id = ask(cast.alice, f"Is {SECRET} a scammer", WORDS)
    first = opening(thread_id)
    trunk.edit(cast.alice, first, f"{WORDS}\n\nAnybody?", version=1)
    flag(cast.tess, first, Reason.PERSONAL, passage="marigold  FENNIMORE")
    reply_id = answer(cast.bob, thread_id)
    work()
    for browser in (client, cast.bob.client, cast.nia.client, cast.tess.client):
        for url in (
            f"/t/{thread_id}",
            "/",
            "/questions",
            "/search?q=mill",
            "/search?q=lives",
            f"/p/{first}/revisions",
            f"/p/{reply_id}",
            "/me/notifications?show=all",
        ):
            page = browser.get(url, follow_redirects=True)
            assert not leaks(html.unescape(page.text)), url
            assert "arigold" not in page.request.url
    document = part(KindsOfDocument)()["question"].documents([thread_id])[thread_id]
    assert not leaks(repr(document))
    assert reduced.search(ANONYMOUS, parse("Fennimore"), 10) == []
    assert len(mailbox()) >= 1
    assert not any(leaks(str(letter)) for letter in mailbox())
    assert leaks(shown(cast.mona.client, thread_id))
    assert leaks(cast.alice.client.get(f"/p/{first}/edit").text), "its author reads it in their form"
    assert "A passage of what you wrote is put away" in cast.alice.client.get("/me/notifications").text
    why = cast.alice.client.get(f"/p/{first}/why", follow_redirects=True).text
    assert "somebody trusted flagged it" in why
    assert "/appeals/" in why
    (made,) = decisions()
    assert (made.act, made.automated, made.by_id, made.subject_id) == ("mask", True, None, cast.alice.id)
    assert review(first).opened_at is not None
    assert thread(thread_id).visibility == Visibility.PUBLIC
    assert verbs() == ["mask"]


def test_beside_the_words_they_are_put_away_too(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    """What a photo shows, why it was edited, why that was suggested and the word on it."""
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id, WORDS)
    photo_id = forum.add_photo(cast.bob.actor, Album(post_id=post_id), content=picture())
    forum.describe_photos(cast.bob.actor, Album(post_id=post_id), descriptions={photo_id: f"It is {SECRET}"})
    trunk.edit(cast.bob, post_id, f"{WORDS} Yes.", reason=f"Named {SECRET}")
    declined = trunk.propose(cast.tess, post_id, f"{WORDS} No.", version=2, reason=f"It is {SECRET}")
    forum.decline(cast.bob.actor, proposal_id=declined, word=f"She is {SECRET}")
    waits = trunk.propose(cast.tess, post_id, f"{WORDS} Oh.", version=2, reason=f"It is {SECRET}")
    urls = (f"/p/{post_id}/revisions", f"/review/edits/{declined}", f"/review/edits/{waits}", "/review/edits")
    assert leaks(shown(client, thread_id))
    flag(cast.tess, post_id, Reason.PERSONAL, passage=SECRET)
    for browser in (client, cast.alice.client, cast.bob.client, cast.tess.client):
        assert not leaks(shown(browser, thread_id))
        for url in urls:
            assert not leaks(html.unescape(browser.get(url).text)), url
    assert leaks(cast.bob.client.get(f"/p/{post_id}/photos").text), "its author reads it in their form"
    for url in (f"/t/{thread_id}", *urls):
        assert leaks(html.unescape(cast.mona.client.get(url, follow_redirects=True).text)), url
    decide(cast.mona, post_id, Verb.KEEP)
    assert leaks(shown(client, thread_id))
    assert leaks(html.unescape(client.get(urls[0]).text))


def test_links_lose_their_address_and_keep_their_words(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id, LINKS)
    flag(cast.tess, post_id, Reason.DANGEROUS_LINK, passage="evil.example/pay")
    page = shown(client, thread_id)
    assert "evil" not in page
    assert "this form" in page
    assert 'href="https://good.example/"' in page
    other = answer(cast.bob, thread_id, LINKS)
    flag(cast.tess, other, Reason.DANGEROUS_LINK, passage="this form")
    page = shown(client, thread_id)
    assert "evil" not in page
    assert page.count('href="https://good.example/"') == 2


def test_without_a_passage_all_links_to_outside_lose_theirs(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice, "Is www.evil.example real", "See it.")
    post_id = answer(cast.bob, thread_id, f"{LINKS} And [ours](/t/{thread_id}).")
    flag(cast.tess, post_id, Reason.DANGEROUS_LINK)
    flag(cast.tess, opening(thread_id), Reason.DANGEROUS_LINK)
    page = shown(client, thread_id)
    assert "evil" not in page
    assert "good.example" not in page
    assert "this form" in page
    assert f'href="/t/{thread_id}"' in page
    assert "www.evil.example" in (thread(thread_id).unmasked_title or "")
    plain = answer(cast.bob, thread_id, "No link in here.")
    flag(cast.tess, plain, Reason.DANGEROUS_LINK)
    assert review(plain).flag_count == 1
    assert len(decisions()) == 2
    personal = answer(cast.bob, thread_id, WORDS)
    flag(cast.tess, personal, Reason.PERSONAL)
    assert leaks(shown(client, thread_id)), "where nothing is named nothing is put away"


def test_who_is_not_trusted_and_other_reasons_do_nothing(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id, WORDS)
    before = post(post_id).html
    for who in (cast.nia, cast.charlie, cast.alice):
        flag(who, post_id, Reason.PERSONAL, passage=SECRET)
    flag(cast.tess, post_id, Reason.ABUSE, passage=SECRET)
    flag(cast.tess, on_thread(thread_id), Reason.SCAM, passage="whatever")
    assert post(post_id).html == before
    assert (count(Redaction), decisions()) == (0, [])


def test_what_is_not_in_it_is_said_beside_the_field(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice), WORDS)
    for reason in ("personal", "link"):
        for passage, said in (
            ("Rosemary Fennimore", "These words are not in it."),
            ("••• •••", "That is too little to find it by."),
            ("**", "That is too little to find it by."),
            ("https://elsewhere.example/", "These words are not in it."),
        ):
            sent = {"reason": reason, "passage": passage, "note": "Look at this."}
            page = cast.tess.client.post(f"/p/{post_id}/flag", data=sent)
            assert page.status_code == 422, passage
            assert page.text.count(said) == 2
            assert f'value="{passage}"' in page.text
            assert "Look at this." in page.text
    assert (count(Flag), count(Redaction)) == (0, 0)


@pytest.mark.parametrize(
    ("source", "passage"),
    [
        ("Gate code \uff14\uff14\uff11\uff12 at night", "code 4412"),
        ("Gate code 44\u00ad12 at night", "code 4412"),
        ("Gate co**de 44**12 at night", "code 4412"),
        ("Gate [co](https://x.example/)de 4412 at night", "code 4412"),
        ("Gate code 4412 at night", "c**od**e  4412"),
        ("Gate code &#52;412 at night", "code 4412"),
        ("```\ngate code 4412\n```", "gate code 4412"),
        ("- gate\n- code 4412", "gate code 4412"),
        ("|a|b|\n|-|-|\n|code|4412|", "code 4412"),
    ],
)
def test_odd_spelling_and_markdown_inside_it(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, source: str, passage: str
) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id, source)
    trunk.edit(cast.bob, post_id, "Nothing any more.", version=1)
    trunk.edit(cast.bob, post_id, source, version=2)
    flag(cast.tess, post_id, Reason.PERSONAL, passage=passage)
    for url in (f"/t/{thread_id}", f"/p/{post_id}/revisions"):
        page = html.unescape(client.get(url, follow_redirects=True).text)
        for digits in ("4412", "\uff14\uff14\uff11\uff12", "44\u00ad12", "12 at night"):
            assert digits not in page, (url, digits)


def test_twice_is_once(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice), WORDS)
    other = trusted(cast.charlie)
    flag(cast.tess, post_id, Reason.PERSONAL, passage=SECRET)
    flag(cast.tess, post_id, Reason.PERSONAL, passage=SECRET)
    flag(other, post_id, Reason.PERSONAL, passage=SECRET)
    assert (count(Flag), count(Redaction), len(decisions())) == (2, 1, 1)


def trusted(who: Any) -> SimpleNamespace:
    """The same person, trusted."""
    return SimpleNamespace(actor=replace(who.actor, trust=3))


def test_a_moderator_who_keeps_it_brings_it_back_and_that_is_undone_too(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice, f"About {SECRET}", WORDS)
    first = opening(thread_id)
    before = (post(first).html, post(first).unmasked_html, thread(thread_id).title)
    flag(cast.tess, first, Reason.PERSONAL, passage=SECRET)
    put_away = (post(first).html, post(first).unmasked_html, thread(thread_id).title)
    assert not leaks(put_away[0])
    assert not leaks(put_away[2])
    kept = decide(cast.mona, first, Verb.KEEP)
    assert (post(first).html, post(first).unmasked_html, thread(thread_id).title) == before
    assert count(Redaction) == 0
    assert leaks(shown(client, thread_id))
    moderation.undo(cast.mona.actor, ref=kept)
    assert (post(first).html, post(first).unmasked_html, thread(thread_id).title) == put_away
    decide(cast.mona, first, Verb.KEEP)
    flag(trusted(cast.bob), first, Reason.PERSONAL, passage=SECRET)
    assert leaks(shown(client, thread_id)), "a moderator kept it as it stands"


def test_hiding_leaves_it_put_away(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id, WORDS)
    flag(cast.tess, post_id, Reason.PERSONAL, passage=SECRET)
    decide(cast.mona, post_id, Verb.HIDE, Reason.PERSONAL)
    decide(cast.mona, post_id, Verb.RESTORE)
    assert not leaks(shown(client, thread_id))


def test_an_appeal_brings_it_back(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id, WORDS)
    flag(cast.tess, post_id, Reason.PERSONAL, passage=SECRET)
    appeal_id = moderation.appeal(
        cast.bob.actor, ref=decisions()[0].ref, source="It is the name of my shop.", token=token()
    )
    moderation.decide_appeal(
        cast.mona.actor, appeal_id=appeal_id, reverse=True, answer="So it is.", token=token()
    )
    assert leaks(shown(client, thread_id))
    assert review(post_id).flag_count == 1


def test_edited_away_it_is_gone_and_written_again_still_put_away(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice, f"About {SECRET}", WORDS)
    first = opening(thread_id)
    flag(cast.tess, first, Reason.PERSONAL, passage=SECRET)
    forum.edit(
        cast.alice.actor,
        post_id=first,
        version=1,
        source="She vanished.",
        title="About a buyer here",
        token=token(),
    )
    assert (post(first).unmasked_html, thread(thread_id).unmasked_title) == (None, None)
    assert "She vanished." in shown(client, thread_id)
    assert not leaks(client.get(f"/p/{first}/revisions").text)
    forum.edit(
        cast.alice.actor, post_id=first, version=2, source=WORDS, title=f"It is {SECRET}", token=token()
    )
    assert not leaks(shown(client, thread_id))
    assert not leaks(client.get(f"/p/{first}/revisions").text)
    decide(cast.mona, first, Verb.EDIT, Reason.PERSONAL, words=forum.prepared(f"Still {SECRET}"))
    assert not leaks(shown(client, thread_id))


def test_rendered_anew_it_stays_put_away(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice, f"About {SECRET}", WORDS)
    flag(cast.tess, opening(thread_id), Reason.PERSONAL, passage=SECRET)
    done = app.test_cli_runner().invoke(text_commands, ["rebuild", "--all"])
    assert done.exit_code == 0, done.output
    assert not leaks(shown(client, thread_id))


def test_a_suggestion_that_quotes_it_shows_it_to_staff_alone(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice), WORDS)
    proposal_id = trunk.propose(cast.tess, post_id, f"{WORDS} Poor thing.")
    flag(cast.tess, post_id, Reason.PERSONAL, passage=SECRET)
    assert not leaks(cast.tess.client.get(f"/review/edits/{proposal_id}").text)
    assert leaks(cast.mona.client.get(f"/review/edits/{proposal_id}").text)


def test_moderators_cannot_do_it_themselves(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice), WORDS)
    with pytest.raises(Problem, match="Only the flag of somebody trusted"):
        decide(cast.mona, post_id, Verb.MASK, Reason.PERSONAL)
    with pytest.raises(NotFound):
        flag(cast.tess, on_post(10_000), Reason.PERSONAL, passage=SECRET)
    assert count(Redaction) == 0


def test_a_reply_is_put_away_too(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    reply_id = reply(cast.charlie, answer(cast.bob, thread_id), WORDS)
    flag(cast.tess, reply_id, Reason.PERSONAL, passage=SECRET)
    assert not leaks(shown(client, thread_id))
    assert db.session.scalars(select(Thread.version).where(Thread.id == thread_id)).one() > 1


def test_of_two_passages_one_comes_back_by_itself(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, enter: Callable[..., Any]
) -> None:
    thread_id = ask(cast.alice, "About a seller", f"{WORDS} And Barnaby Quill.")
    post_id = opening(thread_id)
    flag(cast.tess, post_id, Reason.PERSONAL, passage=SECRET)
    flag(enter("trudy", Role.TRUSTED), post_id, Reason.PERSONAL, passage="Barnaby Quill")
    first, second = decisions()
    appeal_id = moderation.appeal(cast.alice.actor, ref=first.ref, source="That is me.", token=token())
    moderation.decide_appeal(
        cast.mona.actor, appeal_id=appeal_id, reverse=True, answer="So it is.", token=token()
    )
    text = shown(client, thread_id)
    assert leaks(text)
    assert "Barnaby" not in text
    assert second.id > first.id
