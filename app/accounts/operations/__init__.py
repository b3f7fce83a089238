"""What people do with their accounts. Routes and commands call these; each is one transaction."""

from app.accounts.operations.passwords import change_password, request_reset, reset_password
from app.accounts.operations.people import (
    Newcomer,
    add_person,
    change_role,
    sweep,
    unclaimed_people,
    unclaimed_person,
)
from app.accounts.operations.registering import confirm, register
from app.accounts.operations.signing_in import revoke, sign_in

__all__ = [
    "Newcomer",
    "add_person",
    "change_password",
    "change_role",
    "confirm",
    "register",
    "request_reset",
    "reset_password",
    "revoke",
    "sign_in",
    "sweep",
    "unclaimed_people",
    "unclaimed_person",
]
