"""Which rooms have pages."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask

from app.config import Settings
from app.forum import routes as forum
from app.home import routes as home
from app.mail import routes as mail
from app.questions import routes as questions


def register(app: Flask, settings: Settings) -> None:
    for room in (home, questions, forum):
        app.register_blueprint(room.blueprint)
    for name in ("accounts", "search", "desk", "notifications"):
        if find_spec(f"app.{name}") and find_spec(f"app.{name}.routes"):
            app.register_blueprint(import_module(f"app.{name}.routes").blueprint)
    if not settings.production:
        app.register_blueprint(mail.blueprint)
    app.url_build_error_handlers.append(lambda _error, endpoint, _values: f"/missing/{endpoint}")
