"""Support: a person and an agent write to each other about one matter, in private.

Answers that exist come first (`/help`); what they do not settle becomes a ticket. In community mode there are no
tickets: the message to the marketplace's own help form is prepared instead.
"""
