"""Work that follows from a change: an outbox row written with it, carried out after it, at least once.

The outbox row is the truth; the queue only carries its id. Handlers are named in `wiring` and are idempotent.
"""
