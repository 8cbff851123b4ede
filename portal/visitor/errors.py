"""Refusals of a request before it reaches the register."""

from states.reasons import Refused


class DoorRefused(Exception):
    """The portal answers with an HTTP `status`; `refused` says why in both languages."""

    def __init__(self, status: int, refused: Refused) -> None:
        self.status, self.refused = status, refused
        super().__init__(str(refused))
