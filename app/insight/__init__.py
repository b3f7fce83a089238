"""Numbers that are honest: what suggestions spare, how long answers take, what nobody finds.

Every number is a count of rows that can be looked at; a share, a difference or a time is shown only when there are enough.
"""
