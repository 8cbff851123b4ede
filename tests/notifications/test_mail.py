"""What stands in the headers of a mail, whatever its subject holds."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from notifications.channel_protocol import Outgoing
from notifications.mail import Mail, MailSettings

MAIL = Mail(MailSettings(host="mail.example.org", sender="督办 <duban@example.org>"))
LONG = "〔2026〕3号 关于 修　路 灯 的 建 议 " * 8


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        ("=?utf-8?q?x=0D=0ABcc:_b=40example.org?=", "=?utf-8?q?x=0D=0ABcc:_b=40example.org?="),
        ("闭-1\r\nBcc: b@example.org", "闭-1  Bcc: b@example.org"),
        ("闭-1\u2028Bcc: b@example.org", "闭-1 Bcc: b@example.org"),
        (LONG + "完", LONG + "完"),
        ("plain words " * 20 + "end", "plain words " * 20 + "end"),
        ("", ""),
    ],
)
def test_a_subject_is_one_header_and_keeps_its_blanks(subject: str, read: str) -> None:
    written = MAIL._written(Outgoing("m1", "a@example.org", subject, "正文", datetime(2026, 3, 5, tzinfo=UTC)))
    mail = message_from_bytes(written, policy=default)
    assert mail["Subject"] == read
    assert mail["Bcc"] is None
    assert mail["To"] == "a@example.org"
    assert mail.get_content().strip() == "正文"
    assert max(map(len, written.split(b"\r\n"))) <= 78
