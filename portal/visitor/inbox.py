"""Whose inboxes somebody reads."""

from storage.accounts import Visitor


def recipients_of(visitor: Visitor) -> list[str]:
    """Whose inboxes are the visitor's: his own, and his unit's; an administrator's, and that of his duty."""
    if visitor.duty:
        return [f"account:{visitor.account}", f"duty:{visitor.duty}"]
    recipients = [f"person:{visitor.person}"] if visitor.person else []
    return [*recipients, f"unit:{visitor.unit}"] if visitor.unit else recipients
