"""Pages of questions. Importing the modules puts their views on the blueprint."""

from app.questions.routes import (
    accepting,
    answering,
    asking,
    confirming,
    deleting,
    having,
    pointing,
    reading,
)
from app.questions.routes.room import blueprint

__all__ = [
    "accepting",
    "answering",
    "asking",
    "blueprint",
    "confirming",
    "deleting",
    "having",
    "pointing",
    "reading",
]
