"""How much a post looks like spam: a sum of a few signs, each of which a moderator can read and check."""
