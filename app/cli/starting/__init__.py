"""`flask start`: from an installation to a town people can come to, one question after the other."""

from app.cli.starting.command import start

__all__ = ["start"]
