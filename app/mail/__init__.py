"""Letters: composed from templates in the recipient's language, sent through a port, never twice for one key."""
