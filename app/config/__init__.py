"""Typed settings from the environment; a wrong value stops the boot with a sentence."""

from app.config.settings import Mode, Settings, SettingsError, load, names, port

__all__ = ["Mode", "Settings", "SettingsError", "load", "names", "port"]
