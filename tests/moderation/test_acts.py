"""Every act does what it says, tells whom it concerns, and is taken back to the letter."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.accounts.queries import actor_of
from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.forum import operations as forum
from app.forum.models import Post, Space, Tag, Thread, ThreadTag, Visibility
from app.forum.operations import prepared
from app.moderation import operations as moderation
from app.moderation import owning, policy
from app.moderation.acts import ACTS, Details, Upholds, Verb
from app.moderation.models import Decision, Flag, Told
from app.moderation.words import Reason
from app.questions.models import State
from tests.forum.sorting_steps import verbs
from tests.forum.steps import edit, opening
from tests.moderation.steps import decide, decision, flag, looked, on_person, on_post, on_thread, review
from tests.questions.steps import answer, ask, page, post, reply, thread, token


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def told(who: Any) -> str:
    return str(who.client.get("/me/notifications?show=all").text)


def soon() -> Any:
    return (clock.now() + timedelta(days=14)).date()


def state(thread_id: int, post_id: int, account_id: int) -> Any:
    """All that acts may change."""
    db.session.rollback()
    account = db.session.get_one(Account, account_id)
    row, said = db.session.get_one(Thread, thread_id), db.session.get_one(Post, post_id)
    tags = forum_tags(thread_id)
    return (
        (
            row.visibility,
            row.locked_at is None,
            row.lock_reason,
            row.space_id,
            row.state,
            row.answer_count,
            tags,
        ),
        (said.visibility, said.thread_id, said.parent_id, said.source),
        (account.suspended_until, account.silenced_until, account.held_until, account.suspended_because),
    )


def forum_tags(thread_id: int) -> list[str]:
    names = select(Tag.name).join(ThreadTag).where(ThreadTag.thread_id == thread_id).order_by(Tag.name)
    return list(db.session.scalars(names))


ON_ANSWER = (
    Verb.HIDE,
    Verb.REMOVE,
    Verb.EDIT,
    Verb.SPLIT,
    Verb.WARN,
    Verb.HOLD_POSTS,
    Verb.SILENCE,
    Verb.SUSPEND,
)
ON_THREAD = (
    Verb.HIDE,
    Verb.REMOVE,
    Verb.LOCK,
    Verb.ARCHIVE,
    Verb.MOVE,
    Verb.RETAG,
    Verb.MERGE,
    Verb.DUPLICATE,
)


@pytest.mark.parametrize(
    ("on", "verb"), [("post", verb) for verb in ON_ANSWER] + [("thread", verb) for verb in ON_THREAD]
)
def test_done_told_logged_and_taken_back(
    app: Flask, cast: SimpleNamespace, work: Callable[[], None], on: str, verb: Verb
) -> None:
    earlier = ask(cast.charlie, "An earlier question about the same")
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    reply(cast.charlie, post_id)
    author = cast.bob if on == "post" else cast.alice
    target = on_post(post_id) if on == "post" else on_thread(thread_id)
    flag(cast.tess, target, Reason.OFF_TOPIC)
    spaces = db.session.scalars(select(Space.id).where(Space.merged_into_id.is_(None))).all()
    details: dict[str, Any] = {
        "until": soon(),
        "title": "A thread of its own",
        "tags": ("shoes",),
        "space_id": next(one for one in spaces if one != thread(thread_id).space_id),
        "of": earlier,
        "words": prepared("Better words."),
    }
    before = state(thread_id, post_id, author.id)
    ref = decide(cast.mona, target, verb, Reason.OFF_TOPIC, "Off the track.", **wanted(verb, details))
    work()
    assert state(thread_id, post_id, author.id) != before or verb is Verb.WARN
    assert review(target).opened_at is None
    assert verbs() == [verb]
    made = decision(ref)
    assert (made.by_id, made.subject_id, made.act) == (cast.mona.id, author.id, verb)
    assert f"/decisions/{ref}" not in told(cast.charlie)
    for who in (author, cast.tess):
        assert "Mona" not in told(who)
        why = who.client.get(f"/decisions/{ref}").text
        in_full = who is author
        assert (str(ACTS[verb].label) in why) == (in_full or not ACTS[verb].of_person)
        assert ("Off the track." in why) == in_full
        assert "Rule 6" in why
        assert "Mona" not in why
    assert cast.charlie.client.get(f"/decisions/{ref}").status_code == 404
    agreed = ACTS[verb].upholds is Upholds.YES
    said = "Moderators agreed with your flag" if agreed else "Moderators looked at what you flagged"
    assert said in told(cast.tess)
    moderation.undo(cast.mona.actor, ref=ref)
    work()
    assert state(thread_id, post_id, author.id) == before
    row = review(target)
    assert row.opened_at is not None
    assert row.flag_count == 1
    assert db.session.scalars(select(Flag.decision_id)).all() == [None]
    assert "took a decision about you back" in told(author)
    assert "looked at again" in told(cast.tess)
    assert verbs() == [verb, "undo"]


def wanted(verb: Verb, details: dict[str, Any]) -> dict[str, Any]:
    return {name: details[name] for name in ACTS[verb].needs if name in details}


def test_the_acts_tried_here_are_all_there_are() -> None:
    tried_elsewhere = {
        Verb.KEEP,
        Verb.RESTORE,
        Verb.UNLOCK,
        Verb.UNARCHIVE,
        Verb.LIFT,
        Verb.MASK,
        Verb.TAKE_PHOTOS,
        Verb.ESCALATE,
    }
    assert {*ON_ANSWER, *ON_THREAD} == set(Verb) - tried_elsewhere


@pytest.mark.parametrize("verb", [verb for verb in Verb if ACTS[verb].needs])
def test_what_is_missing_is_said_and_nothing_changes(app: Flask, cast: SimpleNamespace, verb: Verb) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    target = on_thread(thread_id) if verb in ON_THREAD else on_post(post_id)
    review_id = moderation.open_review(cast.mona.actor, target=target)
    before = state(thread_id, post_id, cast.bob.id)
    seen = looked(target)
    sent = {"verb": verb.value, "seen": f"{review_id}:{seen.review}:{seen.post or ''}"}
    shown = cast.mona.client.post(f"/mod/reviews/{review_id}/decide", data=sent)
    assert shown.status_code == 422
    assert "Please look at this again" in shown.text
    assert state(thread_id, post_id, cast.bob.id) == before
    assert verbs() == []


def test_what_cannot_be_is_not_offered(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    for target, verb in (
        (on_post(post_id), Verb.LOCK),
        (on_post(post_id), Verb.RESTORE),
        (on_thread(thread_id), Verb.SPLIT),
        (on_thread(thread_id), Verb.UNLOCK),
        (on_post(post_id), Verb.ARCHIVE),
        (on_thread(thread_id), Verb.UNARCHIVE),
        (on_person(cast.bob.id), Verb.HIDE),
        (on_person(cast.agnes.id), Verb.WARN),
        (on_person(cast.mona.id), Verb.WARN),
        (on_post(answer(cast.agnes, thread_id)), Verb.SUSPEND),
    ):
        with pytest.raises(Problem):
            decide(cast.mona, target, verb, Reason.SPAM, until=soon(), title="Own thread")
        review_id = moderation.open_review(cast.mona.actor, target=target)
        assert f'value="{verb}"' not in cast.mona.client.get(f"/mod/reviews/{review_id}").text
    decide(cast.adam, on_person(cast.agnes.id), Verb.WARN, Reason.ABUSE)


def test_only_moderators_decide(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    for who in (cast.alice, cast.tess, cast.agnes, cast.bob):
        with pytest.raises(NotFound):
            decide(who, post_id, Verb.HIDE, Reason.SPAM)


def test_a_party_never_decides(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    own, others = answer(cast.mona, thread_id), answer(cast.bob, thread_id)
    flag(cast.mona, others)
    for post_id, said in ((own, "You wrote this yourself"), (others, "You flagged this yourself")):
        with pytest.raises(Problem, match=said):
            decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    ref = decide(cast.adam, others, Verb.HIDE, Reason.SPAM)
    assert not decision(ref).involved
    third = answer(cast.bob, thread_id)
    assert (
        "You have written in this thread"
        in cast.mona.client.get(
            f"/mod/reviews/{moderation.open_review(cast.mona.actor, target=on_post(third))}"
        ).text
    )
    assert decision(decide(cast.mona, third, Verb.HIDE, Reason.SPAM)).involved


def test_it_can_be_taken_back_for_ten_minutes_by_who_did_it(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    with pytest.raises(Problem, match="Somebody else decided"):
        moderation.undo(cast.adam.actor, ref=ref)
    with clock.frozen(clock.now() + timedelta(minutes=11)), pytest.raises(Problem, match="ten minutes"):
        moderation.undo(cast.mona.actor, ref=ref)
    for who in (cast.bob, cast.agnes):
        with pytest.raises(NotFound):
            moderation.undo(who.actor, ref=ref)
    later = decide(cast.mona, post_id, Verb.REMOVE, Reason.SPAM)
    with pytest.raises(Problem, match="Something was decided about this since"):
        moderation.undo(cast.mona.actor, ref=ref)
    for one in (later, ref, ref):
        moderation.undo(cast.mona.actor, ref=one)
    assert post(post_id).visibility == Visibility.PUBLIC
    assert verbs() == ["hide", "remove", "undo", "undo"]


def test_the_same_form_twice_is_once(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    moderation.open_review(cast.mona.actor, target=on_post(post_id))
    seen, same = looked(on_post(post_id)), token()
    refs = {decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM, seen=seen, token_=same) for _two in range(2)}
    assert len(refs) == 1
    assert verbs() == ["hide"]


def test_the_same_form_about_many_twice_leaves_the_same_twice(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    posts = [answer(cast.bob, thread_id) for _three in range(3)]
    opened = {
        moderation.open_review(cast.mona.actor, target=on_post(each)): looked(on_post(each)) for each in posts
    }
    first, edited, taken = opened
    edit(cast.bob, posts[1], "Calmer words.")
    moderation.claim(cast.adam.actor, review_id=taken)
    same = token()
    form: dict[str, Any] = {"verb": Verb.HIDE, "details": Details(reason=Reason.SPAM), "seen": opened}
    batch, left = moderation.decide_many(cast.mona.actor, **form, token=same)
    assert [review_id for review_id, _why in left] == [edited, taken]
    assert moderation.decide_many(cast.mona.actor, **form, token=same) == (batch, left)
    moderation.let_go(cast.adam.actor, review_id=taken)
    again, why = moderation.decide_many(cast.mona.actor, **form, token=same)
    assert (again, why) == (batch, [left[0], (taken, str(policy.MOVED_ON))])
    rows = db.session.scalars(select(Decision.review_id)).all()
    assert list(rows) == [first], "a second click decides nothing"


def test_where_all_of_many_were_left_the_same_form_leaves_them_again(cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    review_id = moderation.open_review(cast.mona.actor, target=on_post(post_id))
    seen, same = {review_id: looked(on_post(post_id))}, token()
    moderation.claim(cast.adam.actor, review_id=review_id)
    for _twice in range(2):
        details = Details(reason=Reason.SPAM)
        _batch, left = moderation.decide_many(
            cast.mona.actor, verb=Verb.REMOVE, details=details, seen=seen, token=same
        )
        assert [each for each, _why in left] == [review_id]
        moderation.let_go(cast.adam.actor, review_id=review_id)
    assert post(post_id).visibility == Visibility.PUBLIC


def test_a_sanction_binds_and_is_said(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    decide(cast.mona, post_id, Verb.SILENCE, Reason.ABUSE, "Ring 07700 900123.", until=soon())
    shown = cast.bob.client.get("/").text
    assert "900123" not in shown
    with pytest.raises(Problem):
        answer(refreshed(cast.bob), ask(cast.alice))
    for day in (clock.now().date(), (clock.now() + timedelta(days=400)).date()):
        with pytest.raises(Problem, match="within a year"):
            decide(cast.mona, post_id, Verb.SUSPEND, Reason.ABUSE, until=day)


def refreshed(who: Any) -> SimpleNamespace:
    """As the next request would know them."""
    db.session.rollback()
    return SimpleNamespace(actor=actor_of(who.id))


def test_a_merged_thread_leads_on_and_comes_back(app: Flask, cast: SimpleNamespace) -> None:
    earlier = ask(cast.charlie, "An earlier question about the same")
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    ref = decide(cast.mona, on_thread(thread_id), Verb.MERGE, Reason.OFF_TOPIC, of=earlier)
    assert post(post_id).thread_id == earlier
    led = cast.bob.client.get(f"/questions/{thread_id}")
    assert led.status_code == 301
    assert f"/questions/{earlier}" in led.location
    assert cast.alice.client.get(f"/decisions/{ref}").status_code == 200
    moderation.undo(cast.mona.actor, ref=ref)
    assert post(post_id).thread_id == thread_id
    assert f'id="p-{post_id}"' in page(cast.bob.client, thread_id)


def test_pointing_at_an_earlier_question_by_its_address(app: Flask, cast: SimpleNamespace) -> None:
    earlier = ask(cast.charlie, "An earlier question about the same")
    thread_id = ask(cast.alice)
    review_id = moderation.open_review(cast.mona.actor, target=on_thread(thread_id))
    url = f"/mod/reviews/{review_id}/decide"
    sent = {"verb": "duplicate", "of": "elsewhere", "seen": f"{review_id}:1:"}
    assert "There is no such question" in cast.mona.client.post(url, data=sent).text
    done = cast.mona.client.post(url, data={**sent, "of": f"http://localhost/questions/{earlier}/x"})
    assert done.status_code == 303
    assert thread(thread_id).state == State.DUPLICATE


def test_what_moderators_wrote_is_masked_for_those_concerned(app: Flask, cast: SimpleNamespace) -> None:
    post_id = opening(ask(cast.alice))
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.PERSONAL, "You gave bob@example.org away.")
    assert "bob@example.org" not in cast.alice.client.get(f"/decisions/{ref}").text
    rows = db.session.scalars(select(Told).where(Told.decision_id == decision(ref).id)).all()
    assert [(row.account_id, row.side) for row in rows] == [(cast.alice.id, "author")]


def test_an_edit_of_the_author_meanwhile_is_kept(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    ref = decide(cast.mona, post_id, Verb.EDIT, Reason.ABUSE, words=prepared("Calmer words."))
    forum.edit(cast.bob.actor, post_id=post_id, version=2, source="My own words.", token=token())
    with pytest.raises(Problem, match="edited again since"):
        moderation.undo(cast.mona.actor, ref=ref)
    assert post(post_id).source == "My own words."


def test_what_was_held_waits_again_when_its_release_is_taken_back(app: Flask, cast: SimpleNamespace) -> None:
    link = "Look at https://shop.example/coat please."
    post_id = answer(cast.nia, ask(cast.alice), link)
    opened = review(post_id).opened_at
    ref = decide(cast.mona, post_id, Verb.KEEP)
    assert post(post_id).visibility == Visibility.PUBLIC
    moderation.undo(cast.mona.actor, ref=ref)
    assert post(post_id).visibility == Visibility.HELD
    assert (review(post_id).held, review(post_id).opened_at) == (True, opened)


def test_what_was_wrongly_refused_is_shown_on_appeal(app: Flask, cast: SimpleNamespace) -> None:
    link = "Look at https://shop.example/coat please."
    post_id = answer(cast.nia, ask(cast.alice), link)
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    appeal_id = moderation.appeal(cast.nia.actor, ref=ref, source="It is my own listing.", token=token())
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal_id, reverse=True, answer="So it is.", token=token()
    )
    assert post(post_id).visibility == Visibility.PUBLIC
    assert (review(post_id).held, review(post_id).opened_at) == (False, None)


def test_what_hid_by_itself_may_be_found_well_hidden(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    for who in (cast.alice, cast.charlie, cast.tess):
        flag(SimpleNamespace(actor=replace(who.actor, trust=1)), post_id)
    hidden_at = review(post_id).hidden_at
    assert hidden_at is not None
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    assert (post(post_id).visibility, review(post_id).hidden_at) == (Visibility.HIDDEN, None)
    moderation.undo(cast.mona.actor, ref=ref)
    assert (post(post_id).visibility, review(post_id).hidden_at) == (Visibility.HIDDEN, hidden_at)


def test_whoever_flagged_the_opening_post_decides_about_the_thread_no_more(
    app: Flask, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    flag(cast.mona, opening(thread_id))
    with pytest.raises(Problem, match="You flagged this yourself"):
        decide(cast.mona, on_thread(thread_id), Verb.HIDE, Reason.SPAM)
    other = ask(cast.alice)
    flag(cast.mona, on_thread(other))
    with pytest.raises(Problem, match="You flagged this yourself"):
        decide(cast.mona, opening(other), Verb.HIDE, Reason.SPAM)
    decide(cast.adam, on_thread(thread_id), Verb.HIDE, Reason.SPAM)


def test_a_rules_decision_meanwhile_is_in_nobodys_way(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = opening(thread_id)
    ref = decide(cast.mona, post_id, Verb.LOCK, Reason.OFF_TOPIC)
    for who in (cast.bob, cast.charlie, cast.tess):
        flag(SimpleNamespace(actor=replace(who.actor, trust=1)), post_id, Reason.ABUSE)
    assert thread(thread_id).visibility == Visibility.HIDDEN
    moderation.undo(cast.mona.actor, ref=ref)
    assert thread(thread_id).locked_at is None


def test_moderators_do_not_read_who_flagged_them(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.mona, ask(cast.alice))
    flag(cast.bob, post_id, Reason.ABUSE, "She calls me names.")
    url = f"/mod/reviews/{review(post_id).id}"
    assert "She calls me names." in cast.adam.client.get(url).text
    assert "She calls me names." not in cast.mona.client.get(url).text


def test_about_somebody_anonymised_nothing_waits(app: Flask, cast: SimpleNamespace) -> None:
    flag(cast.bob, on_person(cast.charlie.id), Reason.SCAM)
    ref = decide(cast.mona, on_person(cast.charlie.id), Verb.WARN, Reason.SCAM)
    flag(cast.tess, on_person(cast.charlie.id), Reason.ABUSE)
    owning.anonymise(cast.mona.actor, account_id=cast.charlie.id, typed="charlie")
    assert review(on_person(cast.charlie.id)).opened_at is None
    assert cast.mona.client.get("/mod/queue").status_code == 200
    assert cast.mona.client.get(f"/decisions/{ref}").status_code == 200


def test_whom_one_had_flagged_before_they_became_one(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    flag(cast.charlie, post_id)
    owning.merge(
        cast.mona.actor,
        kept_id=cast.bob.id,
        gone_id=cast.charlie.id,
        typed="charlie",
        because="One.",
        token=token(),
    )
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    rows = db.session.scalars(select(Told).where(Told.decision_id == decision(ref).id)).all()
    assert [(row.account_id, row.side) for row in rows] == [(cast.bob.id, "author")]


def test_what_narrows_the_queue_is_not_taken_for_the_reason(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    flag(cast.tess, post_id, Reason.SPAM)
    page = cast.mona.client.get("/mod/queue?flagged_for=spam").text
    hidden = dict(re.findall(r'<input type="hidden" name="(flagged_for|reason|seen)" value="([^"]+)">', page))
    assert hidden.keys() == {"flagged_for", "seen"}
    sent = {**hidden, "verb": "hide", "reason": "abuse", "form_token": token()}
    done = cast.mona.client.post(f"/mod/reviews/{review(post_id).id}/decide", data=sent)
    assert done.location == "/mod/queue?flagged_for=spam"
    assert db.session.scalars(select(Decision.reason)).one() == Reason.ABUSE
