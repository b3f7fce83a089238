"""The demo town: invented people, questions and tickets, read from the TOML files beside this module.

Data only. `load()` checks every reference and limit and says all that is wrong at once; seeding is done elsewhere,
through the rooms' own operations.
"""

from app.cli.demo.faults import faults
from app.cli.demo.reading import BrokenTown, load, picture
from app.cli.demo.things import (
    STAFF,
    Answer,
    CastName,
    Deed,
    Message,
    Person,
    Photo,
    Reply,
    Report,
    RoleName,
    Space,
    Tag,
    Thread,
    Ticket,
    Town,
)

__all__ = [
    "STAFF",
    "Answer",
    "BrokenTown",
    "CastName",
    "Deed",
    "Message",
    "Person",
    "Photo",
    "Reply",
    "Report",
    "RoleName",
    "Space",
    "Tag",
    "Thread",
    "Ticket",
    "Town",
    "faults",
    "load",
    "picture",
]
