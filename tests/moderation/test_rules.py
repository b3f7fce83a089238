"""Every reason stands on a numbered rule, and people are shown which."""

import re
from types import SimpleNamespace

from flask.testing import FlaskClient

from app.forum.models import Visibility
from app.moderation.rules import BROKEN, RULES
from app.moderation.words import FINDINGS, PERSON_REASONS, POST_REASONS, Reason
from tests.house.town import post, thread
from tests.moderation.steps import refuse


def test_every_reason_but_something_else_stands_on_a_rule() -> None:
    assert set(BROKEN) == set(Reason) - {Reason.OTHER}
    assert {*BROKEN.values()} == {*RULES}
    assert set(FINDINGS) == set(Reason)
    assert {*POST_REASONS, *PERSON_REASONS} == set(Reason) - {Reason.UNCLEAR}


def test_they_are_numbered_in_order_and_can_be_cited(client: FlaskClient) -> None:
    page = client.get("/rules").text
    numbers = [rule.number for rule in RULES]
    assert numbers == sorted(set(numbers))
    assert re.findall(r'id="rule-(\d+)"', page) == [str(number) for number in numbers]
    assert '<a href="/rules">Rules</a>' in client.get("/").text


def test_who_is_refused_is_told_the_rule(cast: SimpleNamespace) -> None:
    thread_id, opening = thread(cast.alice.id)
    held = post(thread_id, opening, cast.nia.id, Visibility.HELD)
    refuse(cast.mona, held)
    page = cast.nia.client.get(f"/p/{held}/why", follow_redirects=True).text
    assert '<a href="/rules#rule-5">Rule 5: No advertising</a>' in page
    assert cast.bob.client.get(f"/p/{held}/why").status_code == 404
