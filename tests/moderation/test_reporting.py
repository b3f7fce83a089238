"""Reports without an account: what is asked, what becomes of them, and that nobody is remembered for longer than needed."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.core import clock
from app.core.db import db
from app.core.problems import Problem
from app.forum.models import Post, Visibility
from app.mail.queries import Letter
from app.moderation import operations as moderation
from app.moderation import weights
from app.moderation.acts import Verb
from app.moderation.addressing import ELSEWHERE, NOT_HERE, target_at
from app.moderation.models import Appeal, Report
from app.moderation.targets import Target
from app.moderation.words import REPORT_REASONS, Reason
from tests.forum.sorting_steps import verbs
from tests.moderation.steps import decide, flag, on_person, on_post, on_thread, review
from tests.questions.steps import answer, ask, count, hide, post, token

Letters = Callable[[], list[Letter]]


@pytest.fixture(autouse=True)
def _letters(mailbox: Letters) -> None:
    """Letters are expected here."""


def sent(address: str, **changes: str) -> dict[str, str]:
    """The form as a browser sends it."""
    filled = {
        "about": address,
        "reason": "scam",
        "source": "It asks buyers to pay by gift card.",
        "name": "Rosa Diaz",
        "email": "rosa@example.com",
        "good_faith": "y",
        "form_token": token(),
    }
    return {name: value for name, value in {**filled, **changes}.items() if value}


def report(target: Target, email: str = "rosa@example.com", reason: Reason = Reason.SCAM) -> str:
    return moderation.report(
        ANONYMOUS,
        target=target,
        reason=reason,
        source="It asks to pay by gift card.",
        name="",
        email=email,
        good_faith=True,
        token=token(),
        connects_from="192.0.2.7",
    )


def row(ref: str) -> Report:
    db.session.rollback()
    return db.session.scalars(select(Report).where(Report.ref == ref)).one()


def to(letters: list[Letter], address: str = "rosa@example.com") -> list[Letter]:
    return [letter for letter in letters if letter.to == address]


def test_reported_confirmed_decided_told_and_seen_on_the_receipt(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, work: Callable[[], None], mailbox: Letters
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    form = sent(f"/p/{post_id}")
    answers = [client.post("/report", data=form) for _twice in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert count(Report) == 1
    work()
    (received,) = to(mailbox())
    assert answers[0].location in received.text
    assert "Rosa" not in received.text
    assert "gift card" not in received.text
    shown = client.get(answers[0].location).text
    assert "It waits for a moderator" in shown
    assert not re.search("Rosa|rosa@|gift card", shown)
    assert (review(post_id).flag_count, review(post_id).flag_weight) == (1, weights.REPORT_WEIGHT)
    assert review(post_id).severity == weights.SEVERITY[Reason.SCAM]
    listed = cast.mona.client.get("/mod/queue").text
    assert "1 without an account" in listed
    assert "It asks buyers to pay by gift card." in listed
    assert "Rosa Diaz" in listed
    assert "rosa@example.com" not in listed
    decide(cast.mona, post_id, Verb.HIDE, Reason.SCAM)
    work()
    outcome = to(mailbox())[0]
    assert "agreed with you" in outcome.text
    assert "another look" not in outcome.text
    shown = client.get(answers[0].location).text
    assert "Moderators agreed with you and acted." in shown
    assert "Mona" not in shown
    assert len(to(mailbox())) == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"about": ""}, "Paste the address of what it is about."),
        ({"about": "https://elsewhere.example/p/1"}, str(ELSEWHERE)),
        ({"about": "javascript://localhost/p/1"}, str(ELSEWHERE)),
        ({"about": "http://[::1"}, str(NOT_HERE)),
        ({"about": "/rules"}, str(NOT_HERE)),
        ({"about": "/p/999999"}, str(NOT_HERE)),
        ({"about": "/people/nobody-here"}, str(NOT_HERE)),
        ({"reason": ""}, "Choose a reason from the list."),
        ({"reason": "unclear"}, "Choose a reason from the list."),
        ({"source": ""}, "Say what is wrong."),
        ({"source": "\u200b \u2060"}, "Say what is wrong."),
        ({"source": "word " * 201}, "At most 1000 characters."),
        ({"name": "R" * 81}, "At most 80 characters."),
        ({"email": ""}, "Write your e-mail address."),
        ({"email": "rosa at example"}, "Write an e-mail address like name@example.com."),
        ({"good_faith": ""}, "Tick this if what you say is true"),
    ],
)
def test_what_is_wrong_with_it_is_said_and_what_was_typed_stays(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, changes: dict[str, str], said: str
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    shown = client.post("/report", data=sent(f"/p/{post_id}", **changes))
    assert shown.status_code == 422
    assert said in shown.text
    if "source" not in changes:
        assert "It asks buyers to pay by gift card." in shown.text
    assert count(Report) == 0


def test_a_name_may_be_left_out(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    assert client.post("/report", data=sent(f"/p/{post_id}", name="")).status_code == 303
    assert "No name given" in cast.mona.client.get("/mod/queue").text


def test_what_addresses_lead_to(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    for typed, target in (
        (f"/p/{post_id}", on_post(post_id)),
        (f"http://localhost/t/{thread_id}", on_thread(thread_id)),
        (f" https://shop.example/questions/{thread_id}/what-now?sort=newest ", on_thread(thread_id)),
        (f"/questions/{thread_id}", on_thread(thread_id)),
        (f"/questions/{thread_id}/what-now#p-{post_id}", on_post(post_id)),
        ("/people/Bob", on_person(cast.bob.id)),
    ):
        assert target_at(typed, host="shop.example") == target, typed
    for typed in (
        "",
        "/",
        "/sign-in",
        f"/p/{post_id}/edit",
        "/t/99999999999999",
        "/people/",
        f"/p/{post_id}/../..",
    ):
        with pytest.raises(Problem) as refused:
            target_at(typed, host="shop.example")
        assert refused.value.field == "about"


def test_hidden_and_missing_are_told_alike(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    hide(Post, post_id, Visibility.HIDDEN)
    for browser in (client, cast.bob.client, cast.mona.client):
        shown = browser.post("/report", data=sent(f"/p/{post_id}"))
        assert (shown.status_code, str(NOT_HERE) in shown.text) == (422, True)
    assert count(Report) == 0


def test_the_form_is_prefilled_and_led_to(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    shown = client.get(f"/p/{post_id}/flag").text
    assert f'href="/report?about=/p/{post_id}"' in shown
    assert f'href="/sign-in?next=/p/{post_id}/flag"' in shown
    filled = client.get(f"/report?about=/p/{post_id}").text
    assert f'value="/p/{post_id}"' in filled
    assert all(f'value="{reason}"' in filled for reason in REPORT_REASONS)
    assert 'href="/report"' in client.get("/rules").text


def test_many_reports_hide_nothing(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    for number in range(30):
        report(on_post(post_id), f"r{number}@example.com")
    assert post(post_id).visibility == Visibility.PUBLIC
    found = review(post_id)
    assert (found.flag_count, found.independent, found.flag_weight) == (30, 0, 7.5)


def test_so_many_an_hour_from_one_connection(
    make_app: Callable[..., Flask], cast: SimpleNamespace, work: Callable[[], None], mailbox: Letters
) -> None:
    thread_id = ask(cast.alice)
    limited = make_app(limits=True)
    with limited.app_context():
        client = limited.test_client()
        for _five in range(5):
            assert client.post("/report", data=sent(f"/t/{thread_id}")).status_code == 303
        shown = client.post("/report", data=sent(f"/t/{thread_id}"))
        assert shown.status_code == 429
        assert int(shown.headers["Retry-After"]) > 0
        assert "It asks buyers to pay by gift card." in shown.text
        assert count(Report) == 5
        work()
    assert len(to(mailbox())) == 3, "nobody gets more letters than three an hour"


def test_one_address_hears_once_of_a_decision(
    app: Flask, cast: SimpleNamespace, work: Callable[[], None], mailbox: Letters
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    for _three in range(3):
        report(on_post(post_id))
    report(on_post(post_id), "jo@example.com")
    decide(cast.mona, post_id, Verb.REMOVE, Reason.SCAM)
    work()
    told = [letter for letter in mailbox() if "What became of your report" in letter.subject]
    assert sorted(letter.to for letter in told) == ["jo@example.com", "rosa@example.com"]


def test_taken_back_it_waits_again_and_its_sender_hears_so(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, work: Callable[[], None], mailbox: Letters
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    ref = report(on_post(post_id))
    flag(cast.tess, post_id)
    assert (review(post_id).flag_count, review(post_id).flag_weight) == (2, weights.REPORT_WEIGHT + 2.0)
    decision = decide(cast.mona, post_id, Verb.HIDE, Reason.SCAM)
    assert (row(ref).upheld, review(post_id).flag_count, review(post_id).opened_at) == (True, 0, None)
    work()
    moderation.undo(cast.mona.actor, ref=decision)
    work()
    assert (row(ref).decision_id, row(ref).upheld, row(ref).appeal_until) == (None, None, None)
    assert review(post_id).flag_count == 2
    assert review(post_id).opened_at is not None
    assert "is looked at again" in to(mailbox())[0].subject
    assert "It waits for a moderator" in client.get(f"/report/{ref}").text


def link_in(letter: Letter) -> str:
    found = re.search(r"http://localhost(/appeals/\S+)", letter.text)
    assert found
    return found[1]


def test_told_kept_they_ask_for_another_look_by_the_letters_link(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, work: Callable[[], None], mailbox: Letters
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    ref = report(on_post(post_id))
    decision = decide(cast.mona, post_id, Verb.KEEP)
    work()
    outcome = to(mailbox())[0]
    assert "kept it" in outcome.text
    assert "kept it" in client.get(f"/report/{ref}").text
    link = link_in(outcome)
    assert "Ask for another look" in client.get(link).text
    for source, said in (("", "Say why it is wrong."), ("word " * 401, "At most 2000 characters.")):
        shown = client.post(link, data={"source": source})
        assert (shown.status_code, said in shown.text, source.strip() in shown.text) == (422, True, True)
    for _twice in range(2):
        done = client.post(
            link, data={"source": "It does ask.", "form_token": token()}, follow_redirects=True
        )
        assert "It does ask." in done.text
    assert count(Appeal) == 1
    assert "Somebody without an account, about a decision" in cast.adam.client.get("/mod/appeals").text
    appeal = db.session.scalars(select(Appeal)).one()
    assert (appeal.account_id, appeal.report_id, appeal.side) == (None, row(ref).id, "reporter")
    assert "Somebody without an account" in cast.adam.client.get(f"/mod/appeals/{appeal.id}").text
    assert "so somebody else looks" in cast.mona.client.get(f"/mod/appeals/{appeal.id}").text
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal.id, reverse=True, answer="You are right.", token=token()
    )
    work()
    letters = to(mailbox())
    assert "reversed their decision" in letters[0].text
    assert not any("Your report" in letter.subject and "again" in letter.subject for letter in letters)
    assert "You are right." in client.get(link_in(letters[0])).text
    assert review(post_id).flag_count == 1
    assert verbs() == ["keep", "appeal_report", "reverse"]
    decided = decide(cast.mona, post_id, Verb.HIDE, Reason.SCAM)
    work()
    assert decided != decision
    assert "agreed with you" in to(mailbox())[0].text


def test_the_link_is_for_one_report_and_decision(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, work: Callable[[], None], mailbox: Letters
) -> None:
    thread_id = ask(cast.alice)
    first, second = answer(cast.bob, thread_id), answer(cast.bob, thread_id)
    report(on_post(first))
    decide(cast.mona, first, Verb.KEEP)
    other = decide(cast.mona, second, Verb.HIDE, Reason.SPAM)
    work()
    link = link_in(to(mailbox())[0])
    signed = link.partition("token=")[2]
    for wrong in (
        link[:-2],
        f"/appeals/{other}?token={signed}",
        f"/appeals/nothing?token={signed}",
        link + "x",
    ):
        for answered in (client.get(wrong), client.post(wrong, data={"source": "Let me in."})):
            assert answered.status_code == 404
    bare = client.get(link.partition("?")[0])
    assert bare.location.startswith("/sign-in")
    assert client.get("/report/ffffffffffffffffffff").status_code == 404
    assert count(Appeal) == 0
    with clock.frozen(clock.now() + timedelta(days=190)):
        shown = client.post(link, data={"source": "Late."})
        assert "The time to ask for another look is over." in shown.text
    assert count(Appeal) == 0


def test_their_address_is_forgotten_six_months_after_the_outcome(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, work: Callable[[], None], mailbox: Letters
) -> None:
    thread_id = ask(cast.alice)
    decided, appealed, waits = (answer(cast.bob, thread_id) for _three in range(3))
    refs = [report(on_post(post_id)) for post_id in (decided, appealed, waits)]
    for post_id in (decided, appealed):
        decide(cast.mona, post_id, Verb.KEEP)
    work()
    links = [link_in(letter) for letter in mailbox() if "What became of" in letter.subject]
    appeal_ids = [
        moderation.appeal_report(
            ANONYMOUS,
            ref=link.removeprefix("/appeals/").partition("?")[0],
            link=link.partition("token=")[2],
            source="It does.",
            token=token(),
        )
        for link in links
    ]
    assert len(set(appeal_ids)) == 2
    first = db.session.scalars(select(Appeal).where(Appeal.report_id == row(refs[0]).id)).one()
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=first.id, reverse=False, answer="It stays.", token=token()
    )
    with clock.frozen(clock.now() + timedelta(days=170)):
        assert moderation.forget_reporters() == 0
    with clock.frozen(clock.now() + timedelta(days=190)):
        assert moderation.forget_reporters() == 1
        assert moderation.forget_reporters() == 0
    assert [row(ref).email for ref in refs] == [None, "rosa@example.com", "rosa@example.com"]
    assert row(refs[0]).source
    assert "Moderators looked at it and kept it." in client.get(f"/report/{refs[0]}").text


def test_a_severe_one_calls_moderators_at_once(app: Flask, cast: SimpleNamespace) -> None:
    report(on_post(answer(cast.bob, ask(cast.alice))), reason=Reason.DANGEROUS_LINK)
    assert "Something severe was flagged" in cast.mona.client.get("/me/notifications").text


def test_numbers_of_cards_are_not_kept(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    client.post("/report", data=sent(f"/p/{post_id}", source="He took 4111 1111 1111 1111 from me."))
    assert "4111 1111 1111 1111" not in db.session.scalars(select(Report.source)).one()


def test_the_queue_is_narrowed_by_what_reports_say(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice), "Pay me by gift card then.")
    report(on_post(post_id))
    assert "Pay me by gift card then." in cast.mona.client.get("/mod/queue?flagged=scam").text
    assert "Pay me by gift card then." not in cast.mona.client.get("/mod/queue?reason=spam").text
