"""Finding: the index of what the public may read, its one writer, the search page and suggestions while people write.

The index proposes, the database disposes: nothing is shown that the database did not allow a moment ago.
"""
