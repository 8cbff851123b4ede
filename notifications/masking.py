"""What a log may say about people: enough to find the row, not who it is."""

import re

_PHONE = re.compile(r"(?<!\d)(\+?86[- ]?)?(1\d{2})[- ]?\d{4}[- ]?(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(\d{3})\d{11}(\d{3}[\dXx])(?!\d)")
_MAIL = re.compile(r"([\w.+-])[\w.+-]*@")


def mask(text: str) -> str:
    """Phones, identity numbers and the names in mail addresses hidden but for their ends."""
    text = _IDENTITY.sub(r"\1***********\2", text)
    text = _PHONE.sub(r"\2****\3", text)
    return _MAIL.sub(r"\1***@", text)


def mask_name(name: str) -> str:
    """A person's name with its first character alone: 张明 -> 张*."""
    return name[:1] + "*" * max(len(name) - 1, 0)
