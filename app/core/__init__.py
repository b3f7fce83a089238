"""The toolbox: database, transactions, events, parts, clock, text and web. No product words in here."""
