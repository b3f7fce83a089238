"""People: who they are, how they prove it, and how long a browser is believed.

Other rooms know a person as an `Actor` (what they may do) or a `Person` (what is shown), never as a row.
"""
