"""What moderators can do: each act once, with how it is taken back."""

from app.moderation.acts.act import Act, Details, Facts, Upholds, Verb
from app.moderation.acts.table import ACTS

__all__ = ["ACTS", "Act", "Details", "Facts", "Upholds", "Verb"]
