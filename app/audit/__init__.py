"""The log of what was done and by whom: append-only, hash-chained.

The chain hashes salted digests; what was done in detail lies in a payload that may be erased, and the chain still holds.
"""
