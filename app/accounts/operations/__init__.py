"""What people do with their accounts. Routes and commands call these; each is one transaction, but for
`merge` and `anonymise`: moderators' room calls those inside its own.
"""

from app.accounts.operations.anonymising import anonymise
from app.accounts.operations.describing import describe, rename
from app.accounts.operations.merging import merge
from app.accounts.operations.moving import move, request_move, stay, take_back
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
    "anonymise",
    "change_password",
    "change_role",
    "confirm",
    "describe",
    "merge",
    "move",
    "register",
    "rename",
    "request_move",
    "request_reset",
    "reset_password",
    "revoke",
    "sign_in",
    "stay",
    "sweep",
    "take_back",
    "unclaimed_people",
    "unclaimed_person",
]
