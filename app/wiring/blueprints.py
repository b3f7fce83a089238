"""Which rooms have pages."""

from flask import Flask

from app.accounts import routes as accounts
from app.config import Settings
from app.forum import routes as forum
from app.home import routes as home
from app.mail import routes as mail
from app.questions import routes as questions


def register(app: Flask, settings: Settings) -> None:
    for room in (home, questions, forum, accounts):
        app.register_blueprint(room.blueprint)
    if not settings.production:
        app.register_blueprint(mail.blueprint)
