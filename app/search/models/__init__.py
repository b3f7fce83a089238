"""What search keeps in the database: what became of its suggestions, and on PostgreSQL its index."""

from app.search.models.helping import (
    HELP,
    LONGEST_WORDS,
    Arm,
    EmptySearch,
    HelpSession,
    SuggestionEvent,
    Trial,
    What,
)
from app.search.models.index import SearchDocument, SearchIndex, search_term

__all__ = [
    "HELP",
    "LONGEST_WORDS",
    "Arm",
    "EmptySearch",
    "HelpSession",
    "SearchDocument",
    "SearchIndex",
    "SuggestionEvent",
    "Trial",
    "What",
    "search_term",
]
