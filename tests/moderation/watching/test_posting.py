"""What happens to a post that holds a watched word: flagged, held, masked, blocked; and to staff's nothing."""

import html
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.core.db import db
from app.core.parts import part
from app.core.problems import Problem
from app.forum import operations as forum
from app.forum.documents import KindsOfDocument
from app.forum.models import EditProposal, Post, Thread, Visibility
from app.forum.operations import Album
from app.mail.queries import Letter
from app.moderation.watching import operations as words
from app.moderation.watching.models import Action, Kind, WatchedHit
from app.search import reduced
from app.search.query import parse
from tests.core.images.pictures import picture
from tests.forum.steps import edit, opening, propose
from tests.moderation.steps import review
from tests.moderation.watching.steps import watch
from tests.questions.steps import (
    SOURCE,
    TITLE,
    accept,
    answer,
    ask,
    count,
    fields,
    page,
    post,
    reply,
    thread,
    token,
)
from tests.statements import statements

SAID = "Pay with a MoneyGram transfer."


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def hits() -> list[tuple[int, int, int]]:
    db.session.rollback()
    rows = select(WatchedHit.post_id, WatchedHit.word_id, WatchedHit.version).order_by(WatchedHit.id)
    return [tuple(row) for row in db.session.execute(rows)]


def test_what_is_blocked_is_not_posted_and_its_writer_reads_the_rule_alone(cast: SimpleNamespace) -> None:
    watch(cast.mona, "moneygram", Action.BLOCK, rule=1, note="A secret.")
    asked = ask(cast.alice)
    for url, form in (
        ("/ask", fields(source=SAID)),
        ("/ask", fields(title="Is moneygram a good way to be paid?")),
        (f"/questions/{asked}/answers", {"source": SAID, "form_token": token()}),
    ):
        before = count(Post)
        answered = cast.bob.client.post(url, data=form)
        assert answered.status_code == 422
        text = html.unescape(answered.text)
        assert "it goes against rule 1, “No scams, and no help with one”" in text
        assert "oneygram" in text.lower()
        assert "A secret." not in text
        assert count(Post) == before
    with pytest.raises(Problem) as refused:
        reply(cast.bob, opening(asked), SAID)
    assert refused.value.field == "source"
    assert "moneygram" not in str(refused.value.message).lower()
    with pytest.raises(Problem) as refused:
        ask(cast.alice, title="Is moneygram good?")
    assert refused.value.field == "title"
    assert hits() == []


def test_what_is_held_waits_and_moderators_read_why(cast: SimpleNamespace, client: FlaskClient) -> None:
    word_id = watch(cast.mona, "moneygram", Action.HOLD)
    asked = ask(cast.alice, source=SAID)
    plain = ask(cast.bob)
    answered = answer(cast.charlie, plain, SAID)
    assert thread(asked).visibility == Visibility.HELD
    assert post(answered).visibility == Visibility.HELD
    assert client.get(f"/t/{asked}").status_code == 404
    assert "MoneyGram" not in page(client, plain)
    assert "some words" in page(cast.alice.client, asked)
    assert "Watched words in it" not in page(cast.alice.client, asked)
    for post_id in (opening(asked), answered):
        held = cast.mona.client.get(f"/mod/reviews/{review(post_id).id}").text
        assert held.count("Watched words in it") == 1
        assert "<code>moneygram</code>" in held
    assert hits() == [(opening(asked), word_id, 1), (answered, word_id, 1)]


def test_what_is_flagged_is_posted_and_noted(cast: SimpleNamespace, client: FlaskClient) -> None:
    word_id = watch(cast.mona, "moneygram")
    other = watch(cast.mona, r"trans?fer\W", kind=Kind.EXPRESSION)
    asked = ask(cast.alice)
    answered = answer(cast.bob, asked, SAID)
    assert "MoneyGram" in page(client, asked)
    assert hits() == [(answered, word_id, 1), (answered, other, 1)]
    assert "met in 1 post in 30 days" in cast.mona.client.get("/mod/words").text


def test_only_what_an_edit_adds_counts_but_for_what_is_blocked(cast: SimpleNamespace) -> None:
    asked = ask(cast.alice, source=SAID)
    word_id = watch(cast.mona, "moneygram", Action.HOLD)
    edit(cast.alice, opening(asked), f"{SAID} Really?", title=TITLE)
    assert thread(asked).visibility == Visibility.PUBLIC
    edit(cast.alice, opening(asked), "Really?", title=TITLE, version=2)
    edit(cast.alice, opening(asked), SAID, title=TITLE, version=3)
    assert thread(asked).visibility == Visibility.HELD
    assert hits() == [(opening(asked), word_id, 4)]
    watch(cast.mona, "western union", Action.BLOCK)
    with pytest.raises(Problem) as refused:
        edit(cast.alice, opening(asked), "Western Union", title=TITLE, version=4)
    assert refused.value.field == "source"


def described(who: Any, album: Album, said: str) -> int:
    photo_id = forum.add_photo(who.actor, album, content=picture())
    forum.describe_photos(who.actor, album, descriptions={photo_id: said})
    return photo_id


def test_what_photos_show_is_looked_at_too(cast: SimpleNamespace, client: FlaskClient) -> None:
    watch(cast.mona, "western union", Action.BLOCK)
    watch(cast.mona, "fennimore", Action.MASK)
    noted, held = watch(cast.mona, "moneygram"), watch(cast.mona, "bitcoin", Action.HOLD)
    described(cast.alice, Album(form="ask"), "Fennimore and MoneyGram")
    asked = ask(cast.alice)
    assert "MoneyGram" in page(client, asked)
    assert "ennimore" not in page(client, asked)
    answering = Album(form=f"answer:{asked}")
    photo_id = described(cast.bob, answering, "Bitcoin")
    with pytest.raises(Problem) as refused:
        forum.describe_photos(cast.bob.actor, answering, descriptions={photo_id: "Western union"})
    assert refused.value.field == "photos"
    address = "someone.with.a.long.name@a-domain-that-is-long.example.com"
    with pytest.raises(Problem):
        behind = f"{' '.join([address] * 4)} western union"
        forum.describe_photos(cast.bob.actor, answering, descriptions={photo_id: behind})
    answered = answer(cast.bob, asked, "See it.")
    assert post(answered).visibility == Visibility.HELD
    assert hits() == [(opening(asked), noted, 1), (answered, held, 1)]


def test_words_put_beside_photos_afterwards_are_looked_at(cast: SimpleNamespace) -> None:
    noted, held = watch(cast.mona, "moneygram"), watch(cast.mona, "bitcoin", Action.HOLD)
    watch(cast.mona, "western union", Action.BLOCK)
    post_id = answer(cast.bob, ask(cast.alice))
    album = Album(post_id=post_id)
    photo_id = described(cast.bob, album, "MoneyGram")
    assert post(post_id).visibility == Visibility.PUBLIC
    assert review(post_id).noticed
    url = f"/p/{post_id}/photos"
    refused = cast.bob.client.post(url, data={f"photo-{photo_id}": "A western union slip"})
    assert refused.status_code == 422
    assert "it goes against rule 1" in html.unescape(refused.text)
    assert 'value="A western union slip"' in refused.text, "what was typed stays"
    assert cast.bob.client.post(url, data={f"photo-{photo_id}": "Bitcoin"}).status_code == 303
    assert post(post_id).visibility == Visibility.HELD
    assert review(post_id).held
    assert {word_id for _post, word_id, _version in hits()} == {noted, held}


def test_why_something_was_changed_is_looked_at(cast: SimpleNamespace) -> None:
    noted, held = watch(cast.mona, "moneygram"), watch(cast.mona, "bitcoin", Action.HOLD)
    watch(cast.mona, "western union", Action.BLOCK)
    post_id = answer(cast.bob, ask(cast.alice))
    suggested = propose(cast.tess, post_id, reason="Bitcoin")
    for change in (edit, propose):
        with pytest.raises(Problem) as refused:
            change(cast.bob if change is edit else cast.tess, post_id, reason="Western union")
        assert refused.value.field == "reason"
    with pytest.raises(Problem, match="moderators look at first"):
        forum.approve(cast.bob.actor, proposal_id=suggested)
    edit(cast.bob, post_id, "Calmer.", reason="No MoneyGram here")
    assert post(post_id).visibility == Visibility.PUBLIC
    edit(cast.bob, post_id, "Calm.", version=2, reason="Bitcoin")
    assert post(post_id).visibility == Visibility.HELD
    assert hits() == [(post_id, noted, 2), (post_id, held, 3)]


def test_suggested_changes_are_looked_at_when_made_and_when_approved(cast: SimpleNamespace) -> None:
    asked = ask(cast.alice)
    first = propose(cast.tess, opening(asked), SAID)
    watch(cast.mona, "moneygram", Action.HOLD)
    with pytest.raises(Problem, match="moderators look at first"):
        forum.approve(cast.alice.actor, proposal_id=first)
    assert db.session.get_one(EditProposal, first).state == "pending"
    forum.approve(cast.mona.actor, proposal_id=first)
    assert "MoneyGram" in post(opening(asked)).html
    watch(cast.mona, "western union", Action.BLOCK)
    with pytest.raises(Problem) as refused:
        propose(cast.tess, opening(asked), "Western union", version=2)
    assert refused.value.field == "source"


def test_what_staff_post_is_not_looked_at(cast: SimpleNamespace) -> None:
    for action in (Action.FLAG, Action.HOLD, Action.BLOCK):
        watch(cast.mona, f"money{action}", action)
    asked = ask(cast.alice)
    answered = answer(cast.mona, asked, "Never moneyflag, moneyhold or moneyblock.")
    assert post(answered).visibility == Visibility.PUBLIC
    assert hits() == []


def test_a_word_that_is_switched_off_or_deleted_does_nothing(cast: SimpleNamespace) -> None:
    first, second = watch(cast.mona, "moneygram", Action.BLOCK), watch(cast.mona, "transfer", Action.BLOCK)
    asked = ask(cast.alice)
    words.switch_word(cast.mona.actor, word_id=first, on=False)
    with pytest.raises(Problem):
        answer(cast.bob, asked, SAID)
    words.delete_word(cast.mona.actor, word_id=second)
    answer(cast.bob, asked, SAID)
    words.switch_word(cast.mona.actor, word_id=first, on=True)
    with pytest.raises(Problem):
        answer(cast.charlie, asked, SAID)


def test_an_expression_sees_where_links_lead(cast: SimpleNamespace) -> None:
    watch(cast.mona, r"https?://[^/]*\.evil\.example", Action.BLOCK, Kind.EXPRESSION, rule=2)
    asked = ask(cast.alice)
    with pytest.raises(Problem, match="rule 2"):
        answer(cast.bob, asked, "See [this guide](https://a.evil.example/x).")


MASKED = "Write to *Monéy*gram agents, 💰mоnеygram💰, please"


def test_masked_words_are_read_by_staff_and_in_their_authors_form_alone(
    cast: SimpleNamespace,
    client: FlaskClient,
    app: Flask,
    work: Callable[[], None],
    mailbox: Callable[[], list[Letter]],
) -> None:
    watch(cast.mona, "moneygram", Action.MASK)
    watch(cast.mona, r"agents?\b", Action.MASK, Kind.EXPRESSION)
    asked = ask(
        cast.alice,
        title="Who is moneygram to be paid by?",
        source=f"{MASKED} [Moneygram](https://moneygram.example/x)",
    )
    answered = answer(cast.bob, asked, f"{MASKED} {SOURCE}")
    reply(cast.charlie, answered, MASKED)
    edit(cast.bob, answered, f"`{MASKED}`", reason="agent moneygram")
    accept(cast.alice, answered)
    work()

    def leaks(text: str) -> bool:
        seen = re.sub(r"[*`]|<[^>]+>", "", html.unescape(text)).lower()
        return bool(re.search(r"mon[eé]ygram|mоnеygram|agent", seen))

    for browser in (client, cast.bob.client, cast.charlie.client, cast.tess.client):
        shown = browser.get(f"/t/{asked}", follow_redirects=True)
        assert "•••" in shown.text
        for url in (
            "/",
            "/questions",
            "/unsolved",
            "/tags/coats",
            "/search?q=paid",
            f"/p/{answered}/revisions",
            "/me/notifications",
        ):
            found = browser.get(url, follow_redirects=True)
            assert not leaks(re.sub(r"<head>.*?</head>", "", found.text, flags=re.DOTALL)), url
        assert not leaks(shown.text)
        assert not leaks(shown.request.url)
    for letter in mailbox():
        assert not leaks(str(letter))
    document = part(KindsOfDocument)()["question"].documents([asked])[asked]
    assert not leaks(repr(document))
    assert reduced.search(ANONYMOUS, parse("moneygram"), 10) == []
    assert leaks(page(cast.mona.client, asked))
    assert leaks(cast.bob.client.get(f"/p/{answered}/edit").text)
    for row in db.session.scalars(select(Post)):
        assert not leaks(row.html)
        assert leaks(str(row.unmasked_html))
    assert not leaks(db.session.scalars(select(Thread.title)).one())


def test_a_number_and_a_masked_word_over_one_another_are_masked_together(cast: SimpleNamespace) -> None:
    watch(cast.mona, r"call 07700 \d", Action.MASK, Kind.EXPRESSION)
    asked = ask(cast.alice, source="Please call 07700 900123 today.")
    assert post(opening(asked)).html == "<p>Please ••• today.</p>"


def test_whoever_writes_a_masked_word_is_shown_so_first(cast: SimpleNamespace) -> None:
    watch(cast.mona, "moneygram", Action.MASK)
    sent = cast.alice.client.post("/ask", data=fields(source=SAID))
    assert "Words that are not shown here" in sent.text
    assert count(Thread) == 0


def test_a_post_in_which_many_words_are_met_is_noticed_once(app: Flask, cast: SimpleNamespace) -> None:
    """Else somebody who has found out a hundred words makes everybody wait with one post."""
    thread_id = ask(cast.alice)
    met = [f"depot{number}" for number in range(24)]
    for word in met:
        watch(cast.mona, word)
    answer(cast.bob, thread_id, met[0])
    sent = []
    for number in (1, 4, 24):
        with statements() as seen:
            answer(cast.bob, thread_id, " ".join(met[:number]))
        sent.append(len(seen))
    one, four, all_of_them = sent
    assert four - one <= 3 * 5
    assert all_of_them - four <= 20 * 5
    assert count(WatchedHit) == 1 + 1 + 4 + 24
