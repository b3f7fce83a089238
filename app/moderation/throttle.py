"""How often one address may report something without an account."""

import time

from flask import current_app
from flask_babel import lazy_gettext as _
from limits import RateLimitItemPerDay, RateLimitItemPerHour

from app.core.problems import TooSoon
from app.core.web.limits import limiter

AN_HOUR = RateLimitItemPerHour(5, namespace="report-hour")
A_DAY = RateLimitItemPerDay(20, namespace="report-day")

ENOUGH = _("That is enough reporting from your connection for now. Please go on later.")


def count_report(address: str) -> None:
    """Raises TooSoon at the sixth report from `address` in an hour, and at the twenty-first in a day."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return
    for item in (A_DAY, AN_HOUR):
        if not limiter.limiter.hit(item, address):
            left = limiter.limiter.get_window_stats(item, address).reset_time - time.time()
            raise TooSoon(ENOUGH, max(1, int(left) + 1))
