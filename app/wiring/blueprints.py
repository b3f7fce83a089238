"""Which rooms have pages."""

from flask import Flask

from app.accounts import routes as accounts
from app.community.routes import blueprint as community
from app.config import Settings
from app.contact import routes as contact
from app.desk.routes import blueprint as desk
from app.forum.routes import blueprint as forum
from app.home import routes as home
from app.insight import routes as insight
from app.mail import routes as mail
from app.moderation.routes import blueprint as moderation
from app.notifications import routes as notifications
from app.questions.routes import blueprint as questions
from app.search import routes as search


def register(app: Flask, settings: Settings) -> None:
    for room in (home, insight, accounts, search, notifications, contact):
        app.register_blueprint(room.blueprint)
    for blueprint in (questions, forum, desk, moderation, community):
        app.register_blueprint(blueprint)
    if not settings.production:
        app.register_blueprint(mail.blueprint)
