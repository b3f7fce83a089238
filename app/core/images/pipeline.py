"""A strange picture to two WEBP files of our own: the one module that imports Pillow.

It runs as a script in a child process of its own for each picture (`reading.py` is the parent's side) and imports
nothing of the house: a decoder that crashes, hangs or is taken over has no database and no secret, and is gone after
one picture.

In: the bytes. Out: a line of JSON (`refused`, or the sizes of both files and of both pictures), then both files.
Decoded by content, never by name; JPEG, PNG, WEBP and GIF only, the first frame, turned as its camera said; what
comes out holds pixels and nothing else: no metadata, no profile, no text.
"""

import io
import json
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
PIXELS = 24_000_000
SIDE = 2_048
SMALL_SIDE = 480
QUALITY = 82
SMALL_QUALITY = 74
CPU_SECONDS = 15
MEMORY_BYTES = 1024 * 1024 * 1024


def limit() -> None:
    """A picture gets so much of this machine and no more."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def convert(content: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """The answer's first line, and both files; they are empty when the picture is refused."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > PIXELS:
                return {"refused": "pixels"}, b"", b""
            image.load()
            turned = ImageOps.exif_transpose(image)
            plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    except Image.DecompressionBombError:
        return {"refused": "pixels"}, b"", b""
    except Exception as error:  # noqa: BLE001 - decoders raise nearly anything on broken input
        return {"refused": "broken", "why": f"{type(error).__name__}: {error}"[:200]}, b"", b""
    full, small = fitted(plain, SIDE), fitted(plain, SMALL_SIDE)
    files = written(full, QUALITY), written(small, SMALL_QUALITY)
    head = {
        "bytes": [len(file) for file in files],
        "sizes": [[full.width, full.height], [small.width, small.height]],
    }
    return head, *files


def fitted(image: Image.Image, side: int) -> Image.Image:
    """A copy no longer than `side` either way."""
    copy = image.copy()
    copy.thumbnail((side, side))
    # What a file brought along besides its pixels must not be written again.
    copy.info.clear()
    return copy


def written(image: Image.Image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=quality, method=4)
    return file.getvalue()


def main() -> None:
    limit()
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = PIXELS
    head, full, small = convert(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + full + small)


if __name__ == "__main__":
    main()
