"""Messages of a website's form: what was asked and answered in them, read as the rows of a file are (DOMAIN §6 Import)."""

from __future__ import annotations

import email
import email.header
import email.policy
import email.utils
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from types import MappingProxyType
from zoneinfo import ZoneInfo

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.matching import find_doubles
from nmx_desk.exchange import mail_answers
from nmx_desk.exchange.mail_lines import Line, lines_of_html, lines_of_text, shown
from nmx_desk.exchange.web_forms import ParsedFile, ParsedRequest, parse_table
from nmx_desk.exchange.web_forms_private import asks_citizen_number
from nmx_desk.exchange.web_forms_read import Table
from nmx_desk.exchange.web_forms_rows import LIMITS

LARGEST = 2_000_000  # bytes of a message that are read: the form stands at its beginning
FORMAT = "mail"
_MOST_PARTS = 40
_KEPT = 50_000  # characters of a body that are kept
_LATE = timedelta(days=366)  # a mailbox that was moved to another server arrives there long after
_ANSWER = re.compile(r"^\s*(?:\[[^\]]{0,40}\]\s*)?(?:re|fw|fwd|antw|aw|wg|tr|doorst|vs|sv|rv|enc)\s?(?:\[\d+\])?\s?:", re.IGNORECASE)
_QUOTED = re.compile(
    r"^(?:>\s?.*\S|-{2,}\s*(?:forwarded message|original message|oorspronkelijk bericht|doorgestuurd bericht|urspr.ngliche nachricht"
    r"|weitergeleitete nachricht|message (?:d'origine|transf.r.))\b.*|begin forwarded message:.*|begin doorgestuurd bericht:.*)$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class FormMail:
    """A message. ``key``: fingerprint of Message-ID and body; ``answers``: by label, none when it is no form; ``raw``: as it came."""

    key: str
    received: datetime
    answers: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)


def fingerprint(data: bytes) -> str:
    """What tells a message from others: its Message-ID, then its body, so that a careless sender's second message is not lost."""
    head, _blank, body = re.sub(rb"\r\n?", b"\n", data).partition(b"\n\n")
    return f"{id_fingerprint(head)}:{_digest(body)}"


def id_fingerprint(head: bytes) -> str:
    """The first half of a message's fingerprint, from its head alone."""
    found = re.search(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?([^\r\n]*)", head, re.IGNORECASE | re.MULTILINE)
    told = found.group(1).strip() if found else b""
    return _digest(told or b"\n".join(sorted(re.findall(rb"^(?:date|from|subject):[^\r\n]*", head, re.IGNORECASE | re.MULTILINE))))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def read_mail(data: bytes, arrived: datetime) -> FormMail:
    """Read a message, whatever it holds; ``arrived``: when the server got it (aware), which counts where its own date cannot be."""
    data = data[:LARGEST]
    bare = FormMail(fingerprint(data), arrived.astimezone(UTC))
    if data.count(b"boundary=") > _MOST_PARTS:
        return bare
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        bare = replace(bare, received=_sent(message, bare.received))
        return bare if _is_answer(message) else _read(message, bare)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):  # what a damaged message makes the parser raise
        return bare


def _read(message: Message, bare: FormMail) -> FormMail:
    bodies = list(_bodies(message))
    best: dict[str, str] = {}
    for lines in bodies:
        found = mail_answers.answers(lines)
        if found and _worth(found) >= _worth(best):
            best = found
    plain = next((lines for lines in bodies if lines), [])
    text = "\n".join(shown(plain)).strip()
    if not best or _QUOTED.search(text):
        return bare
    for label in filter(asks_citizen_number, tuple(best)):
        if best[label]:
            text = text.replace(best[label], "")
        del best[label]
    told = {name: _header(message, name) for name in ("Subject", "From", "Message-ID", "Date")}
    raw = best | {name: value for name, value in told.items() if value} | {"text": text[:_KEPT]}
    return replace(bare, answers=best, raw=MappingProxyType(raw))


def _worth(found: Mapping[str, str]) -> tuple[int, int]:
    filled = [label for label, answer in found.items() if answer]
    return len({mail_answers.field_of(label) for label in filled} - {""}), len(filled)


def _bodies(message: Message) -> Iterator[list[Line]]:
    """The plain and the HTML texts, in that order: of two that tell as much the HTML counts, where every answer has its own cell."""
    texts: dict[str, list[str]] = {"text/plain": [], "text/html": []}
    for part in _parts(message):
        kind = part.get_content_type()
        if kind in texts and part.get_content_disposition() != "attachment" and not part.get_filename():
            texts[kind].append(_text(part))
    yield lines_of_text("\n\n".join(texts["text/plain"]))
    yield lines_of_html("\n".join(texts["text/html"]))


def _parts(message: Message) -> Iterator[Message]:
    """The parts of a message, those of messages that came with it left out."""
    waiting, seen = [message], 0
    while waiting and seen < _MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        if part.get_content_maintype() == "multipart" and isinstance(part.get_payload(), list):
            waiting[:0] = [inner for inner in part.get_payload() if isinstance(inner, Message)]
        elif part.get_content_maintype() == "text":
            yield part


def _text(part: Message) -> str:
    """A part's text in whatever encoding; soft line ends of flowed text are taken out."""
    data = part.get_payload(decode=True)
    text = _decoded(data if isinstance(data, bytes) else b"", str(part.get_content_charset() or ""))
    if str(part.get_param("format", "")).lower() == "flowed":
        text = re.sub(r"(?<=[^\s-]) \r?\n(?!\r?\n)", " ", text)
    return text


def _decoded(data: bytes, charset: str) -> str:
    for name in filter(None, (charset, "utf-8")):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _header(message: Message, name: str) -> str:
    """A header in readable letters."""
    value = message.get(name)
    if value is None:
        return ""
    pieces = []
    try:
        for piece, charset in email.header.decode_header(str(value)[:2000]):
            pieces.append(_decoded(piece, charset or "") if isinstance(piece, bytes) else piece)
    except (ValueError, LookupError):
        return ""
    return " ".join("".join(pieces).split())[:500]


def _is_answer(message: Message) -> bool:
    """Whether it answers, forwards or reports about another message."""
    if message.get("In-Reply-To") or message.get("References") or _ANSWER.match(_header(message, "Subject")):
        return True
    automatic = _header(message, "Auto-Submitted").lower()
    return automatic.startswith("auto-replied") or message.get_content_type() in {"multipart/report", "message/rfc822"}


def _sent(message: Message, arrived: datetime) -> datetime:
    """The moment the website sent it; the moment it arrived where that is missing or cannot be."""
    try:
        sent = email.utils.parsedate_to_datetime(str(message.get("Date")))
        sent = sent.replace(tzinfo=sent.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return arrived
    return sent if arrived - _LATE <= sent <= arrived + timedelta(hours=1) else arrived


# -- reading as a file ---------------------------------------------------------------------------------------------------------------------


def parse_mails(mails: Sequence[FormMail], *, today: date, zone: ZoneInfo) -> ParsedFile:
    """The form mails among these as one file, in their order: messages of one form are read together, as the rows of its export are."""
    forms: dict[tuple[str, ...], list[int]] = defaultdict(list)
    columns = [mail_answers.columns_of(mail.answers) for mail in mails]
    for i, mail in enumerate(mails):
        if mail.answers:
            forms[tuple(columns[i])].append(i)
    read: dict[int, ParsedRequest] = {}
    mapping: dict[str, str] = {}
    for names, places in forms.items():
        table = Table("utf-8", "", names, len(names), tuple(tuple(columns[i].values()) for i in places), ())
        try:
            parsed = parse_table(table, today=today, mapping={"received": ""})
        except UserError:  # nothing to name or to reach anybody by
            continue
        mapping |= parsed.mapping
        used = set(parsed.mapping.values())
        read |= {i: _with_question(record, columns[i], used) for i, record in zip(places, parsed.records, strict=True)}
    records = [_record(row, mails[i], read[i], zone) for row, i in enumerate(sorted(read), 1)]
    doubles = find_doubles([record.person for record in records])
    numbered = [record if first is None else replace(record, double_of=first + 1) for record, first in zip(records, doubles, strict=True)]
    return ParsedFile(FORMAT, "utf-8", "", (), MappingProxyType(mapping), tuple(numbered))


def _with_question(found: ParsedRequest, columns: Mapping[str, str], used: set[str]) -> ParsedRequest:
    """Where nothing is called a question, what else was answered is what they ask."""
    others = {label: answer for label, answer in columns.items() if label not in used}
    if found.question or not others:
        return found
    lines = others.values() if len(others) == 1 else [f"{label}: {answer}" for label, answer in others.items()]
    return replace(found, question="\n".join(lines)[: LIMITS["question"]])


def _record(row: int, mail: FormMail, found: ParsedRequest, zone: ZoneInfo) -> ParsedRequest:
    received = mail.received.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return replace(found, row=row, received=received, raw=mail.raw, external_key=f"mail:{mail.key}", double_of=None)
