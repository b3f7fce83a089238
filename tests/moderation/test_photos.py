"""Photos that moderators take away: what is written stays, and they come back."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from app.core.problems import Problem
from app.forum import operations as forum
from app.forum.models import Photo
from app.forum.operations import Album
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.words import Reason
from tests.core.images.pictures import picture
from tests.moderation.steps import decide, decision, on_post
from tests.questions.steps import answer, ask, post, token


@pytest.fixture
def post_id(cast: SimpleNamespace) -> int:
    """An answer of Bob's with two photos."""
    answered = answer(cast.bob, ask(cast.alice))
    for colour in ("red", "blue"):
        forum.add_photo(cast.bob.actor, Album(post_id=answered), content=picture(colour=colour))
    return answered


def hanging(post_id: int) -> list[int]:
    db.session.rollback()
    rows = db.session.query(Photo.id).filter(Photo.post_id == post_id).order_by(Photo.position)
    assert post(post_id).photo_count == rows.count()
    return [photo_id for (photo_id,) in rows]


def code(client: FlaskClient, photo_id: int) -> int:
    return client.get(f"/photos/{db.session.get_one(Photo, photo_id).name}.webp").status_code


def take(who: SimpleNamespace, post_id: int, *photo_ids: int) -> str:
    return decide(
        who, post_id, Verb.TAKE_PHOTOS, Reason.PERSONAL, "It shows a parcel label.", photos=photo_ids
    )


def test_taken_told_seen_by_moderators_alone_and_given_back(
    app: Flask, cast: SimpleNamespace, post_id: int
) -> None:
    red, blue = hanging(post_id)
    ref = take(cast.mona, post_id, blue)
    assert hanging(post_id) == [red]
    visitor = app.test_client()
    codes = {who: code(client, blue) for who, client in (("visitor", visitor), ("bob", cast.bob.client))}
    assert codes == {"visitor": 404, "bob": 404}
    assert code(cast.adam.client, blue) == 200
    assert code(visitor, red) == 200
    assert "It shows a parcel label." in cast.bob.client.get(f"/decisions/{ref}").text
    review_id = moderation.open_review(cast.mona.actor, target=on_post(post_id))
    assert "Photos that were taken away" in cast.mona.client.get(f"/mod/reviews/{review_id}").text
    moderation.undo(cast.mona.actor, ref=ref)
    assert hanging(post_id) == [red, blue]
    assert code(visitor, blue) == 200


def test_of_two_decisions_each_goes_back_on_its_own(cast: SimpleNamespace, post_id: int) -> None:
    red, blue = hanging(post_id)
    first, _second = take(cast.mona, post_id, red), take(cast.mona, post_id, blue)
    assert hanging(post_id) == []
    appeal_id = moderation.appeal(cast.bob.actor, ref=first, source="Only the coat.", token=token())
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal_id, reverse=True, answer="So it is.", token=token()
    )
    assert hanging(post_id) == [red]
    assert decision(first).reversed_at is not None


def test_none_or_anothers_is_said_beside_it(cast: SimpleNamespace, post_id: int) -> None:
    others = answer(cast.charlie, ask(cast.alice))
    theirs = forum.add_photo(cast.charlie.actor, Album(post_id=others), content=picture(colour="green"))
    review_id = moderation.open_review(cast.mona.actor, target=on_post(post_id))
    url = f"/mod/reviews/{review_id}/decide"
    seen = f"{review_id}:1:{post(post_id).version}"
    sent = {"verb": "take_photos", "reason": "personal", "seen": seen}
    for photos, said in (
        ([], "Choose at least one photo"),
        (["x"], "Choose at least one photo"),
        ([str(theirs)], "hang there no more"),
    ):
        shown = cast.mona.client.post(url, data={**sent, "photos": photos})
        assert shown.status_code == 422
        assert said in shown.text
    assert len(hanging(post_id)) == 2
    assert hanging(others) == [theirs]
    done = cast.mona.client.post(url, data={**sent, "photos": [str(hanging(post_id)[0])]})
    assert done.status_code == 303
    assert len(hanging(post_id)) == 1


def test_where_there_are_none_it_is_not_offered(cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    with pytest.raises(Problem, match="no photos"):
        take(cast.mona, post_id, 1)


def test_kept_for_as_long_as_an_appeal_may_ask_for_them(cast: SimpleNamespace, post_id: int) -> None:
    red, _blue = hanging(post_id)
    ref = take(cast.mona, post_id, red)
    for days, swept in ((200, 0), (241, 1)):
        with clock.frozen(clock.now() + timedelta(days=days)):
            assert forum.sweep_photos() == swept
    appeal_id = moderation.appeal(cast.bob.actor, ref=ref, source="Only the coat.", token=token())
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal_id, reverse=True, answer="So it is.", token=token()
    )
    assert red not in hanging(post_id)


def test_nobody_else_changes_the_photos_of_a_post(cast: SimpleNamespace, post_id: int) -> None:
    for who in (cast.alice, cast.tess, cast.agnes, cast.mona, cast.adam):
        assert who.client.get(f"/p/{post_id}/photos").status_code == 404
        sent = who.client.post(f"/p/{post_id}/photos", data={"photo": f"remove:{hanging(post_id)[0]}"})
        assert sent.status_code == 404
    assert len(hanging(post_id)) == 2


def test_what_was_taken_is_not_put_back_by_its_author(cast: SimpleNamespace, post_id: int) -> None:
    red, _blue = hanging(post_id)
    take(cast.mona, post_id, red)
    with pytest.raises(Problem, match="Moderators took this photo away"):
        forum.add_photo(cast.bob.actor, Album(post_id=post_id), content=picture(colour="red"))
    assert len(hanging(post_id)) == 1
    forum.add_photo(cast.bob.actor, Album(post_id=post_id), content=picture(colour="green"))
    assert len(hanging(post_id)) == 2
