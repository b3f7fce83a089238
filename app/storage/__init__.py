"""Files: a port and its local folder. What is stored is reached only through a view that asks a policy."""
