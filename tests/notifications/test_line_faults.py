"""Why a server was not reached is told in both languages."""

import smtplib
import socket
import ssl

import httpx
import pytest

from notifications.channel_protocol import ChannelDown
from notifications.line_faults import line_fault
from notifications.mail import Mail, MailSettings
from notifications.robots import Robot, RobotSettings
from tests.smtp import Misbehaving


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        (httpx.ConnectTimeout("late"), "ConnectTimeout: late", "等不到回答"),
        (httpx.UnsupportedProtocol("ftp"), "UnsupportedProtocol: ftp", "地址要以 http:// 或者 https:// 开头"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "(535, b'no')", "对方不认用户名或者口令"),
        (smtplib.SMTPServerDisconnected("gone"), "gone", "对方断开了连接"),
        (ssl.SSLError(1, "wrong"), "wrong", "加密连接没有建立，请核对证书和加密方式"),
        (ConnectionRefusedError(111, "refused"), "[Errno 111] refused", "对方没有接受连接"),
        (socket.gaierror(-2, "Name unknown"), "[Errno -2] Name unknown", "查不到这个地址"),
        (TimeoutError("timed out"), "timed out", "等不到回答"),
        (smtplib.SMTPException("odd"), "odd", "对方没有按规范办"),
    ],
)
def test_an_error_of_a_connection_has_its_chinese(error: Exception, english: str, chinese: str) -> None:
    fault = line_fault(error)
    assert (str(fault), fault.zh) == (english, chinese)


def test_a_channel_that_is_not_reached_says_why_in_both_languages() -> None:
    server = Misbehaving({})
    server.stop()
    robot = RobotSettings(name="r", kind="wecom", url="ftp://example.org")
    for channel, chinese in (
        (Mail(MailSettings.model_validate(server.settings)), "连不上：对方没有接受连接"),
        (Robot(robot), "连不上：地址要以 http:// 或者 https:// 开头"),
    ):
        with pytest.raises(ChannelDown) as down:
            channel.check()
        assert down.value.why.chinese() == chinese
        assert str(down.value)
