"""How each marketplace can really be reached, checked by an admin on a day that is said.

Whoever was given a 'support' number, mail address, handle or link finds out here whether it is one of them.
"""
