"""What rooms ask of a place for files."""

from typing import BinaryIO, Protocol


class Files(Protocol):
    """Keeps bytes under random keys; who may see them is the asking room's business."""

    def put(self, content: BinaryIO) -> str:
        """Store everything `content` holds, whole or not at all; the new key."""
        ...

    def open(self, key: str) -> BinaryIO:
        """The bytes under `key`, to be closed by the caller. Raises KeyError when there are none."""
        ...

    def delete(self, key: str) -> None:
        """Forget `key`; nothing happens when it is gone already."""
        ...
