"""The storage port: bytes under random keys, whole or not at all."""

import re
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from app.storage.local import LocalFiles
from app.storage.ports import Files


@pytest.fixture(params=["local"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return {"local": LocalFiles}[request.param](tmp_path / "files")


class Breaking(BytesIO):
    """An upload whose connection ends after the first half."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionResetError("the browser went away")
        return super().read(10)


def _read(files: Files, key: str) -> bytes:
    with files.open(key) as content:
        return content.read()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\r\n" * 100, bytes(3 * 1024 * 1024)], ids=["empty", "bytes", "3 MB"]
)
def test_what_is_put_comes_back(files: Files, content: bytes) -> None:
    assert _read(files, files.put(BytesIO(content))) == content


def test_the_same_content_twice_has_two_keys_that_cannot_be_guessed(files: Files) -> None:
    keys = {files.put(BytesIO(b"photo")) for _ in range(50)}
    assert len(keys) == 50
    assert all(re.fullmatch(r"[0-9a-f]{32}", key) for key in keys)


def test_what_is_deleted_is_gone_and_stays_gone(files: Files) -> None:
    key, other = files.put(BytesIO(b"one")), files.put(BytesIO(b"two"))
    files.delete(key)
    files.delete(key)
    with pytest.raises(KeyError):
        files.open(key)
    assert _read(files, other) == b"two"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "0" * 32,
        "../../etc/passwd",
        "a" * 31 + "/",
        "A" * 32,
        "0" * 32 + "\n",
        "/etc/passwd",
        "0" * 31 + "\x00",
    ],
)
def test_a_key_nobody_was_given_opens_nothing(files: Files, key: str) -> None:
    with pytest.raises(KeyError):
        files.open(key)


def test_half_an_upload_leaves_nothing(files: Files, tmp_path: Path) -> None:
    upload: BinaryIO = Breaking(b"half of a photo and the rest of it")
    with pytest.raises(ConnectionResetError):
        files.put(upload)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
