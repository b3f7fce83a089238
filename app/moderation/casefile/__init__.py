"""One target's case for whoever has to account for it, or to judge it: as JSON and on paper.

It holds what was complained of, said, decided and told, and the log's proof of it; `docs/moderation-case.md` has its shape.
"""

from app.moderation.casefile.gathering import SHAPE_VERSION, case_of
from app.moderation.casefile.paper import as_pdf

__all__ = ["SHAPE_VERSION", "as_pdf", "case_of"]
