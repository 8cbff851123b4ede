"""What can be wrong with a paper's template or with the office's file."""


class PaperError(Exception):
    """A template or office.toml cannot be used; the message says which file, where in it, and what would work."""
