"""What a serving process does before its first request."""

import gc

from flask import Flask

from app.wiring.warming import warm


def test_no_template_is_left_to_be_compiled_by_a_reader(app: Flask) -> None:
    try:
        warm(app)
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
    compiled = {template.name for template in (app.jinja_env.cache or {}).values()}
    assert compiled == set(app.jinja_env.list_templates())
