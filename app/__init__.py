"""Bartack. The factory is `app.wiring.create_app`; this package stays empty so that a light process may import one room."""
