"""What is said of watched words."""

from flask_babel import lazy_gettext as _

from app.moderation.watching.models import Action, Kind

KINDS = {
    Kind.WORDS: _("A word or phrase"),
    Kind.EXPRESSION: _("An expression"),
}

ACTIONS = {
    Action.FLAG: _("Flag it: it is posted, and moderators look at it"),
    Action.HOLD: _("Hold it: it waits until a moderator has looked"),
    Action.MASK: _("Mask it: it is posted, and only its author and staff read these words"),
    Action.BLOCK: _("Block it: it is not posted, and its writer reads which rule it is against"),
}

SHORT = {
    Action.FLAG: _("Flagged"),
    Action.HOLD: _("Held"),
    Action.MASK: _("Masked"),
    Action.BLOCK: _("Blocked"),
}
"""What happens, in one word."""
