"""E-mail over SMTP: one connection for many messages, each with a Message-ID that never changes."""

import smtplib
import ssl
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from notifications.channels import ChannelDown, Outgoing, Result
from rulebooks import ZONE

Security = Literal["starttls", "tls", "none"]


class MailSettings(BaseModel):
    """How mail goes out. `ca_file`: the certificate authority of a server inside a closed network."""

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


class Mail:
    """The channel `mail`."""

    name = "mail"

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self.per_minute = settings.per_minute
        self._domain = settings.sender.rpartition("@")[2].rstrip(">") or "localhost"

    def send(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        """As `Channel.send`. A message that the server may have taken (the connection broke) counts as not taken."""
        session: _Session | None = None
        try:
            for message in messages:
                try:
                    session = session or _Session(self.settings)
                    session.deliver(self._written(message), message.address)
                    yield Result(message.id, True)
                except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refusal:
                    yield _refused(message, refusal)
                except smtplib.SMTPSenderRefused as refusal:
                    raise ChannelDown(f"the sender was refused: {refusal}") from refusal
                except (smtplib.SMTPException, OSError) as error:
                    if session is None:
                        raise ChannelDown(str(error)) from error
                    session.close()
                    session = None
                    yield Result(message.id, False, f"the connection broke: {error}")
                except ValueError as error:  # an address or a subject that no header can hold
                    yield Result(message.id, False, str(error), final=True)
        finally:
            if session is not None:
                session.close()

    def check(self) -> str:
        try:
            with _Session(self.settings) as session:
                return session.greeting
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelDown(str(error)) from error

    def _written(self, message: Outgoing) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self.settings.sender
        mail["To"] = message.address
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(message.at.astimezone(ZONE))
        mail["Message-ID"] = f"<{message.id}@{self._domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body, cte="base64")
        return mail


class _Session:
    """A connection that is greeted, secured and logged in."""

    def __init__(self, settings: MailSettings) -> None:
        context = ssl.create_default_context(cafile=settings.ca_file or None)
        if settings.security == "tls":
            self.smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.timeout, context=context
            )
        else:
            self.smtp = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        try:
            if settings.security == "starttls":
                self.smtp.starttls(context=context)
            if settings.user:
                self.smtp.login(settings.user, settings.password)
            self.greeting = (self.smtp.ehlo()[1] or b"").decode("utf-8", "replace").splitlines()[0]
        except BaseException:
            self.smtp.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def deliver(self, mail: EmailMessage, address: str) -> None:
        self.smtp.send_message(mail, to_addrs=[address])

    def close(self) -> None:
        try:
            self.smtp.quit()
        except (smtplib.SMTPException, OSError):
            self.smtp.close()


def _refused(message: Outgoing, refusal: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> Result:
    """What the server said about this message: 5xx is for good, 4xx for now."""
    code: int
    said: bytes | str
    if isinstance(refusal, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(refusal.recipients.values()))
    else:
        code, said = refusal.smtp_code, refusal.smtp_error
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return Result(message.id, False, f"{code} {text}", final=500 <= code < 600)
