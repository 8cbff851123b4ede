"""The texts of notices, and the channels over which messages are sent."""

from notifications.letters import Letter, letter

__all__ = ["Letter", "letter"]
