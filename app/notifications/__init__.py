"""Who hears of what: a row for the site with each event, and a letter that follows from it.

Handlers write rows in the transaction that caused them; the worker writes letters from ids and asks everything anew.
"""
