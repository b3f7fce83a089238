"""Who keeps watched words, and why one may not be kept."""

from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor

MOST_EXPRESSIONS = 200
MOST_WORDS_KEPT = 2_000
"""So many are on at once, of each kind: what is looked for costs every post."""

TRY_FIRST = _("Try it on recent posts first, exactly as it is now. What you wrote is still here.")
KNOWN_ALREADY = _("This is watched for already.")
TOO_MANY = _("No more can be watched for. Delete some that are not met any more.")


def keep(actor: Actor) -> bool:
    """Whether `actor` may see and change watched words."""
    return actor.is_moderator
