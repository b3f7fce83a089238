"""The people around the threads: profiles, reputation, trust, and who is asked when a question waits."""
