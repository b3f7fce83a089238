"""Pictures from strangers, made safe to keep and show: decoded apart from the house, and written anew."""

from app.core.images.reading import BYTES, FORMATS, PIXELS, Picture, Unreadable, read_picture

__all__ = ["BYTES", "FORMATS", "PIXELS", "Picture", "Unreadable", "read_picture"]
