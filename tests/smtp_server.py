"""A real SMTP server on the loopback (aiosmtpd), with TLS or STARTTLS, sign-in, and the bad days that mail servers have."""

from __future__ import annotations

import asyncio
import logging
import threading
import warnings
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.imap_server import server_context

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd's own, which warns of how tests use it
USER, PASSWORD = "praktijk@example.org", "geheim wachtwoord"
HOST = "localhost"


class SmtpServer:
    """``taken`` are the messages it took. ``at_mail``, ``at_rcpt``, ``at_data``: what it answers instead of taking a message.

    ``at_data`` may also be "drop" (takes the message and leaves without a word), or a number of seconds to wait.
    """

    def __init__(self, own: Path, *, starttls: bool = False, login: bool = True) -> None:
        self.port = 0
        self.taken: list[EmailMessage] = []
        self.seen: list[str] = []
        self.at_mail = self.at_rcpt = ""
        self.at_data: str | float = ""
        self.slow_rcpt = 0.0
        self.refused: set[str] = set()
        self._context, self._starttls, self._login = server_context(own), starttls, login
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-server", daemon=True)
        self._server: asyncio.Server | None = None
        self._visits: list[SMTP] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(self, *_how: object) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(20)

    async def _start(self) -> None:
        ssl = None if self._starttls else self._context
        self._server = await self._loop.create_server(self._made, "127.0.0.1", 0, ssl=ssl)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        for visit in self._visits:
            if visit.transport is not None:
                visit.transport.abort()
        await self._server.wait_closed()
        left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _made(self) -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it does not count TLS from the start as TLS
            visit = SMTP(
                self, hostname="mail.example.org", loop=self._loop, tls_context=self._context if self._starttls else None,
                require_starttls=self._starttls, auth_required=self._login, auth_require_tls=self._starttls, authenticator=self._signed_in,
            )  # fmt: skip
        self._visits.append(visit)
        return visit

    @staticmethod
    def _signed_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=right, handled=False)

    # what aiosmtpd asks

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.seen.append(f"MAIL {address}")
        if self.at_mail:
            return self.at_mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        self.seen.append(f"RCPT {address}")
        await asyncio.sleep(self.slow_rcpt)
        if self.at_rcpt or address in self.refused:
            return self.at_rcpt or "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.seen.append("DATA")
        if isinstance(self.at_data, float):
            await asyncio.sleep(self.at_data)
        elif self.at_data and self.at_data != "drop":
            return self.at_data
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.at_data == "drop":
            server.transport.abort()
        return "250 2.0.0 taken"
