"""Calendars on servers: an .ics file at an address, and collections over CalDAV (RFC 4791, RFC 6578).

Written on the standard library and not on ``caldav``: that brings a client that looks certificates up elsewhere, reads passwords from files
of the user and takes in answers without an end. Here nothing is asked but the address that was typed, over TLS with a checked certificate;
without TLS only on this computer itself. The password goes to that server alone, and no answer is longer than ``LARGEST``.
"""

from __future__ import annotations

import base64
import re
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from typing import Self
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from nmx_desk.domain.errors import EnvironmentProblem, UserError
from nmx_desk.exchange.network import tls_context
from nmx_desk.i18n import S_

SECONDS = 20  # until a silent server counts as gone
LONGEST = 300  # seconds of a whole visit
LARGEST = 64_000_000  # bytes of one answer
MOST = 500_000_000  # bytes of a whole visit
_AT_ONCE = 40
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DAV, _CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
_SPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'


@dataclass(frozen=True)
class Account:
    """Where a calendar is and how one gets in; without a user name nobody signs in."""

    address: str
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: dict[str, str]
    data: bytes = field(repr=False)

    @property
    def etag(self) -> str:
        """The version of what was asked."""
        return self.headers.get("etag", "")


@dataclass(frozen=True)
class Listed:
    """What a collection holds: ``changed`` by path with its version, ``gone``; ``whole``: all there is, not what is new."""

    token: str
    changed: dict[str, str]
    gone: frozenset[str]
    whole: bool


class ServerError(EnvironmentProblem):
    """The server answered that it does not do what was asked."""

    def __init__(self, status: int, address: str) -> None:
        self.status = status
        message = S_("The calendar server refuses this ({status}): {address}. Check the address.")
        super().__init__(message.format(status=status, address=address))


def check_address(text: str) -> str:
    """The address of a calendar as it is asked, webcal as https. Raises ``UserError`` for what is none, or would not be private."""
    written = text.strip()
    address = re.sub(r"^webcals?://", "https://", written, flags=re.IGNORECASE)
    try:
        parts = urlsplit(address)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0 and not parts.username
    except ValueError:
        known = False
    if not known or not address.isascii() or not address.isprintable() or " " in address or len(address) > 1000:
        raise UserError("address", S_("Type the address of the calendar as https://…, without user name and password in it."))
    if parts.scheme == "http" and not _is_here(parts.hostname or ""):
        raise UserError("address", S_("This address is not private. Type it with https://."))
    return address


def _is_here(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host.casefold() == "localhost"


class Visit:
    """A visit to one server. ``stop`` is told how to hang up."""

    def __init__(self, account: Account, stop: Callable[[Callable[[], None]], object] | None = None) -> None:
        self._account = account
        self.address = check_address(account.address)
        self._connection: HTTPConnection | None = None
        self._where: tuple[str, str] = ("", "")
        self._left, self._until = MOST, time.monotonic() + LONGEST
        self._stopped = False
        if stop is not None:
            stop(self._hang_up)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()

    def _hang_up(self) -> None:
        self._stopped = True
        self._close()

    def _close(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
            self._connection = None

    # -- asking ----------------------------------------------------------------------------------------------------------------------

    def ask(self, method: str, address: str = "", body: str | bytes = b"", **headers: str) -> Answer:
        """One question, wherever the server sends it on to. Raises ``UserError`` and ``EnvironmentProblem`` with a sentence."""
        at = urljoin(self.address, address)
        data = body.encode() if isinstance(body, str) else body
        for _turn in range(6):
            answer = self._once(method, urlsplit(check_address(at)), data, headers)
            if answer.status in _REDIRECTS and answer.headers.get("location"):
                at = urljoin(at, answer.headers["location"])
                continue
            if answer.status == 401:
                raise UserError("password", S_("The calendar server refuses this user name or password. Type them again."))
            return answer
        raise EnvironmentProblem(S_("The calendar server sends one round in a circle. Check the address."))

    def _once(self, method: str, at: SplitResult, data: bytes, headers: dict[str, str]) -> Answer:
        with _explained(at.hostname or ""):
            for again in (False, True):
                connection, fresh = self._connected(at)
                try:
                    connection.request(method, _path(at), data or None, self._heads(at, data, headers))
                    return self._answer(connection.getresponse())
                except (OSError, HTTPException):
                    self._close()
                    if fresh or again or self._stopped or method == "POST":
                        raise
        raise AssertionError

    def _connected(self, at: SplitResult) -> tuple[HTTPConnection, bool]:
        """A connection to where this is, and whether it is a new one: an old one the server may have closed."""
        where = at.scheme, at.netloc
        if self._connection is not None and self._where == where:
            return self._connection, False
        self._close()
        if at.scheme == "https":
            self._connection = HTTPSConnection(at.hostname or "", at.port, timeout=SECONDS, context=tls_context())
        else:
            self._connection = HTTPConnection(at.hostname or "", at.port, timeout=SECONDS)
        self._where = where
        return self._connection, True

    def _heads(self, at: SplitResult, data: bytes, headers: dict[str, str]) -> dict[str, str]:
        found = {"User-Agent": "NMX-Desk", "Accept-Encoding": "identity"}
        if data:
            found["Content-Type"] = "application/xml; charset=utf-8"
        home = urlsplit(self.address)
        if self._account.username and (at.scheme, at.netloc) == (home.scheme, home.netloc):
            told = f"{self._account.username}:{self._account.password}".encode()
            found["Authorization"] = "Basic " + base64.b64encode(told).decode()
        return found | {name.replace("_", "-"): value for name, value in headers.items()}

    def _answer(self, response: HTTPResponse) -> Answer:
        parts, size = list[bytes](), 0
        while part := response.read(1 << 16):  # to its end, so that the connection is free for the next question
            size += len(part)
            self._left -= len(part)
            parts.append(part)
            if size > LARGEST or self._left < 0 or time.monotonic() > self._until:
                self._close()
                raise EnvironmentProblem(S_("The calendar server never stops answering. Nothing of this visit was kept."))
        if response.will_close:
            self._close()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, b"".join(parts))

    # -- a collection ----------------------------------------------------------------------------------------------------------------

    def file(self, etag: str = "") -> Answer | None:
        """The file at the address; None when it is still the version ``etag``."""
        headers = {"If_None_Match": etag} if etag else {}
        answer = self.ask("GET", Accept="text/calendar, */*;q=0.5", **headers)
        if answer.status == 304:
            return None
        self._good(answer, {200})
        return answer

    def listed(self, token: str = "") -> Listed:
        """What is new in the collection since ``token``, or all there is where the server does not know it, or keeps no account."""
        body = (
            f"{_HEAD}<D:sync-collection {_SPACES}><D:sync-token>{escape(token)}</D:sync-token><D:sync-level>1</D:sync-level>"
            "<D:prop><D:getetag/></D:prop></D:sync-collection>"
        )
        answer = self.ask("REPORT", body=body, Depth="1")
        if answer.status == 207:
            root = _xml(answer.data)
            changed, gone = _versions(root, self._path)
            now = (root.findtext(f"{_DAV}sync-token") or "").strip()
            if " 507" in answer.data.decode("utf-8", "replace") and now not in {"", token}:  # there is more
                rest = self.listed(now)
                return Listed(rest.token, changed | rest.changed, frozenset(gone) | rest.gone, whole=not token)
            return Listed(now, changed, frozenset(gone), whole=not token)
        if token:
            return self.listed()
        body = f"{_HEAD}<D:propfind {_SPACES}><D:prop><D:getetag/><D:resourcetype/></D:prop></D:propfind>"
        answer = self.ask("PROPFIND", body=body, Depth="1")
        self._good(answer, {207})
        return Listed("", _versions(_xml(answer.data), self._path)[0], frozenset(), whole=True)

    def load(self, paths: Sequence[str]) -> Iterator[tuple[str, str, bytes]]:
        """Path, version and text of these entries, some at a time; one that is gone meanwhile is left out."""
        for start in range(0, len(paths), _AT_ONCE):
            part = paths[start : start + _AT_ONCE]
            hrefs = "".join(f"<D:href>{escape(path)}</D:href>" for path in part)
            body = f"{_HEAD}<C:calendar-multiget {_SPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>{hrefs}</C:calendar-multiget>"
            answer = self.ask("REPORT", body=body, Depth="1")
            if answer.status == 207:
                yield from _texts(_xml(answer.data))
                continue
            for path in part:
                one = self.ask("GET", path)
                if one.status == 200:
                    yield path, one.etag, one.data

    def put(self, path: str, text: str, etag: str = "") -> Answer:
        """Write an entry over the version ``etag``, or as a new one."""
        condition = {"If_Match": etag} if etag else {"If_None_Match": "*"}
        return self.ask("PUT", path, text, Content_Type="text/calendar; charset=utf-8", **condition)

    def delete(self, path: str) -> None:
        """Take an entry away; one that is gone already is fine."""
        self._good(self.ask("DELETE", path), {200, 202, 204, 404, 410})

    def find(self, uid: str) -> tuple[str, str] | None:
        """Path and version of the entry with this UID."""
        wanted = f'<C:prop-filter name="UID"><C:text-match collation="i;octet">{escape(uid)}</C:text-match></C:prop-filter>'
        body = (
            f'{_HEAD}<C:calendar-query {_SPACES}><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR">'
            f'<C:comp-filter name="VEVENT">{wanted}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>'
        )
        answer = self.ask("REPORT", body=body, Depth="1")
        found = _versions(_xml(answer.data), self._path)[0] if answer.status == 207 else {}
        return next(iter(found.items()), None)

    def there(self, path: str) -> tuple[str, str]:
        """The version and text of an entry; empty when it is not there."""
        answer = self.ask("GET", path)
        return (answer.etag, answer.data.decode("utf-8", "replace")) if answer.status == 200 else ("", "")

    def entry(self, name: str) -> str:
        """The path of an entry of the collection by its name."""
        return self._path.rstrip("/") + "/" + quote(name, safe="")

    @property
    def _path(self) -> str:
        return urlsplit(self.address).path or "/"

    def _good(self, answer: Answer, wanted: Iterable[int]) -> None:
        if answer.status not in wanted:
            raise ServerError(answer.status, self.address)


class _explained:  # noqa: N801 (used as a word of the with statement)
    """Errors of the network as sentences that say what to do."""

    def __init__(self, host: str) -> None:
        self._host = host

    def __enter__(self) -> None:
        """Nothing yet."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, ssl.SSLCertVerificationError):
            message = S_("The certificate of the calendar server {host} is not valid ({reason}). Nothing was sent. Check the address.")
            raise EnvironmentProblem(message.format(host=self._host, reason=error.verify_message)) from error
        if isinstance(error, OSError | HTTPException | UnicodeError):
            message = S_("The calendar server {host} does not answer. Check the address and the network; it is tried again later.")
            raise EnvironmentProblem(message.format(host=self._host)) from error


def _path(at: SplitResult) -> str:
    return (at.path or "/") + (f"?{at.query}" if at.query else "")


def _xml(data: bytes) -> ET.Element:
    odd = EnvironmentProblem(S_("The calendar server answers oddly. Check that the address is that of a calendar."))
    if b"<!DOCTYPE" in data[:2000].upper():
        raise odd
    try:
        return ET.fromstring(data)  # noqa: S314 (no document type, so no entities)
    except (ET.ParseError, ValueError) as error:
        raise odd from error


def _versions(root: ET.Element, collection: str) -> tuple[dict[str, str], set[str]]:
    """Entries of an answer by path with their version, and those that are gone; the collection itself is none."""
    changed, gone = {}, set()
    for one in root.iter(f"{_DAV}response"):
        path = urlsplit((one.findtext(f"{_DAV}href") or "").strip()).path
        missing = " 404" in (one.findtext(f"{_DAV}status") or "")
        if unquote(path).rstrip("/") == unquote(collection).rstrip("/"):
            if missing:
                raise ServerError(404, collection)
        elif one.find(f".//{_DAV}collection") is not None:
            continue
        elif missing:
            gone.add(path)
        elif path:
            changed[path] = (one.findtext(f".//{_DAV}getetag") or "").strip()
    return changed, gone


def _texts(root: ET.Element) -> Iterator[tuple[str, str, bytes]]:
    for one in root.iter(f"{_DAV}response"):
        text = one.findtext(f".//{_CAL}calendar-data")
        if text:
            path = urlsplit((one.findtext(f"{_DAV}href") or "").strip()).path
            yield path, (one.findtext(f".//{_DAV}getetag") or "").strip(), text.encode()
