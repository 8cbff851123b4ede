"""The errors of templates of papers and of the office's file."""

from states.reasons import Refused


class PaperError(Exception):
    """A template or office.toml cannot be used; `refused` says which file, where in it, and what would work."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(str(refused))

    @property
    def chinese(self) -> str:
        return self.refused.chinese()
