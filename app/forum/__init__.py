"""The trunk: spaces, threads, posts, tags, revisions and drafts, which every kind of thread shares.

A kind (question, alert, listing …) is a room above: its own table pointing down at `thread`, its own pages.
"""
