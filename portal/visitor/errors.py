"""What a visitor is refused before anything is asked of the register."""


class PageRefused(Exception):
    """The portal answers with an HTTP `status` and Chinese words that say why."""

    def __init__(self, status: int, words: str) -> None:
        self.status, self.words = status, words
        super().__init__(words)
