"""Real SMTP servers: one that keeps what it takes, with STARTTLS and AUTH, and one that misbehaves as told."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "duban", "correct horse"


class Kept:
    """What the server took, in order."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 taken"

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == address]


@contextmanager
def smtp_server(folder: Path | None = None) -> Iterator[tuple[Kept, dict[str, Any]]]:
    """(what it takes, the settings to reach it); with a folder over STARTTLS and AUTH, a certificate written there."""
    kept = Kept()
    more: dict[str, Any] = {}
    settings: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "sender": "督办 <duban@example.org>"}
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(folder))
        more = {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": _authenticate,
        }
        settings |= {
            "security": "starttls",
            "user": USER,
            "password": PASSWORD,
            "ca_file": str(folder / "certificate.pem"),
        }
    settings["port"] = _free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=settings["port"], **more)
    controller.start()
    try:
        yield kept, settings
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False)


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 with its key, in one file, valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


class Misbehaving:
    """A server that answers as its plan says: `plan` maps a command (EHLO, MAIL, RCPT, DATA, body) to how it fails.

    close: it hangs up instead of answering; silent: it never answers; a text is the answer itself. The body is kept
    before it fails, as a server does that took the mail and lost the line. It falls silent at its `silent_at`-th
    command and sets `reached`.
    """

    def __init__(self, plan: dict[str, str], silent_at: int = 0) -> None:
        self.plan = dict(plan)
        self.silent_at, self.commands, self.reached = silent_at, 0, threading.Event()
        self.kept: list[EmailMessage] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "host": "127.0.0.1", "port": self.port, "security": "none", "sender": "duban@example.org", "timeout": 1.0,
        }  # fmt: skip

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.kept]

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError, ConnectionError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            command = line.split()[0].decode().upper()
            how = self._how(command)
            if command == "DATA" and how == "250 OK":
                writer.write(b"354 go on\r\n")
                lines = []
                while (text := await reader.readline()) not in (b".\r\n", b""):
                    lines.append(text)
                mail = message_from_bytes(b"".join(lines), policy=default)
                assert isinstance(mail, EmailMessage)
                self.kept.append(mail)
                how = self._how("body")
            if how == "close":
                break
            if how == "silent":
                await asyncio.sleep(30)
                break
            writer.write(f"{how}\r\n".encode())
            if command == "QUIT":
                break

    def _how(self, command: str) -> str:
        self.commands += 1
        if self.commands == self.silent_at:
            self.reached.set()
            return "silent"
        return self.plan.get(command, "250 OK")
