"""Databases of released versions, as text: they are loaded, upgraded and verified without the old program."""
