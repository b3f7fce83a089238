"""The demo town holds together, is varied enough to try everything on, and shows nobody's contact details."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.cli import demo
from app.cli.demo import STAFF, Town

E_MAIL = re.compile(r"\S@\S")
PHONE = re.compile(r"\+?\d(?:[ ().-]?\d){6,}")
LINK = re.compile(r"https?:|www\.", re.IGNORECASE)
MOTH_HOLE = "Buyer says “not as described” but the moth hole was in my listing. Do I have to refund?"


@pytest.fixture(scope="module")
def town() -> Town:
    return demo.load()


def texts(town: Town) -> Iterator[str]:
    """Every text a reader can meet, order numbers left out."""
    for person in town.people:
        yield from (person.display, person.bio)
    for space in town.spaces:
        yield from (space.name, space.description)
    for tag in town.tags:
        yield tag.description
    for thread in town.threads:
        yield from (thread.title, thread.body)
        yield from (comment.body for comment in thread.comments)
        for answer in thread.answers:
            yield answer.body
            yield from (reply.body for reply in answer.replies)
            yield from (photo.shows for photo in answer.photos)
    for deed in town.deeds:
        yield from (deed.because, deed.new)
    for report in town.reports:
        yield report.body
    for ticket in town.tickets:
        yield from (ticket.subject, ticket.tried)
        yield from (message.body for message in ticket.messages)


def test_the_files_hold_together(town: Town) -> None:
    assert list(demo.faults(town)) == []


def test_it_is_a_town_and_not_a_hamlet(town: Town) -> None:
    assert len(town.people) >= 18
    assert 7 <= len(town.spaces) <= 8
    assert len(town.threads) >= 36
    assert 5 <= len(town.tickets) <= 8
    assert {thread.space for thread in town.threads} == {space.slug for space in town.spaces}
    assert 20 <= len({tag for thread in town.threads for tag in thread.tags}) <= 36


def test_every_state_of_a_question_is_there(town: Town) -> None:
    solved = [thread for thread in town.threads if thread.accepted]
    answered = [thread for thread in town.threads if thread.answers and not thread.accepted]
    waiting = [thread for thread in town.threads if not thread.answers]
    assert len(solved) >= 22
    assert len(answered) >= 6
    assert len(waiting) >= 8
    assert min(thread.asked_hours_ago for thread in waiting) < 0.5
    assert max(thread.asked_hours_ago for thread in waiting) > 72


def test_the_listed_moth_hole_is_solved(town: Town) -> None:
    [thread] = [thread for thread in town.threads if thread.title == MOTH_HOLE]
    [accepted] = [answer for answer in thread.answers if answer.key == thread.accepted]
    assert accepted.body.startswith("No, ")
    assert "photo 4" in accepted.body


def test_questions_have_the_length_people_write(town: Town) -> None:
    lengths = {thread.key: len(thread.body.split()) for thread in town.threads}
    assert {key: words for key, words in lengths.items() if not 40 <= words <= 200} == {}


def test_titles_differ(town: Town) -> None:
    titles = [thread.title.casefold() for thread in town.threads]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize(
    ("pattern", "meant"),
    [(E_MAIL, []), (PHONE, ["07700 900461"]), (LINK, ["https:"])],
    ids=["e-mail", "phone", "link"],
)
def test_no_contact_details_but_those_that_are_to_be_masked_or_held(
    town: Town, pattern: re.Pattern[str], meant: list[str]
) -> None:
    """The number is one that Ofcom keeps free, the link leads to a name that is nobody's."""
    assert [found.group() for text in texts(town) for found in pattern.finditer(text)] == meant


def test_the_photos_are_there_and_small(town: Town) -> None:
    photos = [photo for thread in town.threads for photo in thread.photos]
    photos += [photo for thread in town.threads for answer in thread.answers for photo in answer.photos]
    assert sum(len(demo.picture(photo)) for photo in photos) <= 60_000
    assert all(photo.shows for photo in photos)


def test_a_reply_to_what_comes_later_is_found(town: Town) -> None:
    thread = next(thread for thread in town.threads if thread.comments)
    astray = replace(thread, comments=(replace(thread.comments[0], to="nothing-here"),))
    others = tuple(other for other in town.threads if other.key != thread.key)
    broken = replace(town, threads=(astray, *others))
    assert any("replies to nothing-here" in fault for fault in demo.faults(broken))


def test_an_appeal_against_nothing_is_found(town: Town) -> None:
    appeals = tuple(deed for deed in town.deeds if deed.do in {"appeal", "reverse"})
    found = list(demo.faults(replace(town, deeds=appeals[:1])))
    assert any("nothing was decided yet" in fault for fault in found)
    answers = tuple(deed for deed in town.deeds if deed.do == "reverse")
    found = list(demo.faults(replace(town, deeds=answers)))
    assert any("nobody made yet" in fault for fault in found)


def test_a_deed_before_its_time_is_found(town: Town) -> None:
    early = replace(town.deeds[-1], do="save", to=town.threads[-1].key, hours_ago=100.0)
    assert any("not there yet" in fault for fault in demo.faults(replace(town, deeds=(early,))))


def test_the_sign_in_cast_has_its_roles(town: Town) -> None:
    assert {part: person.role for part, person in town.cast.items()} == {
        "seller": "member",
        "helper": "trusted",
        "moderator": "moderator",
        "agent": "agent",
        "admin": "admin",
    }


def test_the_seller_has_tickets_waiting_and_solved(town: Town) -> None:
    seller = town.cast["seller"].name
    assert {"waiting-user", "solved"} <= {
        ticket.status for ticket in town.tickets if ticket.requester == seller
    }


def test_tickets_cover_the_states_and_hold_a_note_of_staff(town: Town) -> None:
    assert {ticket.status for ticket in town.tickets} == {"new", "open", "waiting-user", "solved"}
    notes = [message for ticket in town.tickets for message in ticket.messages if message.internal]
    assert notes
    assert {town.person(note.author).role for note in notes} <= STAFF


def test_an_unknown_author_is_found(town: Town) -> None:
    stranger = replace(town.threads[0], author="nobody-here")
    broken = replace(town, threads=(stranger, *town.threads[1:]))
    assert any("unknown person nobody-here" in fault for fault in demo.faults(broken))


def test_an_accepted_answer_of_another_question_is_found(town: Town) -> None:
    solved = [thread for thread in town.threads if thread.accepted]
    swapped = replace(solved[0], accepted=solved[1].accepted)
    others = tuple(thread for thread in town.threads if thread.key != swapped.key)
    assert any(
        "not among its answers" in fault for fault in demo.faults(replace(town, threads=(swapped, *others)))
    )


def test_a_long_title_is_found(town: Town) -> None:
    wordy = replace(town.threads[0], title="x" * 151)
    broken = replace(town, threads=(wordy, *town.threads[1:]))
    assert any("title of 151 characters" in fault for fault in demo.faults(broken))


def test_an_answer_from_the_future_is_found(town: Town) -> None:
    thread = next(thread for thread in town.threads if thread.answers)
    late = replace(thread.answers[-1], after_minutes=10**7, replies=())
    broken = replace(thread, answers=(*thread.answers[:-1], late))
    others = tuple(other for other in town.threads if other.key != thread.key)
    assert any("in the future" in fault for fault in demo.faults(replace(town, threads=(broken, *others))))
