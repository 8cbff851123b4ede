"""What a visitor is refused before anything is asked of the register."""


from portal.visitor.refusals import sentence
from states.reasons import Refused


class PageRefused(Exception):
    """The portal answers with an HTTP `status` and Chinese words that say why."""

    def __init__(self, status: int, words: str) -> None:
        self.status, self.words = status, words
        super().__init__(words)


class DoorRefused(PageRefused):
    """What pages and the API refuse alike: `refused` says why in both languages."""

    def __init__(self, status: int, refused: Refused) -> None:
        self.refused = refused
        super().__init__(status, sentence(refused))
