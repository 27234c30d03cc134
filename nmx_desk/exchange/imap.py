"""A mailbox over IMAP, only through TLS with a checked certificate. Messages are read without a trace, moved when asked, never deleted."""

from __future__ import annotations

import base64
import email.utils
import imaplib
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.exchange.mails import LARGEST, id_fingerprint
from nmx_desk.exchange.network import mail_errors, tls_context
from nmx_desk.i18n import S_

SECONDS = 20  # until a silent server counts as gone
_LONGEST = 1800  # seconds of a whole visit
_MOST = 2_000_000_000  # bytes of a whole visit
_AT_ONCE = 20
_ODD = (imaplib.IMAP4.error, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError)
"""What the library raises on answers that are no IMAP."""


@dataclass(frozen=True)
class Account:
    """Where a mailbox is and how one gets in."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"


@dataclass(frozen=True)
class Letter:
    """A message as the server gave it, at most ``LARGEST`` bytes of it."""

    uid: int
    arrived: datetime
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Glance:
    """A message by its number, and the fingerprint of its Message-ID."""

    uid: int
    id_print: str


class Connection(imaplib.IMAP4_SSL):
    """The library's connection, with an end to what it takes in."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        self._taken, self._until = 0, time.monotonic() + _LONGEST
        super().__init__(host, port, ssl_context=context, timeout=SECONDS)

    def read(self, size: int) -> bytes:
        """Read a literal."""
        if size > LARGEST + 100_000:
            raise self.abort("too large")
        return self._counted(super().read(size))

    def readline(self) -> bytes:
        """Read a line."""
        return self._counted(super().readline())

    def _counted(self, data: bytes) -> bytes:
        self._taken += len(data)
        if self._taken > _MOST or time.monotonic() > self._until:
            raise self.abort("endless")
        return data


class Folder:
    """An open folder. ``validity``: its numbering (0: the server has none); ``count``: how many messages are in it.

    ``can_move``: whether the server moves messages; else they can only be copied.
    """

    def __init__(self, connection: Connection, account: Account, *, to_move: bool) -> None:
        self._connection = connection
        status, counted = connection.select(quoted(account.folder), readonly=not to_move)
        if status != "OK":
            raise UserError("folder", S_("The folder “{name}” is not in this mailbox. Check its name.").format(name=account.folder))
        numbering = connection.response("UIDVALIDITY")[1]
        self.validity = _number(numbering[-1] if numbering else b"")
        told = connection.capability()[1][-1]  # more than before signing in
        self.can_move = isinstance(told, bytes) and b"MOVE" in told.upper().split()
        self.count = _number(counted[-1] if counted else b"")

    def newer(self, uid: int) -> list[int]:
        """Numbers of the messages after this one, rising."""
        found = self._ask("SEARCH", "UID", f"{uid + 1}:*")
        numbers = {_number(number) for line in found if isinstance(line, bytes) for number in line.split()}
        return sorted(number for number in numbers if number > uid)

    def latest(self, count: int) -> list[Glance]:
        """The last so many messages by their place in the folder."""
        if not self.count:
            return []
        place = f"{max(self.count - count + 1, 1)}:{self.count}"
        asked = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)])"
        status, found = self._connection.fetch(place, asked)
        if status != "OK":
            return []
        return [Glance(uid, id_fingerprint(data)) for uid, _head, data in _messages(found)]

    def letters(self, uids: Sequence[int]) -> Iterator[list[Letter]]:
        """These messages, some at a time and unseen as before; one that is gone meanwhile is left out."""
        for start in range(0, len(uids), _AT_ONCE):
            part = uids[start : start + _AT_ONCE]
            found = self._letters(part)
            for missing in [uid for uid in part if uid not in found] if len(part) > 1 else []:
                found |= self._letters([missing])
            yield [found[uid] for uid in part if uid in found]

    def _letters(self, uids: Sequence[int]) -> dict[int, Letter]:
        asked = self._ask("FETCH", ",".join(map(str, uids)), f"(UID INTERNALDATE BODY.PEEK[]<0.{LARGEST}>)")
        return {uid: Letter(uid, _arrived(head), data) for uid, head, data in _messages(asked) if uid in uids}

    def move(self, uids: Sequence[int], folder: str) -> bool:
        """Move messages to a folder, which is made when it is not there. False: they could only be copied, and stay here too."""
        if not uids:
            return True
        command = "MOVE" if self.can_move else "COPY"
        numbers, name = ",".join(map(str, uids)), quoted(folder)
        if self._connection.uid(command, numbers, name)[0] != "OK":
            self._connection.create(name)
            if self._connection.uid(command, numbers, name)[0] != "OK":
                raise UserError("move_to", S_("The messages could not be moved to “{name}”. Make that folder.").format(name=folder))
        return self.can_move

    def _ask(self, command: str, *words: str) -> list[Any]:
        status, found = self._connection.uid(command, *words)
        if status != "OK":
            raise EnvironmentProblem(S_("The mail server did not give the messages. It is tried again later."))
        return found


@contextmanager
def opened(account: Account, *, to_move: bool = False, stop: Callable[[Callable[[], None]], object] | None = None) -> Iterator[Folder]:
    """The folder of a mailbox. ``stop`` is told how to hang up. Raises ``UserError`` and ``EnvironmentProblem`` with a sentence."""
    with _errors(account):
        connection = Connection(account.host, account.port, tls_context())
        if stop is not None:
            stop(lambda: _hang_up(connection))
        try:
            _log_in(connection, account)
            yield Folder(connection, account, to_move=to_move)
        finally:
            with suppress(OSError, *_ODD):
                connection.logout()
            with suppress(OSError, *_ODD):
                connection.shutdown()


def _hang_up(connection: Connection) -> None:
    with suppress(OSError):
        connection.socket().shutdown(socket.SHUT_RDWR)


def _log_in(connection: Connection, account: Account) -> None:
    try:
        if "AUTH=PLAIN" in connection.capabilities:
            connection.authenticate("PLAIN", lambda _asked: f"\0{account.username}\0{account.password}".encode())
        else:
            connection.login(_escaped(account.username), account.password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
        raise UserError("password", S_("The mail server refuses this user name or password. Type them again.")) from error


def _errors(account: Account) -> AbstractContextManager[None]:
    no_tls = S_("The mail server {host} does not speak TLS at port {port}. Use the port for IMAP over TLS, usually 993.")
    said = S_("The mail server {host} broke off or answered oddly. What was read is kept; the rest is tried again later.")
    host, port = account.host, account.port
    return mail_errors(host, no_tls=no_tls.format(host=host, port=port), odd=_ODD, said=said.format(host=host))


def quoted(name: str) -> str:
    """A folder's name as it is sent (modified UTF-7)."""

    def coded(found: re.Match[str]) -> str:
        return "&" + base64.b64encode(found.group().encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return _escaped(re.sub(r"[^\x20-\x7e]+", coded, name.replace("&", "&-")))


def _escaped(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _messages(found: Iterable[Any]) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, what the server says of it, and content of each message in an answer; what stands behind the content counts too."""
    parts = list(found)
    for i, part in enumerate(parts):
        if isinstance(part, tuple) and len(part) > 1:
            after = parts[i + 1] if i + 1 < len(parts) and isinstance(parts[i + 1], bytes) else b""
            head = part[0] + b" " + after
            number = re.search(rb"\bUID (\d{1,10})\b", head)
            if number:
                yield int(number.group(1)), head, part[1]


def _arrived(head: bytes) -> datetime:
    """When a message arrived; now when the server does not say."""
    told = re.search(rb'INTERNALDATE "([^"]{1,40})"', head)
    try:
        return email.utils.parsedate_to_datetime(told.group(1).decode("ascii").replace("-", " ", 2)) if told else datetime.now(UTC)
    except (ValueError, TypeError, IndexError):
        return datetime.now(UTC)


def _number(text: Any) -> int:
    return int(text) if isinstance(text, bytes) and text.isdigit() and len(text) < 11 else 0
