"""E-mail over SMTP: one connection for many messages, each with a Message-ID that never changes."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Literal, Self
from unicodedata import category

from pydantic import BaseModel, ConfigDict, field_validator

from notifications.channel_protocol import ChannelDown, Outgoing, Result
from notifications.line_faults import line_fault
from notifications.smtp_replies import SendVerdict, judged
from rulebooks import ZONE
from rulebooks.faults import FaultError
from states.addresses import is_mail_address
from states.reasons import Given, Label, Refused, Worded

Security = Literal["starttls", "tls", "none"]

BROKEN = 2
"""After so many broken connections in a row the server is at fault, not a message."""

_NO_LINE = ("Cc", "Cs", "Zl", "Zp")
"""Categories of characters that break a line or cannot be in a mail."""

CLOSING, TOO_LARGE = 421, 552
MOST = 400
"""Characters of an answer of the server that are kept."""


class MailSettings(BaseModel):
    """The settings of mail. `ca_file`: the certificate authority of a server inside a closed network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    password: str = ""
    sender: str
    ca_file: str = ""
    timeout: float = 20.0
    per_minute: int | None = None

    @field_validator("sender")
    @classmethod
    def _has_an_address(cls, value: str) -> str:
        if not is_mail_address(parseaddr(value)[1]):
            example = Label("督办系统 <duban@example.org>")
            raise FaultError(Refused("sender_without_address", given=Given(value), example=example))
        return value

    @field_validator("ca_file")
    @classmethod
    def _is_there(cls, value: str) -> str:
        if value and not Path(value).is_file():
            raise FaultError(Refused("authority_missing", file=Label(value)))
        return value


class Mail:
    """The channel `mail`."""

    name = "mail"

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self.per_minute = settings.per_minute
        self.sender = parseaddr(settings.sender)[1]
        self.domain = self.sender.rpartition("@")[2]

    def send(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        """As `Channel.send`; reconnects when the server closes the connection between two messages."""
        session: _Session | None = None
        broken: list[Result] = []
        try:
            for message in messages:
                if len(broken) == BROKEN:
                    raise ChannelDown(Refused("line_broke_again", times=BROKEN, why=broken[-1].error))
                if session is None or session.closed:
                    session = self._opened()
                result = self._sent(session, message)
                if session.closed and session.used > 1 and not result.taken and not result.unsure:
                    session = self._opened()
                    result = self._sent(session, message)
                broken = [*broken, result] if session.broken else []
                yield result
        finally:
            if session is not None:
                session.close()

    def check(self) -> Label | Worded:
        with self._opened() as session:
            return Label(session.greeting)

    def _opened(self) -> "_Session":
        try:
            return _Session(self.settings, self.domain)
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelDown(Refused("channel_unreached", why=line_fault(error))) from error

    def _sent(self, session: "_Session", message: Outgoing) -> Result:
        if not is_mail_address(message.address):
            return Result(message.id, False, Refused("recipient_no_mail", given=Given(message.address)), final=True)
        return session.deliver(message.id, self.sender, message.address, self._written(message))

    def _written(self, message: Outgoing) -> bytes:
        mail = EmailMessage()
        mail["From"] = self.settings.sender
        mail["To"] = message.address
        mail["Date"] = format_datetime(message.at.astimezone(ZONE))
        mail["Message-ID"] = f"<{message.id}@{self.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body, cte="base64")
        return _subject(message.subject) + mail.as_bytes(policy=SMTP)


class _Session:
    """A secured and logged-in connection; `used` counts its messages."""

    def __init__(self, settings: MailSettings, domain: str) -> None:
        self.used, self.closed, self.broken = 0, False, False
        context: ssl.SSLContext | None = None
        if settings.security != "none":  # the authorities of a machine take a while to read
            context = ssl.create_default_context(cafile=settings.ca_file or None)
        # Our own name is told, not looked up: in a closed network the look-up waits for a server that is not there.
        if settings.security == "tls":
            self.smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, domain, timeout=settings.timeout, context=context
            )
        else:
            self.smtp = smtplib.SMTP(settings.host, settings.port, domain, timeout=settings.timeout)
        try:
            if settings.security == "starttls":
                self.smtp.starttls(context=context)
            self.smtp.ehlo_or_helo_if_needed()
            if settings.user:
                self.smtp.login(settings.user, settings.password)
            self.greeting = (self.smtp.ehlo_resp or self.smtp.helo_resp or b"").decode("utf-8", "replace")
            self.greeting = self.greeting.partition("\n")[0]
        except BaseException:
            self.smtp.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def deliver(self, id_: str, sender: str, address: str, mail: bytes) -> Result:
        """Send one message. Raises ChannelDown when the server refuses our sender or our login."""
        self.used += 1
        handed_over = False
        try:
            size = [f"size={len(mail)}"] if self.smtp.has_extn("size") else []
            code, answer = self.smtp.mail(sender, size)
            if code != 250 and code not in (CLOSING, TOO_LARGE):  # 552: this message is too large
                raise ChannelDown(Refused("sender_refused", sender=Label(sender), answer=_answer(code, answer)))
            if code == 250:
                code, answer = self.smtp.rcpt(address)
            if code in (250, 251):
                handed_over = True
                code, answer = self.smtp.data(mail)
                if code == 250:
                    return Result(id_, True)
        except smtplib.SMTPDataError as refusal:
            code, answer = refusal.smtp_code, _bytes(refusal.smtp_error)
        except (smtplib.SMTPException, OSError) as error:
            self.closed = self.broken = True
            self.smtp.close()
            return Result(id_, False, Refused("line_broke", why=line_fault(error)), unsure=handed_over)
        verdict = judged(code, answer.decode("utf-8", "replace"))
        why = Refused("channel_answered", answer=_answer(code, answer))
        if verdict is SendVerdict.CHANNEL:
            raise ChannelDown(why)
        self._go_on_after(code)
        return Result(id_, False, why, final=verdict is SendVerdict.NEVER)

    def close(self) -> None:
        try:
            if not self.closed:
                self.smtp.quit()
        except (smtplib.SMTPException, OSError):
            self.smtp.close()

    def _go_on_after(self, code: int) -> None:
        """Reset the connection after a refusal; after 421 it is closed."""
        try:
            if code != CLOSING:
                self.smtp.rset()
        except (smtplib.SMTPException, OSError):
            code = CLOSING
        if code == CLOSING:
            self.closed = True
            self.smtp.close()


def _subject(text: str) -> bytes:
    """The header of a subject, whatever the text is.

    `EmailMessage` reads encoded words in a text, with the line breaks that they hide, and loses blanks where it folds.
    """
    line = "".join(" " if category(sign) in _NO_LINE else sign for sign in text)
    return b"Subject: " + Header(line, "utf-8", header_name="Subject").encode(linesep="\r\n").encode() + b"\r\n"


def _answer(code: int, answer: bytes) -> Label:
    return Label(f"{code} {answer.decode('utf-8', 'replace')}"[:MOST])


def _bytes(answer: bytes | str) -> bytes:
    return answer if isinstance(answer, bytes) else answer.encode()
