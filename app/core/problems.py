"""What an operation says when it will not do a thing."""

from flask_babel import LazyString


class Problem(Exception):
    """Bad input or a refused act, in a sentence the person reads; `field` says beside which input."""

    def __init__(self, message: str | LazyString, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotFound(Exception):
    """Missing, or not this person's to see: nobody learns which."""


class TooSoon(Problem):
    """A refused act that will be welcome again after `retry_after` seconds."""

    def __init__(self, message: str | LazyString, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
