"""`flask demo`: the demo town, lived through the rooms' own operations at the times it tells."""

from app.cli.seeding.command import PASSWORD, address, demo

__all__ = ["PASSWORD", "address", "demo"]
