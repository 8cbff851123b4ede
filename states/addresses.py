"""Which e-mail addresses and telephone numbers are valid."""

import re

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")  # RFC 5321, 4.1.2: Dot-string
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_LONGEST_LOCAL, _LONGEST = 64, 254  # RFC 5321, 4.5.3.1

_PHONE = re.compile(
    r"1[3-9]\d{9}"  # a mobile number
    r"|0[1-9]\d{1,2}[2-9]\d{6,7}(-\d{1,6})?"  # area and number, with an extension
    r"|[2-9]\d{6,7}(-\d{1,6})?"  # a number of the place
    r"|[48]00\d{7}"
    r"|(\+86|0086)(1[3-9]\d{9}|[1-9]\d{1,2}[2-9]\d{6,7})"
    r"|(\+|00)(?!86)[1-9]\d{6,14}",  # E.164
    re.ASCII,
)


def is_mail_address(text: str) -> bool:
    """Whether every mail server accepts it: ASCII, a local part and a host of labels, neither too long."""
    local, at, host = text.rpartition("@")
    if not at or len(local) > _LONGEST_LOCAL or len(text) > _LONGEST or not _LOCAL.fullmatch(local):
        return False
    labels = host.split(".")
    return all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdecimal()


def is_phone(text: str) -> bool:
    """Whether it can be called: a number of China, mobile or landline, or one of abroad with + or 00.

    Blanks and brackets may be anywhere, a hyphen after an area code and before an extension.
    """
    plain = re.sub(r"[ ()]", "", text)
    return bool(_PHONE.fullmatch(plain) or _PHONE.fullmatch(_without_hyphens(plain)))


def _without_hyphens(text: str) -> str:
    """The number without hyphens, except one before an extension of a complete number."""
    head, hyphen, last = text.rpartition("-")
    joined = text.replace("-", "")
    if hyphen and len(last) <= 6 and len(head.replace("-", "")) >= 10 and not head.startswith(("1", "+", "00")):
        return f"{head.replace('-', '')}-{last}"
    return joined
