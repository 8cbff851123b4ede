"""The inboxes of a visitor."""

from storage.accounts import Visitor


def recipients_of(visitor: Visitor) -> list[str]:
    """The visitor's inboxes: their own and their unit's; for an administrator their own and that of the duty."""
    if visitor.duty:
        return [f"account:{visitor.account}", f"duty:{visitor.duty}"]
    recipients = [f"person:{visitor.person}"] if visitor.person else []
    return [*recipients, f"unit:{visitor.unit}"] if visitor.unit else recipients
