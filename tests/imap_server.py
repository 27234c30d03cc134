"""A real IMAP server on the loopback, spoken to through TLS only, with a certificate by an authority of its own."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import ExtensionOptions, Flag

USER, PASSWORD = "aanvragen@example.org", "geheim wachtwoord"
HOST = "localhost"


def certificates(folder: Path, host: str = HOST) -> tuple[Path, Path]:
    """Files of an authority to trust, and of a server's certificate by it together with its key."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    ca = _certificate(ca_name, ca_key.public_key(), ca_name, ca=True).sign(ca_key, hashes.SHA256())
    made = _certificate(name, key.public_key(), ca_name, host=host).sign(ca_key, hashes.SHA256())
    trusted, own = folder / "authority.pem", folder / "server.pem"
    trusted.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    own.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return trusted, own


def _certificate(subject, key, issuer, *, ca=False, host=""):
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not host:
        return made.add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
    names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] if host == HOST else [x509.DNSName(host)]
    return made.add_extension(x509.SubjectAlternativeName(names), critical=False)


def server_context(own: Path) -> ssl.SSLContext:
    """What a server speaks TLS with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own)
    return context


class ImapServer:
    """``put`` lays a message in a folder as one that came at ``arrived``, ``contents`` says what lies in one. Use as a context."""

    def __init__(self, own: Path, *, can_move: bool = True) -> None:
        self.port = 0
        self._can_move = can_move
        self.arrived = datetime.now(UTC)
        self._own = own
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="imap-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(self, *_how: object) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def put(self, message: bytes, folder: str = "INBOX", *, seen: bool = False) -> None:
        """Lay a message in a folder."""
        self._run(self._put(message, folder, seen=seen))

    def make(self, folder: str) -> None:
        """Make a folder."""
        self._run(self._set.add_mailbox(folder))

    def renumber(self, folder: str = "INBOX") -> None:
        """Give the folder another UIDVALIDITY and its messages other numbers, as after a restore of the server."""
        self._run(self._renumber(folder))

    def lay_before(self, message: bytes, uid: int) -> None:
        """Put a message in the inbox under a number below those that are there, which no honest server does."""
        self._run(self._lay_before(message, uid))

    def contents(self, folder: str = "INBOX") -> list[tuple[int, frozenset[bytes]]]:
        """Number and flags of each message of a folder; nothing for one that is not there."""
        return self._run(self._contents(folder))

    def validity(self, folder: str = "INBOX") -> int:
        """Its UIDVALIDITY."""
        return self._run(self._set.get_mailbox(folder)).uid_validity

    def hang_up(self) -> None:
        """Break every connection off."""
        self._loop.call_soon_threadsafe(self._break)

    def _break(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    def _run(self, work):
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _start(self) -> None:
        options = argparse.Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None, host=None, port=0, debug=False,
                                     cert=None, key=None, tls=False, demo_data=False, demo_user=USER, demo_password=PASSWORD)  # fmt: skip
        context = server_context(self._own)
        self._backend, config = await DictBackend.init(options, ssl_context=context, secure_auth=False, invalid_user_sleep=0.0,
                                                        cpu_subsystem=Subsystem.for_asyncio())
        config.apply_context()
        if not self._can_move:
            config.__class__ = type("Config", (type(config),), {"login_capability": property(lambda _config: [b"UIDPLUS"])})
        self._writers = []
        serve = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(self._backend.login, config))

        async def remembered(reader, writer):
            self._writers.append(writer)
            with suppress(OSError):
                await serve(reader, writer)

        self._server = await asyncio.start_server(remembered, HOST, 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        async with self._backend.login.demo_user_identity.new_session() as session:
            self._set = session.mailbox_set

    async def _stop(self) -> None:
        self._server.close()
        self._break()
        for task in asyncio.all_tasks(self._loop) - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    async def _put(self, message, folder, *, seen):
        box = await self._set.get_mailbox(folder)
        flags = frozenset({Flag(b"\\Seen")}) if seen else frozenset()
        await box.append(AppendMessage(message, self.arrived, flags, ExtensionOptions.empty()))

    async def _lay_before(self, message, uid):
        box = await self._set.get_mailbox("INBOX")
        made = await box.append(AppendMessage(message, self.arrived, frozenset(), ExtensionOptions.empty()))
        del box._messages[made.uid]
        made.uid = uid
        box._messages = {uid: made} | box._messages

    async def _contents(self, folder):
        with suppress(KeyError):
            box = await self._set.get_mailbox(folder)
            return [(message.uid, frozenset(bytes(flag) for flag in message.permanent_flags)) async for message in box.messages()]
        return []

    async def _renumber(self, folder):
        box = await self._set.get_mailbox(folder)
        box._uid_validity += 1
        for message in list(box._messages.values()):
            del box._messages[message.uid]
            box._max_uid += 7
            message.uid = box._max_uid
            box._messages[message.uid] = message


class Odd:
    """A server that speaks TLS and says ``answers`` line after line whatever it is asked: one text a command, after a greeting."""

    def __init__(self, own: Path, greeting: bytes, *answers: bytes) -> None:
        self._said, self._context = (greeting, *answers), server_context(own)
        self.heard: list[bytes] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="odd-server", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_how: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                raw, _address = self._listening.accept()
                with suppress(OSError), self._context.wrap_socket(raw, server_side=True) as connection:
                    self._talk(connection)

    def _talk(self, connection: ssl.SSLSocket) -> None:
        connection.settimeout(10)
        connection.sendall(self._said[0])
        for answer in self._said[1:]:
            asked = b""
            while not asked.endswith(b"\r\n"):
                asked += connection.recv(4096) or b"\r\n"
            self.heard.append(asked)
            tag = asked.split()[0] if asked.split() else b"*"
            connection.sendall(answer.replace(b"TAG", tag))
        connection.recv(4096)
