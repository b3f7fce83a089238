"""The moderators' look: what waits to be shown to others, and what people flag.

It knows the trunk only, so every kind of thread is looked at in the same way.
"""
