"""Photos: added, described, put in order and removed; private until posted; as visible as their post; swept."""

import io
import itertools
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.actor import ANONYMOUS
from app.core.clock import frozen, now
from app.core.db import db
from app.core.parts import part
from app.core.problems import NotFound, Problem, TooSoon
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum import policy, queries
from app.forum.models import Draft, Photo, Post, Thread, Visibility
from app.forum.operations import Album, photos
from app.storage.ports import Files
from tests.core.images.pictures import picture
from tests.forum.steps import opening
from tests.questions.steps import answer, ask, count, fields, page

ASK = Album(form="ask")


def add(who: Any, album: Album = ASK, colour: str = "red") -> int:
    return forum.add_photo(who.actor, album, content=picture(colour=colour))


def names(who: Any, album: Album = ASK) -> list[int]:
    db.session.rollback()
    return [row.id for row in queries.photos_in(who.actor, album)]


def row(photo_id: int) -> Photo:
    db.session.rollback()
    return db.session.get_one(Photo, photo_id)


def file(colour: str = "red", name: str = "coat.png") -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture(colour=colour)), name


def codes(cast: SimpleNamespace, visitor: FlaskClient, photo: Photo) -> dict[str, int]:
    browsers = {name: getattr(cast, name).client for name in ("alice", "bob", "mona", "agnes")}
    return {
        name: browser.get(f"/photos/{photo.name}.webp").status_code
        for name, browser in {**browsers, "visitor": visitor}.items()
    }


def test_a_photo_is_its_owners_until_posted_and_then_as_visible_as_its_post(
    app: Flask, cast: SimpleNamespace
) -> None:
    photo = row(add(cast.alice))
    only_alice = {"alice": 200, "bob": 404, "mona": 404, "agnes": 404, "visitor": 404}
    assert codes(cast, app.test_client(), photo) == only_alice
    thread_id = ask(cast.alice)
    photo = row(photo.id)
    assert (photo.form, photo.post_id) == (None, opening(thread_id))
    assert set(codes(cast, app.test_client(), photo).values()) == {200}
    with transaction():
        forum.set_visibility(opening(thread_id), Visibility.HIDDEN, by_id=None)
    assert codes(cast, app.test_client(), photo) == {**only_alice, "mona": 200}


@pytest.mark.parametrize("typed", [{}, {"title": " ", "tags": "", "space_id": "1"}, {"source": "My coat"}])
def test_the_last_photo_takes_an_empty_draft_with_it(
    app: Flask, cast: SimpleNamespace, typed: dict[str, str]
) -> None:
    first, second = add(cast.alice), add(cast.alice, colour="blue")
    if typed:
        forum.keep_draft(cast.alice.actor, None, "ask", typed)
    cast.alice.client.post("/photos", data={"album": "ask", "photo": f"remove:{first}"})
    assert count(Draft) == 1
    cast.alice.client.post("/photos", data={"album": "ask", "photo": f"remove:{second}"})
    assert count(Draft) == ("source" in typed)


def test_the_check_and_its_twin_agree(app: Flask, cast: SimpleNamespace) -> None:
    waiting, orphan = add(cast.alice), add(cast.alice, colour="blue")
    forum.remove_photo(cast.alice.actor, ASK, photo_id=orphan)
    seen = [waiting, orphan]
    for number, visibility in enumerate(Visibility):
        add(cast.bob, Album(form="ask"), colour=f"rgb(0, 0, {number * 40})")
        thread_id = ask(cast.bob)
        with transaction():
            forum.set_visibility(opening(thread_id), visibility, by_id=None)
        seen += db.session.scalars(select(Photo.id).where(Photo.post_id == opening(thread_id)))
    assert len(seen) == 2 + len(Visibility)
    for actor in (ANONYMOUS, *(player.actor for player in vars(cast).values())):
        for photo_id in seen:
            photo = row(photo_id)
            post = db.session.get(Post, photo.post_id) if photo.post_id else None
            thread = db.session.get(Thread, post.thread_id) if post else None
            try:
                found = queries.photo(actor, photo.name).id == photo_id
            except NotFound:
                found = False
            assert found == policy.can_see_photo(actor, photo, post, thread), (actor, photo_id)


def test_the_file_is_served_as_what_it_is_and_not_sent_again(app: Flask, cast: SimpleNamespace) -> None:
    photo = row(add(cast.alice))
    for address in (f"/photos/{photo.name}.webp", f"/photos/{photo.name}/small.webp"):
        answered = cast.alice.client.get(address)
        assert answered.data[8:12] == b"WEBP"
        assert answered.content_type == "image/webp"
        assert answered.headers["X-Content-Type-Options"] == "nosniff"
        assert answered.headers["Content-Disposition"] == f"inline; filename={photo.name}.webp"
        assert answered.headers["Cache-Control"] == "private, no-cache"
        again = cast.alice.client.get(address, headers={"If-None-Match": answered.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert cast.alice.client.get("/photos/0123.webp").status_code == 404


def test_order_descriptions_and_removal(app: Flask, cast: SimpleNamespace) -> None:
    first, second, third = (add(cast.alice, colour=colour) for colour in ("red", "green", "blue"))
    alice = cast.alice.actor
    forum.move_photo(alice, ASK, photo_id=third, by=-1)
    assert names(cast.alice) == [first, third, second]
    forum.move_photo(alice, ASK, photo_id=first, by=-1)
    forum.move_photo(alice, ASK, photo_id=second, by=1)
    assert names(cast.alice) == [first, third, second]
    forum.describe_photos(alice, ASK, descriptions={first: "  The   cuff\u202e ", 999: "not there"})
    assert row(first).description == "The cuff"
    forum.describe_photos(alice, ASK, descriptions={first: "x" * 900})
    assert len(row(first).description) == 200
    forum.remove_photo(alice, ASK, photo_id=third)
    forum.remove_photo(alice, ASK, photo_id=third)
    assert names(cast.alice) == [first, second]
    with pytest.raises(NotFound):
        forum.move_photo(alice, ASK, photo_id=third, by=1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_same_photo_twice_is_one_and_ten_are_enough(app: Flask, cast: SimpleNamespace) -> None:
    assert add(cast.alice) == add(cast.alice)
    for number in range(1, 10):
        add(cast.alice, colour=f"rgb({number * 25}, 90, 0)")
    with pytest.raises(Problem, match="10 photos"):
        add(cast.alice, colour="blue")
    assert count(Photo) == 10


def test_nobody_elses_album_can_be_touched(app: Flask, cast: SimpleNamespace) -> None:
    photo_id = add(cast.alice)
    thread_id = ask(cast.alice)
    theirs = Album(post_id=opening(thread_id))
    for who in (cast.bob, cast.agnes):
        with pytest.raises(NotFound):
            add(who, theirs)
        with pytest.raises(NotFound):
            forum.remove_photo(who.actor, theirs, photo_id=photo_id)
        with pytest.raises(NotFound):
            forum.describe_photos(who.actor, theirs, descriptions={photo_id: "mine now"})
        with pytest.raises(NotFound):
            forum.move_photo(who.actor, ASK, photo_id=photo_id, by=1)
        assert who.client.get(f"/p/{opening(thread_id)}/photos").status_code == 404
        assert (
            who.client.post(
                f"/p/{opening(thread_id)}/photos", data={"photo": f"remove:{photo_id}"}
            ).status_code
            == 404
        )
    assert row(photo_id).post_id == opening(thread_id)


def test_a_new_persons_photos_wait_for_a_look(app: Flask, cast: SimpleNamespace) -> None:
    add(cast.nia)
    assert db.session.get_one(Thread, ask(cast.nia)).visibility == Visibility.HELD
    thread_id = ask(cast.alice)
    forum.add_photo(cast.nia.actor, Album(form=f"answer:{thread_id}"), content=picture())
    assert db.session.get_one(Post, answer(cast.nia, thread_id)).visibility == Visibility.HELD
    plain = answer(cast.nia, ask(cast.alice))
    assert db.session.get_one(Post, plain).visibility == Visibility.PUBLIC
    forum.add_photo(cast.nia.actor, Album(post_id=plain), content=picture(colour="blue"))
    db.session.rollback()
    assert db.session.get_one(Post, plain).visibility == Visibility.HELD


def test_what_hangs_nowhere_is_swept_with_its_files_and_drafts_keep_theirs(
    app: Flask, cast: SimpleNamespace
) -> None:
    kept, posted, lost = (add(cast.alice), add(cast.bob), add(cast.charlie))
    ask(cast.bob)
    forum.throw_away(cast.charlie.actor, None, "ask")
    keys = [row(lost).key, row(lost).small_key]
    forum.throw_away(cast.charlie.actor, None, "ask")
    assert forum.sweep_photos() == 0
    with frozen(now() + photos.ORPHANED_KEPT + timedelta(minutes=1)):
        assert forum.sweep_photos() == 1
        assert forum.sweep_photos() == 0
    assert set(db.session.scalars(select(Photo.id))) == {kept, posted}
    for key in keys:
        with pytest.raises(KeyError):
            part(Files).open(key)
    part(Files).open(row(posted).key).close()


def test_a_refused_photo_leaves_no_file(app: Flask, cast: SimpleNamespace, tmp_path: Any) -> None:
    def kept() -> int:
        return sum(1 for path in (tmp_path / "files").rglob("*") if path.is_file())

    add(cast.alice)
    assert kept() == 2
    add(cast.alice)
    with pytest.raises(Problem):
        forum.add_photo(cast.alice.actor, ASK, content=b"no picture")
    assert kept() == 2


def test_pace(make_app: Callable[..., Flask], cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_AN_HOUR", 2)
    with make_app(limits=True).app_context():
        add(cast.alice)
        add(cast.alice, colour="blue")
        with pytest.raises(TooSoon):
            add(cast.alice, colour="green")


def test_without_script_photos_go_with_the_form_and_nothing_is_posted_by_their_buttons(
    app: Flask, cast: SimpleNamespace
) -> None:
    browser = cast.alice.client
    sent = browser.post(
        "/ask", data={**fields(title="My coat"), "photos": [file(), file("blue")], "photo": "add"}
    )
    assert sent.status_code == 200
    assert 'value="My coat"' in sent.text
    assert count(Thread) == 0
    first, second = names(cast.alice)
    described = browser.post(
        "/ask", data={**fields(), f"photo-{second}": "The cuff", "photo": f"up:{second}"}
    )
    assert 'alt="The cuff"' in described.text
    assert names(cast.alice) == [second, first]
    browser.post("/ask", data={**fields(), "photo": f"remove:{first}"})
    posted = browser.post(
        "/ask", data={**fields(), f"photo-{second}": "The left cuff", "photos": [file("green")]}
    )
    assert posted.status_code == 303
    shown = browser.get(posted.location).text
    assert re.findall(r'<img src="/photos/\w+/small.webp"[^>]* alt="([^"]*)"', shown) == [
        "The left cuff",
        "Photo 2 of 2",
    ]


def test_what_is_wrong_with_a_photo_is_said_beside_it_and_words_stay(
    app: Flask, cast: SimpleNamespace
) -> None:
    data = {**fields(title="My coat is late"), "photos": [(io.BytesIO(b"no photo"), "coat.jpg"), file()]}
    sent = cast.alice.client.post("/ask", data=data)
    assert sent.status_code == 422
    assert "This is no photo we can read." in sent.text
    assert 'value="My coat is late"' in sent.text
    assert count(Thread) == 0
    assert len(names(cast.alice)) == 1


def test_the_fragment_is_for_forms_one_may_fill_in(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    for album, code in (
        ("ask", 200),
        (f"answer:{thread_id}", 200),
        ("answer:999", 404),
        ("reply:1", 404),
        ("", 404),
    ):
        sent = cast.bob.client.post("/photos", data={"album": album, "photos": [file()]})
        assert sent.status_code == code, album
    assert app.test_client().post("/photos", data={"album": "ask"}).location == "/sign-in?next=/"
    with transaction():
        forum.set_visibility(opening(thread_id), Visibility.HIDDEN, by_id=None)
    assert cast.bob.client.post("/photos", data={"album": f"answer:{thread_id}"}).status_code == 404


def test_a_visitor_keeps_their_words_and_is_asked_to_sign_in_for_photos(
    app: Flask, client: FlaskClient
) -> None:
    sent = client.post("/ask", data={**fields(title="Where is my coat"), "photos": [file()]})
    assert sent.status_code == 422
    assert "Sign in to add photos" in sent.text
    assert 'value="Where is my coat"' in sent.text
    assert count(Photo) == 0


def test_photos_of_a_post_change_at_once(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    address = f"/p/{opening(thread_id)}/photos"
    assert cast.alice.client.post(address, data={"photos": [file()], "photo": "add"}).status_code == 303
    assert "small.webp" in page(app.test_client(), thread_id)
    (photo_id,) = names(cast.alice, Album(post_id=opening(thread_id)))
    assert db.session.get_one(Post, opening(thread_id)).photo_count == 1
    version = db.session.get_one(Thread, thread_id).version
    cast.alice.client.post(address, data={"photo": f"remove:{photo_id}"})
    db.session.rollback()
    assert db.session.get_one(Post, opening(thread_id)).photo_count == 0
    assert db.session.get_one(Thread, thread_id).version > version
    assert "small.webp" not in page(app.test_client(), thread_id)


def test_other_forms_take_no_files(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    sent = cast.alice.client.post(
        f"/posts/{post_id}/replies", data={"source": "Thank you.", "photos": [file()]}
    )
    assert sent.status_code == 400
    assert db.session.scalar(select(func.count(Photo.id))) == 0


class Body(io.BytesIO):
    """A multipart form of `size` bytes with one file, that says how far it was read."""

    def __init__(self, size: int) -> None:
        head = (
            b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.png"\r\n'
            b"Content-Type: image/png\r\n\r\n"
        )
        super().__init__(head + b"x" * (size - len(head) - 7) + b"\r\n--b--")
        self.read_so_far = 0

    def read(self, size: int | None = -1) -> bytes:
        some = super().read(size)
        self.read_so_far += len(some)
        return some

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        self.read_so_far += count
        return count


@pytest.mark.parametrize("path", ["/ask", "/photos", "/questions/{}/answers", "/p/{}/photos"])
def test_of_visitors_no_photos_are_read(app: Flask, cast: SimpleNamespace, path: str) -> None:
    path = path.format(ask(cast.alice))
    for size, refused in ((3_000_000, True), (100_000, False)):
        for who, read in ((app.test_client(), not refused), (cast.bob.client, True)):
            body = Body(size)
            answer = who.post(
                path,
                input_stream=body,
                content_length=size,
                content_type="multipart/form-data; boundary=b",
            )
            assert (body.read_so_far == size) is read
            assert read or body.read_so_far == 0
            assert (answer.status_code == 413) is not read
            assert ("Sign in first, then add photos." in answer.text) is not read


def test_what_a_visitor_wrote_with_small_files_is_kept(app: Flask, cast: SimpleNamespace) -> None:
    browser = app.test_client()
    long = "Word " * 6_000
    sent = browser.post("/ask", data=fields(source=long), content_type="multipart/form-data")
    assert sent.status_code == 303
    assert sent.location.startswith("/sign-in")
    assert db.session.scalar(select(Draft.fields))["source"].strip() == long.strip()


def _sent_as(names: list[str], content: bytes) -> bytes:
    """A form as a browser sends it: only quotes and line ends in a file's name are written another way."""
    marks = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
    parts = [b'--b\r\nContent-Disposition: form-data; name="album"\r\n\r\nask\r\n']
    for name in names:
        said = name.translate(marks).encode("utf-8", "surrogatepass")
        head = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="' + said + b'"\r\n'
        parts.append(head + b"Content-Type: image/png\r\n\r\n" + content + b"\r\n")
    return b"".join([*parts, b"--b--\r\n"])


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_file_is_called_changes_nothing(
    app: Flask, cast: SimpleNamespace, tmp_path: Path, shared_data: Path
) -> None:
    listed = json.loads((shared_data / "attack" / "upload_filenames.json").read_text(encoding="utf-8"))
    before = itertools.cycle(("", "../../../coat.", "/tmp/coat."))
    names = [f"{folder}{name}" for folder, name in zip(before, listed, strict=False)]
    names += ["<img src=x onerror=alert(1)>.png", "\"'><script>alert(1)</script>", "..", ".", "%s{{ 7*7 }}"]

    def send(some: list[str], content: bytes) -> tuple[int, str]:
        body = io.BytesIO(_sent_as(some, content))
        kind = "multipart/form-data; boundary=b"
        answer = cast.alice.client.post("/photos", input_stream=body, content_type=kind)
        return answer.status_code, answer.text

    def outside() -> set[Path]:
        files = tmp_path / "files"
        return {path for path in tmp_path.parent.rglob("*") if path.is_file() and files not in path.parents}

    content = picture(size=(8, 8))
    harmless, there = send(["coat.png"], content), outside()
    assert harmless[0] == 200
    for begin in range(0, len(names), 45):
        some = names[begin : begin + 45]
        assert send(some, content) == harmless, some
    assert outside() == there
    (photo,) = db.session.scalars(select(Photo)).all()
    kept = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert {path.name for path in kept} == {photo.key, photo.small_key}
