"""Masking of personal data in logs: enough to find the row, not to identify the person."""

import re

_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1\d{2})[- ]?\d{4}[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[- ]\d{3,4}(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(\d{3})\d{11}(\d{3}[\dXx])(?!\d)")
_MAIL = re.compile(r"([\w.+-])[\w.+-]*@")


def mask(text: str) -> str:
    """Hide phones, identity numbers and the names in mail addresses, except their ends.

    13812345678 -> 138****5678, 0527-84351234 -> 0527-****1234, zhang@example.org -> z***@example.org.
    """
    text = _IDENTITY.sub(r"\1***********\2", text)
    text = _MOBILE.sub(r"\1****\2", text)
    text = _LANDLINE.sub(r"\1-****\2", text)
    return _MAIL.sub(r"\1***@", text)
