"""Calendar files by chance: busy times as another library says, and no damage that stops the rest from being read."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from nmx_desk.domain.intervals import merge
from nmx_desk.exchange.ics_read import read_busy
from tests.calendar_cases import FIRST, HOME, LAST, by_another_library, events, some_event
from tests.exam.outcome import Outcome, tally, with_progress

SOUND = b"BEGIN:VEVENT\r\nUID:sound\r\nDTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
AT = 1772442000


def differs(text: bytes) -> str:
    """What the two disagree about; empty when they agree."""
    ours, theirs = list(read_busy(text, HOME, FIRST, LAST).busy), by_another_library(text)
    return "" if ours == theirs else f"{text!r} ours {ours} theirs {theirs}"


def damaged(chance: Random, text: bytes) -> bytes:
    """Bytes changed, taken away or doubled within the first event; the one behind it is sound."""
    body = bytearray(text.removesuffix(b"END:VCALENDAR\r\n"))
    for _damage in range(chance.randint(1, 8)):
        at = chance.randrange(20, len(body))
        body[at : at + chance.choice((0, 1, 9))] = chance.choice((b"", b"9", b":", b";", b"\0", b"\xff", bytes(body[at : at + 12])))
    return bytes(body) + b"\r\n" + SOUND + b"END:VCALENDAR\r\n"


def stops(text: bytes) -> str:
    """Whether a damaged file is not read to its end; empty when it is."""
    try:
        found = read_busy(text, HOME, FIRST, LAST)
    except Exception as bug:  # noqa: BLE001 (whatever it is, it is a finding)
        return f"{text!r} {bug!r}"
    whole = list(found.busy) == merge(found.busy) and any(begin <= AT < end for begin, end in found.busy)
    return "" if whole else f"{text!r} {found}"


def cases(count: int, seed: int) -> Iterator[str]:
    chance = Random(seed)
    for number in with_progress("calendars", range(count), count):
        text = events(*(some_event(chance, n) for n in range(chance.randint(1, 6))))
        yield stops(damaged(chance, text)) if number % 2 else differs(text)


def run(count: int, seed: int) -> Outcome:
    """``count`` files, every other one damaged."""
    return tally("calendars: as another library, and read to the end when damaged", cases(count, seed))
