"""Personal data in what people write: found, shown to its writer, masked for the public."""

import re

ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[^\W\d_]{2,63}(?![\w-])")


def masked(text: str) -> str:
    """`text` as the public reads it: of a mail address the first sign and its end stay."""
    return ADDRESS.sub(lambda found: f"{found[0][0]}•••{found[0][-3:]}", text)
