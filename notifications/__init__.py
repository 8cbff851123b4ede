"""Who must be told, and in which words; over which channel comes with delivery."""

from notifications.letters import Letter, letter

__all__ = ["Letter", "letter"]
