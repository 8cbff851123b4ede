"""The meaning of a mail server's refusal: retry later, drop this message, or stop the channel."""

import re
from enum import StrEnum


class SendVerdict(StrEnum):
    LATER = "later"
    NEVER = "never"
    CHANNEL = "channel"


NOT_LET_IN = frozenset({530, 534, 535, 538})
"""Codes of a server that requires another password or encryption (RFC 4954) for any message."""

NO_MAILBOX = frozenset({501, 550, 551, 553, 554, 556})
"""Codes for good: no such address, moved, not allowed, the transaction failed (RFC 5321, RFC 7504).

552 is none of them: a mailbox that is full today may have room tomorrow (RFC 5321, 4.2.2 and 4.5.3.1.10). The codes of
a server that does not understand or is out of order (500, 502, 503, 504, 521, 555) are not the message's fault.
"""

_ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")

# RFC 3463: (subject, detail) of an enhanced status code; None stands for every other detail.
_DETAILS: dict[tuple[int, int | None], SendVerdict] = {
    (1, 7): SendVerdict.CHANNEL,  # bad address of the sender: ours
    (1, 8): SendVerdict.CHANNEL,
    (1, None): SendVerdict.NEVER,  # bad address of the recipient
    (2, 1): SendVerdict.NEVER,  # the mailbox takes no mail
    (2, 2): SendVerdict.LATER,  # the mailbox is full
    (2, 3): SendVerdict.NEVER,  # too long for it
    (3, 4): SendVerdict.NEVER,  # too large for the system
    (3, None): SendVerdict.LATER,  # the system is full, busy, set up wrongly
    (4, None): SendVerdict.LATER,  # network and routing
    (5, None): SendVerdict.LATER,  # protocol
    (6, None): SendVerdict.NEVER,  # the content
    (7, 8): SendVerdict.CHANNEL,  # who we are was not accepted
    (7, 9): SendVerdict.CHANNEL,
    (7, 11): SendVerdict.CHANNEL,
    (7, None): SendVerdict.LATER,  # policy: somebody has to mend it, here or there
}


def judged(code: int, answer: str) -> SendVerdict:
    """The meaning of the reply to a recipient or a message; an enhanced status code takes precedence."""
    if code in NOT_LET_IN:
        return SendVerdict.CHANNEL
    if not 500 <= code < 600:
        return SendVerdict.LATER
    status = _ENHANCED.match(answer.lstrip())
    if status and status[1] != "5":
        return SendVerdict.LATER
    if status:
        subject, detail = int(status[2]), int(status[3])
        verdict = _DETAILS.get((subject, detail)) or _DETAILS.get((subject, None))
        if verdict:
            return verdict
    return SendVerdict.NEVER if code in NO_MAILBOX else SendVerdict.LATER
