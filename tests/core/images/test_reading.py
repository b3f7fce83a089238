"""What comes out of a strange picture: pixels in a WEBP of our own, and nothing else."""

import io
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.core import images
from app.core.images import BYTES, Unreadable, read_picture, reading
from tests.core.images.pictures import REFUSED, bomb, from_a_phone, moving, picture


def opened(file: bytes) -> Image.Image:
    return Image.open(io.BytesIO(file))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_four_kinds_become_webp(kind: str) -> None:
    read = read_picture(picture(kind))
    assert {opened(read.full).format, opened(read.small).format} == {"WEBP"}
    assert (read.width, read.height) == (60, 40)


def test_large_ones_are_made_smaller_and_small_ones_stay() -> None:
    read = read_picture(picture("JPEG", (4_000, 3_000)))
    assert (read.width, read.height, read.small_width, read.small_height) == (2048, 1536, 480, 360)
    assert opened(read.full).size == (2048, 1536)
    assert opened(read.small).size == (480, 360)


def test_what_the_camera_told_is_gone_and_the_photo_stands_upright() -> None:
    sent = from_a_phone()
    assert opened(sent).getexif()
    read = read_picture(sent)
    for file in (read.full, read.small):
        shown = opened(file)
        assert not shown.getexif()
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(shown.info)
        assert b"Telltale" not in file
        assert b"street" not in file
    assert (read.width, read.height) == (40, 80)


def test_of_a_moving_picture_the_first_frame_stays() -> None:
    shown = opened(read_picture(moving()).full)
    assert getattr(shown, "n_frames", 1) == 1
    red, green, blue = shown.convert("RGB").getpixel((20, 20))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_of_ours_is_refused_in_words(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_picture(REFUSED[name])
    expected = reading.TOO_MANY_PIXELS if name in {"bomb", "too many pixels"} else reading.NO_PICTURE
    assert refused.value.sentence == expected


def test_too_many_bytes_are_refused_before_anything_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_ask", lambda _content: pytest.fail("it was read"))
    with pytest.raises(Unreadable, match="8 MB"):
        read_picture(bytes(BYTES + 1))


def test_a_reader_that_dies_or_hangs_costs_one_picture(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for end in ("import os; os.abort()", "import time; time.sleep(60)"):
        (tmp_path / "pipeline.py").write_text(end)
        monkeypatch.setattr(reading, "__file__", str(tmp_path / "reading.py"))
        monkeypatch.setattr(reading, "WALL_SECONDS", 1)
        with pytest.raises(Unreadable):
            read_picture(picture())
    monkeypatch.undo()
    assert read_picture(picture()).width == 60


def test_the_house_never_loads_the_decoders() -> None:
    """They are the child's: what a hostile picture breaks, it breaks there."""
    source = (Path(images.__file__).parent / "reading.py").read_text()
    assert "PIL" not in source
    assert sys.executable
    assert len(bomb()) < 300
