"""Why a connection to a server failed, in both languages."""

import smtplib
import ssl

import httpx

from rulebooks.file_faults import system_fault
from rulebooks.sentences import Worded

OF_LINE: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLError, "加密连接没有建立，请核对证书和加密方式"),
    (smtplib.SMTPAuthenticationError, "对方不认用户名或者口令"),
    (smtplib.SMTPServerDisconnected, "对方断开了连接"),
    (smtplib.SMTPNotSupportedError, "对方不支持所要的加密或者登录方式"),
    (smtplib.SMTPResponseException, "对方拒绝了"),
    (httpx.InvalidURL, "地址写得不对"),
    (httpx.UnsupportedProtocol, "地址要以 http:// 或者 https:// 开头"),
    (httpx.TimeoutException, "等不到回答"),
    (httpx.ConnectError, "没有连上这个地址"),
    (httpx.NetworkError, "传送中断"),
    (httpx.ProtocolError, "对方的回答不合规范"),
    (httpx.TooManyRedirects, "对方转来转去"),
)
"""The Chinese of an error by its kind, the narrower kinds first."""


def line_fault(error: Exception) -> Worded:
    of_http = isinstance(error, httpx.HTTPError | httpx.InvalidURL)
    english = f"{type(error).__name__}: {error}" if of_http else str(error)
    for kind, chinese in OF_LINE:
        if isinstance(error, kind):
            return Worded(english, chinese)
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return Worded(english, system_fault(error).zh)
    return Worded(english, "对方没有按规范办")
