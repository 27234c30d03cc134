"""Content lines and components of iCalendar text (RFC 5545), in whatever state the text is.

Only what says when somebody is busy is kept: no subject, no description, no people.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from nmx_desk.i18n import S_

EVENT, FREE_BUSY, ZONE, CALENDAR = "VEVENT", "VFREEBUSY", "VTIMEZONE", "VCALENDAR"
_WANTED = frozenset(
    {
        *("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "UID", "SEQUENCE", "DTSTAMP", "TRANSP"),
        *("STATUS", "FREEBUSY", "TZID", "TZOFFSETFROM", "TZOFFSETTO", "X-WR-TIMEZONE"),
    }
)
_BUSY = frozenset({EVENT, FREE_BUSY})
_ALONE = frozenset({EVENT, FREE_BUSY, ZONE, "VTODO", "VJOURNAL"})
_DEEPEST = 50
MOST_KEPT = 1_000_000  # lines and components: more is no calendar of anybody
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_HEAD = re.compile(r"[A-Za-z0-9-]+(?=[;:])")
_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=((?:[^";]|"[^"]*")*)')
_UP_TO_COLON = re.compile(r'((?:[^":]|"[^"]*")*):')
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class BadPartError(Exception):
    """Something of a component cannot be understood; ``reason`` says what, to people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Skipped:
    """A component that was left out: its kind, the line where it begins, and why."""

    component: str
    line: int
    reason: str


@dataclass(frozen=True)
class Property:
    """A content line. ``line``: its number in the text, from 1."""

    name: str
    parameters: dict[str, str]
    value: str
    line: int

    def bad(self) -> BadPartError:
        """Its value cannot be understood."""
        shown = self.value if len(self.value) <= 60 else self.value[:60] + "…"
        return BadPartError(S_("{name} in line {line} cannot be understood: {value}").format(name=self.name, line=self.line, value=shown))


@dataclass
class Component:
    """A component with what was kept of it."""

    name: str
    line: int
    properties: list[Property] = field(default_factory=list)
    parts: list[Component] = field(default_factory=list)
    is_closed: bool = False

    def all(self, name: str) -> list[Property]:
        """The properties of a name."""
        return [one for one in self.properties if one.name == name]

    def one(self, name: str) -> Property | None:
        """The only property of a name; twice with different values is an error."""
        found = self.all(name)
        if any((one.value, one.parameters) != (found[0].value, found[0].parameters) for one in found[1:]):
            raise BadPartError(S_("{name} stands there more than once, with different values.").format(name=name))
        return found[0] if found else None

    def text(self, name: str) -> str:
        """The value of the first property of a name, or nothing."""
        return next((one.value.strip() for one in self.properties if one.name == name), "")

    def walk(self) -> Iterator[Component]:
        """Itself and all it holds."""
        pending = [self]
        while pending:
            one = pending.pop()
            yield one
            pending += reversed(one.parts)


def read_components(data: bytes) -> tuple[Component, list[Skipped]]:
    """A component that holds all that stand in the text, and those of busy time that never end."""
    root = Component("", 0)
    stack, skipped, left = [root], list[Skipped](), MOST_KEPT
    for line, text in _logical(_text(data)):
        head = _HEAD.match(text)
        if head is None:
            continue
        name = head.group().upper()
        left -= name == "BEGIN" or name in _WANTED
        if left < 0:
            skipped.append(Skipped(CALENDAR, line, S_("The file is too large from here on.")))
            break
        if name == "BEGIN":
            _begin(stack, text[6:].strip().upper(), line)
        elif name == "END":
            _end(stack, text[4:].strip().upper())
        elif name in _WANTED:
            stack[-1].properties.append(_property(name, text[head.end() :], line))
    for one in root.walk():
        if one.name in _BUSY and not one.is_closed:
            skipped.append(Skipped(one.name, one.line, S_("It never ends: the file is broken off, or the line END is missing.")))
    return root, skipped


def _begin(stack: list[Component], name: str, line: int) -> None:
    if name in _ALONE:  # what holds no other of its kind ends here, closed or not
        while any(one.name in _ALONE for one in stack):
            stack.pop()
    made = Component(name, line)
    stack[-1].parts.append(made)
    if len(stack) < _DEEPEST:
        stack.append(made)


def _end(stack: list[Component], name: str) -> None:
    if all(one.name != name for one in stack[1:]):
        return
    while stack[-1].name != name:
        stack.pop()
    stack.pop().is_closed = True


def _property(name: str, rest: str, line: int) -> Property:
    found = _UP_TO_COLON.match(rest)
    head, value = (found.group(1), rest[found.end() :]) if found else (rest.partition(":")[0], rest.partition(":")[2])
    return Property(name, {key.upper(): text.strip().strip('"') for key, text in _PARAMETER.findall(head)}, value.strip(), line)


def _text(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    if data[:2] in {b"B\0", b"\0B"}:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    return data.decode("utf-8", "replace").replace("\0", "")


def _logical(text: str) -> Iterator[tuple[int, str]]:
    """The lines with what was folded put together, each with the number of its first."""
    first, held = 0, list[str]()
    for number, found in enumerate(_LINE.finditer(text), 1):
        line = found.group(1)
        if line[:1] in {" ", "\t"} and held:
            held.append(line[1:])
        elif line.strip():
            if held:
                yield first, "".join(held)
            first, held = number, [line.strip("\ufeff \t")]
    if held:
        yield first, "".join(held)
