"""How often, beyond what routes limit: sign-ups, letters to one address, and failed sign-ins."""

import hashlib
import time

from flask import current_app
from flask_babel import lazy_gettext as _
from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute

from app.core.problems import TooSoon
from app.core.web.limits import limiter

SIGN_UPS = RateLimitItemPerDay(3, namespace="sign-up")
LETTERS = RateLimitItemPerHour(3, namespace="letter")
FAILURES = RateLimitItemPerMinute(10, 10, namespace="failed-sign-in")
REST = RateLimitItemPerMinute(1, 10, namespace="resting")


def count_sign_up(address: str) -> None:
    """Raises TooSoon at the fourth sign-up from `address` in a day."""
    if _counting() and not limiter.limiter.hit(SIGN_UPS, address):
        raise TooSoon(
            _("Three people have signed up from your connection today. Try again tomorrow."),
            _left(SIGN_UPS, address),
        )


def may_write_to(email: str) -> bool:
    """Count a letter to `email`; False at the fourth in an hour."""
    return not _counting() or limiter.limiter.hit(LETTERS, _hidden(email))


def refuse_while_resting(email: str, address: str) -> None:
    """Raises TooSoon while the pair rests; an `email` nobody has rests like any other."""
    pair = _hidden(email, address)
    if _counting() and not limiter.limiter.test(REST, pair):
        raise TooSoon(
            _("There were too many attempts to sign in. Wait a little, then try again."), _left(REST, pair)
        )


def count_failure(email: str, address: str) -> None:
    """Count a failed sign-in; the tenth in ten minutes makes the pair rest for ten minutes."""
    if not _counting():
        return
    pair = _hidden(email, address)
    limiter.limiter.hit(FAILURES, pair)
    if not limiter.limiter.test(FAILURES, pair):
        limiter.limiter.hit(REST, pair)
        limiter.limiter.clear(FAILURES, pair)


def forget_failures(email: str, address: str) -> None:
    """A right password ends the count."""
    if _counting():
        limiter.limiter.clear(FAILURES, _hidden(email, address))


def _counting() -> bool:
    return bool(current_app.config["RATELIMIT_ENABLED"])


def _left(item: RateLimitItem, *who: str) -> int:
    return max(1, int(limiter.limiter.get_window_stats(item, *who).reset_time - time.time()) + 1)


def _hidden(*facts: str) -> str:
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
