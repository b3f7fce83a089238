"""The case file: all of one target's case, nobody's data but its subject's, and a proof that can be checked."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select, update

from app.accounts.actor import ANONYMOUS
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post
from app.moderation import appeal_links
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.casefile import as_pdf, case_of, proving
from app.moderation.models import Decision, Flag, Proposal, Report
from app.moderation.targets import Target
from app.moderation.words import Reason
from tests.audit.test_chain import _tamper
from tests.forum.steps import edit, opening
from tests.moderation.steps import decide, flag, on_person, on_post, on_thread
from tests.questions.steps import answer, ask, token
from tests.statements import statements

HOSTILE = "<script>alert(1)</script> </font><para> %PDF-1.7 endstream endobj (\\) ] >> BT /F1 Tf ET &amp; {page} %(number)s"
KEYS = {
    "": "document version site made_at review subject words revisions flags reports decisions clocks notices appeals log",
    "review": "number kind target address waiting_since held hidden_by_itself_at",
    "words": "title source version visibility written_at edited_at",
    "clocks": "flagged_at reported_at first_decision_at first_decision_by_a_moderator_at told_at appeal_until appealed_at"
    " appeal_decided_at",
    "log": "entries checked_from checked_to holds first_broken head",
}
ROWS = {
    "revisions": "version title source replaced_at by why",
    "flags": "at by reason note passage version weight counted_towards_hiding answered_by upheld",
    "reports": "at by reason source version weight answered_by upheld told_of appeal_until",
    "decisions": "ref made_at by second automated act effect reason rule said moderator_had_written_in_the_thread"
    " waited_seconds undone_at reversed_at",
    "notices": "decision to as told_at appeal_until",
    "appeals": "decision by as at source state decided_at decided_by same_moderator answer",
}


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.fixture
def case(app: Flask, cast: SimpleNamespace) -> SimpleNamespace:
    """Bob's answer: edited, flagged by two people, reported by another, hidden, appealed, let stand; he was warned."""
    post_id = answer(cast.bob, ask(cast.alice), "Ring me on 07700 900123, says @tess and Charlie.")
    edit(cast.bob, post_id, "Ring me on 07700 900456. Ask Tess, tester of shoes.")
    flag(cast.charlie, post_id, Reason.PERSONAL, "I am Charlie, charlie@example.org.")
    flag(cast.tess, post_id, Reason.SPAM, "Bob again.")
    report(on_post(post_id), "rosa@example.com", "Rosa", "I am Rosa, and Charlie is right.")
    review_id = moderation.open_review(cast.mona.actor, target=on_post(post_id))
    moderation.note(cast.mona.actor, review_id=review_id, source="Only for staff.", token=token())
    hidden = decide(cast.mona, post_id, Verb.HIDE, Reason.PERSONAL, "As Charlie said to Mona.")
    warned = decide(cast.mona, post_id, Verb.WARN, Reason.PERSONAL)
    appeal_id = moderation.appeal(cast.bob.actor, ref=hidden, source="Mona dislikes me.", token=token())
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal_id, reverse=False, answer="Mona was right.", token=token()
    )
    return SimpleNamespace(post=post_id, review=review_id, hidden=hidden, warned=warned)


def report(target: Target, email: str, name: str, source: str = "It asks for gift cards.") -> None:
    moderation.report(
        ANONYMOUS,
        target=target,
        reason=Reason.SCAM,
        source=source,
        name=name,
        email=email,
        good_faith=True,
        token=token(),
        connects_from="192.0.2.7",
    )


def file_of(who: Any, review_id: int) -> dict[str, Any]:
    found = who.client.get(f"/mod/reviews/{review_id}/case.json")
    assert found.status_code == 200, found.text
    assert found.content_type == "application/json; charset=utf-8"
    assert "attachment" in found.headers["Content-Disposition"]
    assert found.headers["Cache-Control"] == "private, no-store"
    facts: dict[str, Any] = json.loads(found.text)
    return facts


def paper_of(who: Any, review_id: int) -> tuple[PdfReader, str]:
    found = who.client.get(f"/mod/reviews/{review_id}/case.pdf")
    assert found.status_code == 200
    assert found.content_type == "application/pdf"
    reader = PdfReader(BytesIO(found.data), strict=True)
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def squeezed(text: str) -> str:
    """Without spaces and line ends, which paper puts where it likes."""
    return re.sub(r"\s+", "", text)


def test_only_moderators_have_it(app: Flask, cast: SimpleNamespace, case: SimpleNamespace) -> None:
    for name in ("json", "pdf"):
        address = f"/mod/reviews/{case.review}/case.{name}"
        for who in (cast.alice, cast.bob, cast.tess, cast.agnes):
            assert who.client.get(address).status_code == 404
        assert app.test_client().get(address).status_code == 303
        assert cast.mona.client.get(f"/mod/reviews/999/case.{name}").status_code == 404
        assert f'href="{address}"' in cast.mona.client.get(f"/mod/reviews/{case.review}").text
    assert file_of(cast.adam, case.review)["review"]["number"] == case.review


def test_its_shape_is_what_is_written_down(cast: SimpleNamespace, case: SimpleNamespace) -> None:
    facts = file_of(cast.mona, case.review)
    assert (facts["document"], facts["version"]) == ("moderation case file", 1)
    for part, keys in KEYS.items():
        assert " ".join(facts[part] if part else facts) == keys
    for part, keys in ROWS.items():
        assert facts[part], part
        assert {" ".join(row) for row in facts[part]} == {keys}
    assert {" ".join(row) for row in facts["log"]["entries"]} == {"number at verb digest previous hash"}
    written = (Path(__file__).parents[2] / "docs" / "moderation-case.md").read_text(encoding="utf-8")
    for keys in (*KEYS.values(), *ROWS.values()):
        for key in keys.split():
            assert f"`{key}`" in written, key


def test_it_tells_the_whole_case(cast: SimpleNamespace, case: SimpleNamespace) -> None:
    facts = file_of(cast.mona, case.review)
    assert facts["subject"] == {"name": "bob", "display_name": "Bob"}
    assert [row["version"] for row in facts["revisions"]] == [1]
    assert facts["words"]["version"] == 2
    assert [(row["by"], row["reason"], row["answered_by"], row["upheld"]) for row in facts["flags"]] == [
        ("person 1", "personal", case.hidden, True),
        ("person 2", "spam", case.hidden, True),
    ]
    assert [(row["ref"], row["act"], row["by"], row["rule"]) for row in facts["decisions"]] == [
        (case.hidden, "hide", "moderator 1", 3),
        (case.warned, "warn", "moderator 1", 3),
    ]
    assert {(row["decision"], row["to"], row["as"]) for row in facts["notices"]} == {
        (case.hidden, "bob", "author"),
        (case.hidden, "person 1", "reporter"),
        (case.hidden, "person 2", "reporter"),
        (case.warned, "bob", "author"),
    }
    [reported] = facts["reports"]
    assert (reported["by"], reported["reason"], reported["answered_by"], reported["upheld"]) == (
        "reporter without an account 1",
        "scam",
        case.hidden,
        True,
    )
    [appeal] = facts["appeals"]
    assert (appeal["by"], appeal["state"], appeal["decided_by"]) == ("bob", "stands", "moderator 2")
    assert [entry["verb"] for entry in facts["log"]["entries"]] == ["hide", "warn", "appeal", "let stand"]
    clocks = {name: datetime.fromisoformat(at) for name, at in facts["clocks"].items()}
    assert clocks["flagged_at"] < clocks["first_decision_at"] <= clocks["told_at"] < clocks["appealed_at"]
    assert timedelta(days=180) < clocks["appeal_until"] - clocks["told_at"] < timedelta(days=185)


def test_others_are_masked_in_both(cast: SimpleNamespace, case: SimpleNamespace) -> None:
    facts = file_of(cast.mona, case.review)
    _reader, paper = paper_of(cast.mona, case.review)
    for said in (json.dumps(facts, ensure_ascii=False), paper):
        for name in (
            "charlie",
            "tess",
            "mona",
            "adam",
            "rosa",
            "900123",
            "900456",
            "example.org",
            "only for staff",
        ):
            assert not re.search(rf"\b{name}\b", said, re.IGNORECASE), name
        assert "Bob" in said
    assert facts["words"]["source"].endswith("Ask person 2, tester of shoes.")
    assert facts["revisions"][0]["source"].endswith("says person 2 and person 1.")
    assert facts["flags"][1]["note"] == "Bob again."
    assert facts["reports"][0]["source"] == "I am reporter without an account 1, and person 1 is right."
    assert facts["decisions"][0]["said"] == "As person 1 said to moderator 1."
    assert facts["appeals"][0]["source"] == "moderator 1 dislikes me."


def test_the_proof_can_be_checked_by_whoever_holds_it(cast: SimpleNamespace, case: SimpleNamespace) -> None:
    log = file_of(cast.mona, case.review)["log"]
    assert (log["holds"], log["first_broken"]) == (True, None)
    newest = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert newest is not None
    assert (log["checked_to"], log["head"]) == (newest.id, newest.hash)
    assert log["checked_from"] == log["entries"][0]["number"]
    rows = {row.id: row for row in db.session.scalars(select(AuditEntry))}
    for entry in log["entries"]:
        row = rows[entry["number"]]
        sealed = [
            entry["previous"],
            entry["number"],
            entry["at"],
            row.actor_id,
            entry["verb"],
            row.target,
            row.target_id,
            entry["digest"],
        ]
        assert hashlib.sha256(json.dumps(sealed).encode()).hexdigest() == entry["hash"]


def test_a_changed_log_is_said_in_both(cast: SimpleNamespace, case: SimpleNamespace) -> None:
    numbers = [entry["number"] for entry in file_of(cast.mona, case.review)["log"]["entries"]]
    _tamper(update(AuditEntry).where(AuditEntry.id == numbers[1]).values(verb="keep"))
    db.session.remove()
    log = file_of(cast.mona, case.review)["log"]
    assert (log["holds"], log["first_broken"]) == (False, numbers[1])
    assert f"entry{numbers[1]}waschanged" in squeezed(paper_of(cast.mona, case.review)[1])


def test_of_a_case_too_long_ago_it_says_who_can_tell(
    cast: SimpleNamespace, case: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "MOST_WALKED", 2)
    log = file_of(cast.mona, case.review)["log"]
    assert (log["checked_from"], log["checked_to"], log["holds"], log["first_broken"]) == (None,) * 4
    assert len(log["entries"]) == 4
    assert "‘flaskauditverify’" in squeezed(paper_of(cast.mona, case.review)[1])


def test_a_thread_and_a_person_have_one_too(cast: SimpleNamespace, app: Flask) -> None:
    thread_id = ask(cast.alice)
    flag(cast.charlie, on_thread(thread_id), Reason.OFF_TOPIC)
    flag(cast.charlie, on_person(cast.bob.id), Reason.SCAM)
    decide(cast.mona, on_thread(thread_id), Verb.LOCK, Reason.OFF_TOPIC)
    decide(cast.mona, on_person(cast.bob.id), Verb.WARN, Reason.SCAM)
    for target, verb in ((on_thread(thread_id), "lock"), (on_person(cast.bob.id), "warn")):
        review_id = moderation.open_review(cast.mona.actor, target=target)
        facts = file_of(cast.mona, review_id)
        assert facts["review"]["kind"] == target.kind
        assert [entry["verb"] for entry in facts["log"]["entries"]] == [verb]
        assert facts["log"]["holds"]
        assert "about_themselves" in facts["words"] or facts["words"]["title"]
        assert paper_of(cast.mona, review_id)[0].pages


def test_what_was_decided_about_a_thread_is_in_the_case_of_the_post_that_opens_it(
    cast: SimpleNamespace, app: Flask
) -> None:
    thread_id = ask(cast.alice)
    first = opening(thread_id)
    flag(cast.charlie, first, Reason.SPAM)
    decide(cast.mona, on_thread(thread_id), Verb.LOCK, Reason.OFF_TOPIC)
    moderation.undo(cast.mona.actor, ref=decide(cast.mona, on_thread(thread_id), Verb.HIDE, Reason.SPAM))
    decide(cast.mona, on_thread(thread_id), Verb.HIDE, Reason.SPAM)
    for target, verbs in (
        (on_thread(thread_id), ["lock", "hide", "undo", "hide"]),
        (on_post(first), ["hide"]),
    ):
        review_id = moderation.open_review(cast.mona.actor, target=target)
        entries = file_of(cast.mona, review_id)["log"]["entries"]
        assert [entry["verb"] for entry in entries] == verbs


def test_who_has_no_account_is_one_by_their_address(
    cast: SimpleNamespace, app: Flask, work: Callable[[], None]
) -> None:
    target = on_post(answer(cast.bob, ask(cast.alice)))
    for email, name in (("rosa@example.com", "Rosa"), ("jo@example.com", "Jon"), ("rosa@example.com", "")):
        report(target, email, name)
    ref = decide(cast.mona, target, Verb.KEEP)
    work()
    decision = db.session.scalars(select(Decision)).one()
    for told in db.session.scalars(
        select(Report).where(Report.heard_id.is_not(None)).order_by(Report.id.desc())
    ):
        link = appeal_links.make(told, decision)
        moderation.appeal_report(ANONYMOUS, ref=ref, link=link, source="Rosa and Jon say no.", token=token())
    review_id = moderation.open_review(cast.mona.actor, target=target)
    facts = file_of(cast.mona, review_id)
    rosa, jon = (f"reporter without an account {number}" for number in (1, 2))
    assert [row["by"] for row in facts["reports"]] == [rosa, jon, rosa]
    assert [row["told_of"] for row in facts["reports"]] == [None, ref, ref]
    assert [(row["by"], row["source"]) for row in facts["appeals"]] == [
        (rosa, f"{rosa} and {jon} say no."),
        (jon, f"{rosa} and {jon} say no."),
    ]
    assert facts["clocks"]["flagged_at"] is None
    assert facts["clocks"]["reported_at"] == facts["reports"][0]["at"]
    assert facts["clocks"]["appeal_until"] == facts["reports"][0]["appeal_until"]
    paper = squeezed(paper_of(cast.mona, review_id)[1])
    assert "Rosa" not in paper
    assert paper.count("reporterwithoutanaccount2") >= 3


@pytest.mark.parametrize("outside", [False, True])
def test_who_agreed_with_a_decision_by_two(cast: SimpleNamespace, app: Flask, *, outside: bool) -> None:
    target = on_person(cast.bob.id)
    until = (clock.now() + timedelta(days=200)).date()
    decide(cast.mona, target, Verb.SUSPEND, Reason.SCAM, "Ola Nord and Adam saw it.", until=until)
    proposal_id = db.session.scalars(select(Proposal.id)).one()
    if outside:
        link = moderation.invite(cast.adam.actor, proposal_id=proposal_id)
        moderation.answer_from_outside(link=link, name="Ola Nord", agree=True, why="")
    else:
        moderation.answer(cast.adam.actor, proposal_id=proposal_id, agree=True, why="", token=token())
    review_id = moderation.open_review(cast.mona.actor, target=target)
    facts = file_of(cast.mona, review_id)
    second = "second from outside 1" if outside else "moderator 2"
    [suspended] = facts["decisions"]
    assert (suspended["by"], suspended["second"]) == ("moderator 1", second)
    said = "second from outside 1 and Adam saw it." if outside else "Ola Nord and moderator 2 saw it."
    assert suspended["said"] == said
    assert f"Agreedwithby{squeezed(second)}" in squeezed(paper_of(cast.mona, review_id)[1])
    assert [entry["verb"] for entry in facts["log"]["entries"]] == ["propose", "agree", "suspend"]


def test_nothing_decided_yet(cast: SimpleNamespace, app: Flask) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    review_id = moderation.open_review(cast.mona.actor, target=on_post(post_id))
    facts = file_of(cast.mona, review_id)
    assert (facts["log"]["entries"], facts["log"]["holds"]) == ([], None)
    assert set(facts["clocks"].values()) == {None}
    paper = squeezed(paper_of(cast.mona, review_id)[1])
    for said in (
        "Nobodyflaggedit.",
        "Nobodywithoutanaccount",
        "Nothingwasdecided.",
        "Nobodyappealed.",
        "Nothingwaswrittenintothelog",
    ):
        assert said in paper


def test_what_is_written_is_drawn_and_never_read(cast: SimpleNamespace, app: Flask) -> None:
    """Marks of the library, of PDF and of formats stand on the paper as they were typed; nothing acts on them."""
    post_id = answer(cast.bob, ask(cast.alice))
    with transaction() as session:
        session.execute(update(Post).where(Post.id == post_id).values(source=HOSTILE))
    flag(cast.charlie, post_id, Reason.SPAM, HOSTILE)
    decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM, HOSTILE)
    review_id = moderation.open_review(cast.mona.actor, target=on_post(post_id))
    reader, paper = paper_of(cast.mona, review_id)
    assert squeezed(paper).count(squeezed(HOSTILE)) == 3
    for page in reader.pages:
        assert "/Annots" not in page
    catalogue = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(catalogue)


def test_letters_of_three_scripts_and_codes_for_the_rest(cast: SimpleNamespace, app: Flask) -> None:
    said = "Größe zł ŵ – ‘ok’ € Привет, Київ, Ελλάδα ώς 中 \u202e 🧵 \u0000x"
    post_id = answer(cast.bob, ask(cast.alice))
    review_id = moderation.open_review(cast.mona.actor, target=on_post(post_id))
    case = case_of(cast.mona.actor, review_id)
    case["words"]["source"] = said
    reader = PdfReader(BytesIO(as_pdf(case)))
    paper = squeezed("".join(page.extract_text() for page in reader.pages))
    assert "Größezłŵ–‘ok’€Привет,Київ,Ελλάδαώς[U+4E2D][U+202E][U+1F9F5][U+0000]x" in paper
    assert "Whatcouldnotbedrawn" in paper
    del case["words"]["source"]
    case["words"]["source"] = "Plain."
    plain = PdfReader(BytesIO(as_pdf(case)))
    assert "Whatcouldnotbedrawn" not in squeezed("".join(page.extract_text() for page in plain.pages))


def test_sheets_are_numbered_titled_and_dated(cast: SimpleNamespace, case: SimpleNamespace) -> None:
    words = "\n\n".join(f"Line {number} " + "and so on " * 30 for number in range(120)) + "x" * 4_000
    with transaction() as session:
        session.execute(update(Post).where(Post.id == case.post).values(source=words))
    with clock.frozen(datetime.fromisoformat("2026-11-20T12:00:00+00:00")):
        reader, paper = paper_of(cast.mona, case.review)
    assert reader.metadata is not None
    assert reader.metadata.title == f"Case {case.review}, Bartack"
    assert len(reader.pages) > 5
    for number, page in enumerate(reader.pages, start=1):
        foot = f"Case {case.review}, 2026-11-20, page {number} of {len(reader.pages)}"
        assert foot in page.extract_text()
    assert squeezed(words) in squeezed(re.sub(r"Case \d+, 2026-11-20, page \d+ of \d+", "", paper))


def test_the_same_statements_however_many_flags(cast: SimpleNamespace, case: SimpleNamespace) -> None:
    db.session.rollback()
    with statements() as few:
        case_of(cast.mona.actor, case.review)
    with transaction() as session:
        decision_id = session.scalars(select(Flag.decision_id)).first()
        session.add_all(
            Flag(
                review_id=case.review,
                account_id=cast.alice.id,
                reason=Reason.SPAM,
                note=f"The {number}th time.",
                weight=1.0,
                counted=True,
                created_at=clock.now(),
                decision_id=decision_id,
            )
            for number in range(200)
        )
    with statements() as many:
        found = case_of(cast.mona.actor, case.review)
    assert len(found["flags"]) == 202
    selects = [[one for one in sent if one.startswith("SELECT")] for sent in (few, many)]
    assert len(selects[0]) == len(selects[1]) <= 20
