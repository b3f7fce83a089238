"""The front page: the latest of every kind, and what waits for somebody like the reader."""
