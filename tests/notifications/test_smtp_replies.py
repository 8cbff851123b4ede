"""What becomes of a message that a mail server refuses, code by code, and at each place of the conversation."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from notifications.channel_protocol import ChannelDown, Outgoing, Result
from notifications.mail import Mail, MailSettings
from notifications.smtp_replies import NO_MAILBOX, NOT_LET_IN, SendVerdict, judged
from tests.smtp import Misbehaving

AT = datetime(2025, 3, 20, 1, tzinfo=UTC)

ANSWERS = [
    ("552 mailbox full", SendVerdict.LATER),
    ("552 5.2.2 over quota", SendVerdict.LATER),
    ("552 5.2.3 message too long for it", SendVerdict.NEVER),
    ("552 5.3.4 message too big for system", SendVerdict.NEVER),
    ("550 5.2.2 mailbox full", SendVerdict.LATER),
    ("554 5.2.2 mailbox full", SendVerdict.LATER),
    ("550 no such mailbox", SendVerdict.NEVER),
    ("550 5.1.1 user unknown", SendVerdict.NEVER),
    ("550 5.2.1 mailbox disabled", SendVerdict.NEVER),
    ("550 5.4.4 unable to route", SendVerdict.LATER),
    ("550 5.7.1 relaying denied", SendVerdict.LATER),
    ("554 5.7.1 blocked for now", SendVerdict.LATER),
    ("554 transaction failed", SendVerdict.NEVER),
    ("551 user not local", SendVerdict.NEVER),
    ("553 mailbox name not allowed", SendVerdict.NEVER),
    ("556 5.1.10 takes no mail", SendVerdict.NEVER),
    ("501 5.1.3 bad address syntax", SendVerdict.NEVER),
    ("500 what?", SendVerdict.LATER),
    ("502 not implemented", SendVerdict.LATER),
    ("503 5.5.1 bad sequence", SendVerdict.LATER),
    ("504 no such parameter", SendVerdict.LATER),
    ("521 no mail here", SendVerdict.LATER),
    ("555 parameters not recognised", SendVerdict.LATER),
    ("530 5.7.0 authentication required", SendVerdict.CHANNEL),
    ("535 5.7.8 password wrong", SendVerdict.CHANNEL),
    ("550 5.1.8 sender's system unknown", SendVerdict.CHANNEL),
    ("550 4.2.2 full", SendVerdict.LATER),
    ("421 closing", SendVerdict.LATER),
    ("450 mailbox busy", SendVerdict.LATER),
    ("451 4.7.1 greylisted", SendVerdict.LATER),
    ("452 4.2.2 over quota", SendVerdict.LATER),
    ("454 later", SendVerdict.LATER),
]


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    started = Misbehaving({})
    yield started
    started.stop()


def sent(server: Misbehaving) -> list[Result]:
    mail = Mail(MailSettings.model_validate(server.settings))
    return list(mail.send([Outgoing("m1", "zhang@example.org", "题", "文", AT)]))


@pytest.mark.parametrize(("answer", "verdict"), ANSWERS)
@pytest.mark.parametrize("place", ["RCPT", "body"])
def test_a_full_mailbox_is_tried_again_and_a_missing_one_is_not(
    server: Misbehaving, place: str, answer: str, verdict: SendVerdict
) -> None:
    server.plan[place] = answer
    if verdict is SendVerdict.CHANNEL:
        with pytest.raises(ChannelDown):
            sent(server)
        return
    (result,) = sent(server)
    assert (result.taken, result.final, result.unsure) == (False, verdict is SendVerdict.NEVER, False)
    assert str(result.error).startswith(answer[:3])
    assert result.error is not None
    assert result.error.chinese().startswith(f"对方回答：{answer[:3]}")


@pytest.mark.parametrize(("answer", "final"), [("552 too much", False), ("552 5.3.4 too big", True)])
def test_a_message_refused_for_its_size_with_its_sender_stops_no_other(
    server: Misbehaving, answer: str, final: bool
) -> None:
    server.plan["MAIL"] = answer
    (result,) = sent(server)
    assert result.final == final


def test_every_code_of_the_standard_has_a_verdict() -> None:
    for code in range(400, 600):
        verdict = judged(code, "words")
        if code in NOT_LET_IN:
            assert verdict is SendVerdict.CHANNEL
        else:
            assert (verdict is SendVerdict.NEVER) == (code in NO_MAILBOX)
