"""A locked thread takes nothing new from members, an archived question from nobody; both say why, and are decisions."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.events import on
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Visibility
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Decision
from app.moderation.words import Reason
from app.questions import operations as questions
from app.questions.events import Archived
from app.questions.models import State
from tests.forum.steps import edit, opening, propose
from tests.moderation.steps import archive, decide, flag, lock, looked, on_thread, unarchive, unlock
from tests.questions.steps import accept, answer, ask, page, reply, thread

WHY = "It went round in circles."
OVER = "The courier closed down in spring."


def test_locked_says_why_and_unlocked_is_as_before(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    assert "Lock, archive" in page(cast.mona.client, thread_id)
    assert "Moderate" not in page(cast.bob.client, thread_id)
    ref = lock(cast.mona, thread_id, WHY)
    for browser in (app.test_client(), cast.bob.client, cast.alice.client):
        shown = page(browser, thread_id)
        assert WHY in shown
        assert "takes no answers at the moment" in shown
        assert 'id="answer"' not in shown
        assert "/edit" not in shown
    assert 'id="answer"' in page(cast.mona.client, thread_id)
    why = cast.alice.client.get(f"/decisions/{ref}").text
    assert WHY in why
    assert f"/appeals/{ref}" in why
    unlock(cast.mona, thread_id)
    shown = page(cast.bob.client, thread_id)
    assert WHY not in shown
    assert 'id="answer"' in shown


def test_a_locked_thread_takes_nothing_new_from_members(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    lock(cast.mona, thread_id)
    for act in (
        lambda: answer(cast.charlie, thread_id),
        lambda: reply(cast.alice, post_id),
        lambda: edit(cast.bob, post_id),
        lambda: edit(cast.alice, opening(thread_id)),
        lambda: propose(cast.tess, post_id),
        lambda: accept(cast.alice, post_id),
    ):
        with pytest.raises(Problem, match="locked"):
            act()
    assert cast.bob.client.get(f"/p/{post_id}/edit").status_code == 404
    answer(cast.agnes, thread_id)
    reply(cast.mona, post_id)


def test_what_was_typed_meanwhile_stays(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    lock(cast.mona, thread_id)
    sent = cast.bob.client.post(f"/questions/{thread_id}/answers", data={"source": "I had begun to write."})
    assert sent.status_code == 422
    assert "I had begun to write." in sent.text
    assert "This thread is locked" in sent.text


def test_archived_is_read_only_says_why_and_comes_back(app: Flask, cast: SimpleNamespace) -> None:
    heard: list[Archived] = []
    on(app, Archived, heard.append)
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    accept(cast.alice, answer_id)
    ref = archive(cast.mona, thread_id, OVER)
    assert thread(thread_id).state == State.ARCHIVED
    for client in (app.test_client(), cast.alice.client, cast.bob.client, cast.mona.client):
        shown = page(client, thread_id)
        assert OVER in shown
        assert 'id="answer"' not in shown
    assert "archived, so it takes no answers" in page(cast.alice.client, thread_id)
    for act in (
        lambda: answer(cast.charlie, thread_id),
        lambda: answer(cast.mona, thread_id),
        lambda: reply(cast.alice, answer_id),
        lambda: edit(cast.bob, answer_id),
        lambda: propose(cast.tess, answer_id),
        lambda: questions.unaccept(cast.alice.actor, thread_id=thread_id, seen=answer_id),
        lambda: questions.delete(cast.alice.actor, post_id=opening(thread_id)),
    ):
        with pytest.raises(Problem):
            act()
    assert OVER in cast.alice.client.get(f"/decisions/{ref}").text
    unarchive(cast.mona, thread_id)
    assert thread(thread_id).state == State.SOLVED
    assert OVER not in page(cast.alice.client, thread_id)
    assert heard == [Archived(thread_id)] * 2


def test_it_goes_back_to_what_it_was_or_has_become(cast: SimpleNamespace) -> None:
    earlier, later = ask(cast.bob, "The one that came first"), ask(cast.alice)
    questions.mark_duplicate(cast.alice.actor, thread_id=later, of_id=earlier)
    answer_id = answer(cast.charlie, earlier)
    for thread_id in (earlier, later):
        archive(cast.mona, thread_id)
    with transaction():
        forum.set_visibility(answer_id, Visibility.HIDDEN, by_id=cast.mona.id)
    for thread_id, state in ((later, State.DUPLICATE), (earlier, State.OPEN)):
        unarchive(cast.mona, thread_id)
        assert thread(thread_id).state == state


@pytest.mark.parametrize(("act", "said"), [(lock, "locked already"), (archive, "archived already")])
def test_twice_is_said_and_the_first_reason_stays(
    cast: SimpleNamespace, act: Callable[..., str], said: str
) -> None:
    thread_id = ask(cast.alice)
    act(cast.mona, thread_id, WHY)
    with pytest.raises(Problem, match=said):
        act(cast.adam, thread_id, "Another reason.")
    assert WHY in page(cast.bob.client, thread_id)


def test_an_appeal_opens_it_again(cast: SimpleNamespace) -> None:
    for act, state in ((lock, State.OPEN), (archive, State.OPEN)):
        thread_id = ask(cast.alice)
        ref = act(cast.mona, thread_id, WHY)
        appeal_id = moderation.appeal(cast.alice.actor, ref=ref, source="It is not over.", token=ref * 3)
        moderation.decide_appeal(
            cast.adam.actor, appeal_id=appeal_id, reverse=True, answer="You are right.", token=ref * 3
        )
        assert thread(thread_id).state == state
        assert answer(cast.bob, thread_id)


def test_nobody_else_may(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    for who in (cast.alice, cast.bob, cast.tess, cast.agnes):
        for act in (lock, unlock, archive, unarchive):
            with pytest.raises(NotFound):
                act(who, thread_id)
    with pytest.raises(NotFound):
        lock(cast.mona, 999)


def test_without_a_word_it_is_not_archived(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    with pytest.raises(Problem, match="those it concerns read it"):
        decide(cast.mona, on_thread(thread_id), Verb.ARCHIVE)
    assert thread(thread_id).state == State.OPEN


def test_what_a_moderator_would_change_stands_in_the_form(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    review_id = moderation.open_review(cast.mona.actor, target=on_thread(thread_id))
    shown = cast.mona.client.get(f"/mod/reviews/{review_id}").text
    assert 'name="tags"' in shown
    assert 'value="coats"' in shown
    assert f'<option selected value="{thread(thread_id).space_id}">' in shown


@pytest.mark.parametrize("act", [lock, archive])
def test_what_everybody_reads_is_not_cut(cast: SimpleNamespace, act: Callable[..., str]) -> None:
    thread_id = ask(cast.alice)
    with pytest.raises(Problem, match="At most 200 characters: everybody reads it"):
        act(cast.mona, thread_id, "word " * 41)
    act(cast.mona, thread_id, "word " * 39 + "end")
    assert "word end" in page(cast.bob.client, thread_id)


def test_an_archive_is_told_as_the_breach_of_no_rule(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    flag(cast.bob, on_thread(thread_id))
    review_id = moderation.open_review(cast.mona.actor, target=on_thread(thread_id))
    seen = f"{review_id}:{looked(on_thread(thread_id)).review}:"
    sent = {"verb": "archive", "reason": "spam", "said": OVER, "seen": seen}
    assert cast.mona.client.post(f"/mod/reviews/{review_id}/decide", data=sent).status_code == 303
    made = db.session.scalars(select(Decision)).one()
    assert (made.act, made.reason) == (Verb.ARCHIVE, "")
    why = cast.alice.client.get(f"/decisions/{made.ref}").text
    assert OVER in why
    assert "advert" not in why


def test_a_pointer_reversed_while_it_is_archived_is_gone_when_it_comes_back(cast: SimpleNamespace) -> None:
    earlier, thread_id = ask(cast.bob, "The one that came first"), ask(cast.alice)
    pointed = decide(cast.mona, on_thread(thread_id), Verb.DUPLICATE, Reason.OTHER, of=earlier)
    archive(cast.mona, thread_id)
    appeal_id = moderation.appeal(cast.alice.actor, ref=pointed, source="Mine differs.", token=pointed * 3)
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal_id, reverse=True, answer="It does.", token=pointed * 3
    )
    assert thread(thread_id).state == State.ARCHIVED
    unarchive(cast.mona, thread_id)
    assert thread(thread_id).state == State.OPEN
