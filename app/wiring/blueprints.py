"""Which rooms have pages."""

from flask import Flask

from app.accounts import routes as accounts
from app.config import Settings
from app.desk.routes import blueprint as desk
from app.forum import routes as forum
from app.home import routes as home
from app.mail import routes as mail
from app.notifications import routes as notifications
from app.questions import routes as questions
from app.search import routes as search


def register(app: Flask, settings: Settings) -> None:
    for room in (home, questions, forum, accounts, search, notifications):
        app.register_blueprint(room.blueprint)
    app.register_blueprint(desk)
    if not settings.production:
        app.register_blueprint(mail.blueprint)
