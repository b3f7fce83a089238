"""Questions: asked, answered, accepted. The pattern that the other kinds of thread copy.

A question is a thread of kind `question` and a row of its own that says which post, if any, was accepted.
"""
