"""What was rendered once stays as it is until the version says otherwise."""

import hashlib

from app.core.text import PIPELINE_VERSION, render
from app.core.text.pipeline import TABLE
from tests.core.text.tags import ATTRIBUTES

SAMPLE = """# Heading

Text *with* **marks**, `code`, <b>raw</b> &amp; [a link](https://example.com/a?b=1&c=2 "title")
and another line, https://example.com/x, [disguised](https://xn--80ak6aa92e.com), ![picture](/a.png).

- list
    - deeper

3. three

> quote

|a|b|
|-|-|
|1|2|

```python
code <&>
```
"""

DIGESTS = {1: "d4b988e8d2aceb85", 2: "d4b988e8d2aceb85"}


def test_the_same_text_renders_the_same_in_one_version() -> None:
    digest = hashlib.sha256(render(SAMPLE).html.encode()).hexdigest()[:16]
    assert digest == DIGESTS[PIPELINE_VERSION], (
        "Rendering changed: raise PIPELINE_VERSION and add its digest here."
    )


def test_the_table_is_the_one_agreed() -> None:
    assert {tag: set(attributes) for tag, attributes in TABLE.items()} == ATTRIBUTES
