"""Pictures to send, good and bad."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

GPS = 0x8825
ORIENTATION = 0x0112


def picture(
    kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: Any = (180, 90, 40), **options: Any
) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB" if kind == "JPEG" else "RGBA", size, colour).save(file, kind, **options)
    return file.getvalue()


def from_a_phone() -> bytes:
    """A JPEG that lies on its side and tells where it was taken, and by what."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "Telltale Phones"
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    return picture("JPEG", (80, 40), exif=exif, comment=b"my own street")


def moving() -> bytes:
    """A GIF of three frames, the first of them red."""
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


def bomb(side: int = 50_000) -> bytes:
    """A small PNG that says it is `side` pixels each way."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


REFUSED = {
    "nothing": b"",
    "text": b"This is a photo, honestly.",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html in disguise": b"GIF89a<script>alert(1)</script>",
    "half a jpeg": picture("JPEG", (400, 400))[:300],
    "half a png": picture("PNG", (400, 400))[:60],
    "tiff": picture("TIFF"),
    "bmp": picture("BMP"),
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "bomb": bomb(),
    "too many pixels": bomb(4_900),
    "zeros": bytes(10_000),
}
