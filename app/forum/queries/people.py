"""Who wrote it."""

from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Account


def person_columns() -> tuple[InstrumentedAttribute[Any], ...]:
    """What a Person is made of, for a SELECT joined with account."""
    return (Account.id, Account.name, Account.display_name, Account.role, Account.state)
