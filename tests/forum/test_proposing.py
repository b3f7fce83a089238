"""Trusted people suggest, somebody else decides: once, on the version it was made for."""

import itertools
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS, Role
from app.core.clock import frozen, now
from app.core.db import db
from app.core.events import on
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum import policy, queries
from app.forum.events import EditDecided, EditProposed
from app.forum.models import EditProposal, Post, Revision, Thread, Visibility
from app.forum.queries import tags_of
from tests.forum.steps import BETTER, edit, opening, proposal, propose
from tests.moderation.steps import lock
from tests.questions.steps import SOURCE, TITLE, answer, ask, count, page, post, thread, token

NEW_TITLE = "Buyer claims a fault that the listing showed"


@pytest.fixture
def heard(app: Flask) -> list[EditProposed | EditDecided]:
    """What is said of suggestions."""
    said: list[EditProposed | EditDecided] = []
    for event in (EditProposed, EditDecided):
        on(app, event, said.append)
    return said


@pytest.fixture
def trudy(enter: object) -> SimpleNamespace:
    return enter("trudy", Role.TRUSTED)  # type: ignore[operator,no-any-return]


def test_suggested_looked_at_and_in_the_post(app: Flask, cast: SimpleNamespace, heard: list[object]) -> None:
    thread_id = ask(cast.alice)
    post_id = opening(thread_id)
    assert f"/p/{post_id}/propose" in page(cast.tess.client, thread_id)
    fields = {
        "version": "1",
        "title": NEW_TITLE,
        "source": BETTER,
        "tags": "wool, coats",
        "reason": "The title says what happened.",
    }
    sent = cast.tess.client.post(f"/p/{post_id}/propose", data=fields)
    assert sent.status_code == 303
    assert (thread(thread_id).title, post(post_id).version) == (TITLE, 1)
    proposal_id = db.session.scalars(select(EditProposal.id)).one()
    assert f"/review/edits/{proposal_id}" in page(cast.alice.client, thread_id)
    shown = cast.alice.client.get(f"/review/edits/{proposal_id}").text
    assert "The title says what happened." in shown
    assert "Approve the change" in shown
    decided = cast.alice.client.post(f"/review/edits/{proposal_id}", data={"decision": "approve"})
    assert decided.status_code == 303
    assert (thread(thread_id).title, post(post_id).source) == (NEW_TITLE, BETTER)
    assert tags_of([thread_id])[thread_id] == ("coats", "wool")
    row = db.session.scalars(select(Revision)).one()
    assert (row.editor_id, row.reason, row.source) == (
        cast.tess.id,
        "The title says what happened.",
        SOURCE,
    )
    assert heard == [
        EditProposed(proposal_id, post_id, thread_id, cast.tess.id),
        EditDecided(proposal_id, post_id, thread_id, cast.alice.id, approved=True),
    ]
    assert "approved this" in cast.tess.client.get(f"/review/edits/{proposal_id}").text


def test_who_may_suggest(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = opening(thread_id)
    for who in (cast.alice, cast.bob, cast.nia, cast.mona, cast.agnes):
        assert who.client.get(f"/p/{post_id}/propose").status_code == 404
        with pytest.raises(Problem):
            propose(who, post_id)
    own = answer(cast.tess, thread_id)
    assert cast.tess.client.get(f"/p/{own}/propose").status_code == 404
    assert count(EditProposal) == 0


def test_who_may_decide(app: Flask, cast: SimpleNamespace, trudy: SimpleNamespace) -> None:
    for who in (cast.alice, trudy, cast.mona, cast.adam):
        proposal_id = propose(cast.tess, opening(ask(cast.alice)))
        forum.approve(who.actor, proposal_id=proposal_id)
        assert proposal(proposal_id).state == "approved"
    proposal_id = propose(cast.tess, opening(ask(cast.alice)))
    for who in (cast.bob, cast.nia, cast.agnes):
        assert who.client.get(f"/review/edits/{proposal_id}").status_code == 404
        with pytest.raises(NotFound):
            forum.approve(who.actor, proposal_id=proposal_id)
    with pytest.raises(Problem, match="Somebody else decides"):
        forum.approve(cast.tess.actor, proposal_id=proposal_id)
    own = cast.tess.client.post(f"/review/edits/{proposal_id}", data={"decision": "approve"})
    assert own.status_code == 422
    assert "waits for somebody else" in own.text
    assert proposal(proposal_id).state == "pending"


def test_declined_with_a_word(app: Flask, cast: SimpleNamespace, heard: list[object]) -> None:
    post_id = opening(ask(cast.alice))
    proposal_id = propose(cast.tess, post_id)
    url = f"/review/edits/{proposal_id}"
    without = cast.alice.client.post(url, data={"decision": "decline"})
    assert without.status_code == 422
    assert "why not" in without.text
    assert (
        cast.alice.client.post(url, data={"decision": "decline", "word": "I meant it that way."}).status_code
        == 303
    )
    assert post(post_id).source == SOURCE
    assert "I meant it that way." in cast.tess.client.get(url).text
    assert [event.approved for event in heard if isinstance(event, EditDecided)] == [False]


def test_the_list_holds_what_waits_for_whom(
    app: Flask, cast: SimpleNamespace, trudy: SimpleNamespace
) -> None:
    first = propose(cast.tess, opening(ask(cast.alice, "Alice asks about a coat")))
    propose(trudy, opening(ask(cast.bob, "Bob asks about a parcel")))
    shown = {
        name: who.client.get("/review/edits").text for name, who in {**vars(cast), "trudy": trudy}.items()
    }
    alices = {name for name, text in shown.items() if "Alice asks" in text}
    bobs = {name for name, text in shown.items() if "Bob asks" in text}
    assert alices == {"alice", "trudy", "mona", "adam"}
    assert bobs == {"bob", "tess", "mona", "adam"}
    forum.approve(cast.mona.actor, proposal_id=first)
    assert "Alice asks" not in cast.mona.client.get("/review/edits").text


def test_the_longest_waiting_comes_first(app: Flask, cast: SimpleNamespace) -> None:
    for title in ("The first of the two", "The second of the two"):
        propose(cast.tess, opening(ask(cast.alice, title)))
    text = cast.mona.client.get("/review/edits").text
    assert text.index("The first") < text.index("The second")


def test_a_version_that_is_gone_says_so(app: Flask, cast: SimpleNamespace, heard: list[object]) -> None:
    post_id = opening(ask(cast.alice))
    proposal_id = propose(cast.tess, post_id)
    edit(cast.alice, post_id, "My own words, later.")
    assert proposal(proposal_id).state == "outdated"
    with pytest.raises(Problem, match="changed after this was suggested"):
        forum.approve(cast.mona.actor, proposal_id=proposal_id)
    assert "changed after this was suggested" in cast.tess.client.get(f"/review/edits/{proposal_id}").text
    assert post(post_id).source == "My own words, later."
    assert heard[-1] == EditDecided(
        proposal_id, post_id, post(post_id).thread_id, cast.alice.id, approved=False
    )


def test_suggested_on_an_old_version_is_told_and_keeps_its_text(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    edit(cast.bob, post_id, "Changed meanwhile.")
    fields = {"version": "1", "source": BETTER, "reason": "Clearer."}
    late = cast.tess.client.post(f"/p/{post_id}/propose", data=fields)
    assert late.status_code == 422
    assert BETTER in late.text
    assert 'name="version" type="hidden" value="2"' in late.text


def test_two_suggestions_for_one_post_and_one_wins(
    app: Flask, cast: SimpleNamespace, trudy: SimpleNamespace
) -> None:
    post_id = opening(ask(cast.alice))
    first, second = propose(cast.tess, post_id), propose(trudy, post_id, "Other words.")
    forum.approve(cast.alice.actor, proposal_id=second)
    assert (proposal(first).state, proposal(second).state) == ("outdated", "approved")
    assert post(post_id).source == "Other words."


def test_decided_once(app: Flask, cast: SimpleNamespace) -> None:
    post_id = opening(ask(cast.alice))
    proposal_id = propose(cast.tess, post_id)
    forum.approve(cast.alice.actor, proposal_id=proposal_id)
    forum.approve(cast.alice.actor, proposal_id=proposal_id)
    assert (post(post_id).version, count(Revision)) == (2, 1)
    with pytest.raises(Problem, match="decided on already"):
        forum.decline(cast.mona.actor, proposal_id=proposal_id, word="Late.")
    with pytest.raises(Problem, match="decided on already"):
        forum.approve(cast.mona.actor, proposal_id=proposal_id)
    declined = propose(cast.tess, post_id, "Third words.", version=2)
    forum.decline(cast.alice.actor, proposal_id=declined, word="No.")
    forum.decline(cast.alice.actor, proposal_id=declined, word="No.")
    with pytest.raises(Problem, match="decided on already"):
        forum.approve(cast.alice.actor, proposal_id=declined)
    assert post(post_id).source == BETTER


def test_the_same_form_twice_is_one_suggestion(
    app: Flask, cast: SimpleNamespace, heard: list[object]
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    fields = {"version": "1", "source": BETTER, "reason": "Clearer.", "form_token": token()}
    for _time in range(3):
        assert cast.tess.client.post(f"/p/{post_id}/propose", data=fields).status_code == 303
    assert (count(EditProposal), len(heard)) == (1, 1)


def test_one_at_a_time_and_something_must_differ(app: Flask, cast: SimpleNamespace) -> None:
    post_id = opening(ask(cast.alice))
    with pytest.raises(Problem, match="Change something first"):
        propose(cast.tess, post_id, SOURCE, title=TITLE, tags=["coats"])
    propose(cast.tess, post_id, SOURCE, title=TITLE, tags=["wool"])
    with pytest.raises(Problem, match="still waits"):
        propose(cast.tess, post_id)
    assert count(EditProposal) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": ""}, "Say in a few words why."),
        ({"reason": "x" * 201}, "At most 200 characters"),
        ({"source": ""}, "Write something"),
        ({"source": "x" * 32_001}, "32,000"),
        ({"title": "x"}, "A few more words"),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(
    app: Flask, cast: SimpleNamespace, changes: dict[str, str], said: str
) -> None:
    post_id = opening(ask(cast.alice))
    fields = {"version": "1", "title": NEW_TITLE, "source": BETTER, "tags": "wool", "reason": "Clearer."}
    sent = cast.tess.client.post(f"/p/{post_id}/propose", data={**fields, **changes})
    assert sent.status_code == 422
    assert said in sent.text
    assert 'value="wool"' in sent.text
    assert count(EditProposal) == 0


def test_preview_suggests_nothing(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    sent = cast.tess.client.post(
        f"/p/{post_id}/propose", data={"version": "1", "source": "So *clear*.", "preview": "1"}
    )
    assert sent.status_code == 200
    assert "<em>clear</em>" in sent.text
    assert count(EditProposal) == 0


def test_personal_data_is_not_shown_to_trusted_people(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice), "Write to bob.private@example.org please.")
    assert cast.tess.client.get(f"/p/{post_id}/propose").status_code == 404
    with pytest.raises(Problem, match="only its author and moderators"):
        propose(cast.tess, post_id)


def test_a_title_that_stays_keeps_what_only_staff_read_of_it(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice, "Buyer 07700 900123 vanished")
    masked = thread(thread_id).title
    proposal_id = propose(cast.tess, opening(thread_id), title=masked)
    forum.approve(cast.alice.actor, proposal_id=proposal_id)
    assert thread(thread_id).title == masked
    assert thread(thread_id).unmasked_title == "Buyer 07700 900123 vanished"


@pytest.mark.parametrize("to", [Visibility.DELETED, Visibility.ERASED])
def test_with_the_post_the_suggestion_ends(
    app: Flask, cast: SimpleNamespace, heard: list[object], to: Visibility
) -> None:
    thread_id = ask(cast.alice)
    of_question = propose(cast.tess, opening(thread_id))
    answer_id = answer(cast.bob, thread_id)
    of_answer = propose(cast.tess, answer_id)
    with transaction():
        forum.set_visibility(answer_id, to, by_id=cast.mona.id)
    assert (proposal(of_question).state, proposal(of_answer).state) == ("pending", "ended")
    with transaction():
        forum.set_visibility(opening(thread_id), to, by_id=None)
    assert proposal(of_question).state == "ended"
    assert [event.by_id for event in heard if isinstance(event, EditDecided)] == [cast.mona.id, None]


def test_in_a_locked_thread_it_waits_on(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    proposal_id = propose(cast.tess, opening(thread_id))
    lock(cast.mona, thread_id)
    with pytest.raises(Problem, match="locked"):
        forum.approve(cast.alice.actor, proposal_id=proposal_id)
    with pytest.raises(Problem, match="locked"):
        propose(cast.tess, answer_of(cast, thread_id))
    forum.approve(cast.mona.actor, proposal_id=proposal_id)
    assert proposal(proposal_id).state == "approved"


def answer_of(cast: SimpleNamespace, thread_id: int) -> int:
    """An answer that staff wrote into a locked thread."""
    return answer(cast.agnes, thread_id)


def test_thirty_suggestions_a_day(make_app: object, app: Flask, cast: SimpleNamespace) -> None:
    limited = make_app(limits=True)  # type: ignore[operator]
    with limited.app_context():
        thread_id = ask(cast.alice)
        with transaction() as session:
            for _row in range(30):
                session.add(
                    EditProposal(
                        post_id=opening(thread_id),
                        version=1,
                        source="x",
                        reason="x",
                        proposer_id=cast.tess.id,
                        state="declined",
                        created_at=now(),
                    )
                )
        with pytest.raises(Problem, match="enough editing"):
            propose(cast.tess, opening(thread_id))
        with frozen(now() + timedelta(days=2)):
            propose(cast.tess, opening(thread_id))


def test_whose_it_is_to_decide_is_one_rule_twice(app: Flask, cast: SimpleNamespace) -> None:
    """`reviewable` finds what `review` allows, for everybody, every author and every visibility."""
    for author, visibility in itertools.product((cast.alice, cast.tess, cast.mona), Visibility):
        post_id = answer(author, ask(cast.alice))
        with transaction() as session:
            session.get_one(Post, post_id).visibility = visibility
            for proposer in (cast.tess, cast.adam):
                session.add(
                    EditProposal(
                        post_id=post_id,
                        version=1,
                        source="x",
                        reason="x",
                        proposer_id=proposer.id,
                        state="pending",
                        created_at=now(),
                    )
                )
    rows = db.session.execute(
        select(EditProposal, Post, Thread)
        .join(Post, Post.id == EditProposal.post_id)
        .join(Thread, Thread.id == Post.thread_id)
    ).all()
    assert len(rows) == 6 * len(Visibility)
    for actor in (ANONYMOUS, *(player.actor for player in vars(cast).values())):
        allowed = {
            row.EditProposal.id
            for row in rows
            if policy.can_see_proposal(actor, *row) and policy.review(actor, *row) is None
        }
        found = {row.id for number in (1, 2) for row in queries.proposals(actor, number).rows}
        assert found == allowed, actor


def test_signed_out_midway_it_waits_among_the_drafts(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    forum.keep_draft(cast.tess.actor, None, forum.propose_draft(post_id), {"source": "Ring them."})
    forum.keep_draft(cast.alice.actor, None, forum.propose_draft(post_id), {"source": "Ring them."})
    drafts = cast.tess.client.get("/me/drafts").text
    assert "A change you suggest in" in drafts
    address = f"/p/{post_id}/propose?kept=1"
    assert f'href="{address}"' in drafts
    assert "Ring them." in cast.tess.client.get(address).text
    assert address not in cast.alice.client.get("/me/drafts").text
