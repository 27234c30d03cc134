"""The clauses of ISO 9001:2015, 4.1 to 10.3, with short titles of our own: what registers name, and what an audit programme covers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from nmx_desk.i18n import N_, _

CHAPTERS: Final = {
    4: N_("The clinic and its surroundings"),
    5: N_("Leading"),
    6: N_("Planning"),
    7: N_("Means"),
    8: N_("The work itself"),
    9: N_("Measuring and judging"),
    10: N_("Improving"),
}
CLAUSES: Final = {
    "4.1": N_("What plays a part, inside and outside"),
    "4.2": N_("Who has a stake and what they need"),
    "4.3": N_("What the quality system covers"),
    "4.4": N_("Processes and how they hang together"),
    "5.1": N_("Commitment of who leads, client first"),
    "5.2": N_("Quality policy"),
    "5.3": N_("Who is responsible for what"),
    "6.1": N_("Dealing with risks and chances"),
    "6.2": N_("Objectives and the way to them"),
    "6.3": N_("Planning changes"),
    "7.1": N_("People, rooms, equipment and knowledge"),
    "7.2": N_("Being able and qualified"),
    "7.3": N_("Knowing what it is about"),
    "7.4": N_("Telling each other and others"),
    "7.5": N_("Documents and records"),
    "8.1": N_("Planning and steering the work"),
    "8.2": N_("What the client asks and is told"),
    "8.3": N_("Designing new care"),
    "8.4": N_("What others deliver"),
    "8.5": N_("Giving care"),
    "8.6": N_("Checking before care is concluded"),
    "8.7": N_("What did not go as agreed"),
    "9.1": N_("Measuring, satisfaction and figures"),
    "9.2": N_("Audits of our own"),
    "9.3": N_("Judgement by who leads"),
    "10.1": N_("Where to improve"),
    "10.2": N_("Nonconformity and corrective action"),
    "10.3": N_("Getting better all the time"),
}
"""Number of a clause → title; in the order of the standard."""
LONGEST_CLAUSE: Final = 20
LONGEST_CLAUSES: Final = 200
_NUMBER: Final = re.compile(r"(?<![\d.])(?:10|[4-9])(?:\.\d{1,2}){0,3}(?![\d.]*\d)")


def clause_title(number: str) -> str:
    """A clause in words: "7.2 Being able and qualified"; a deeper one has the title of the one it lies in, an unknown one is itself."""
    title = CLAUSES.get(parent(number))
    chapter = CHAPTERS.get(int(number)) if number.isdecimal() else None
    return f"{number} {_(title)}" if title else f"{number} {_(chapter)}" if chapter else number


def parent(number: str) -> str:
    """The clause of two numbers in which a number lies: "9.2.2" lies in "9.2". Empty for a chapter and for what is no clause."""
    found = ".".join(number.strip().split(".")[:2])
    return found if found in CLAUSES else ""


def numbers_in(text: str) -> tuple[str, ...]:
    """The clauses named in a text such as "7.2, 8.5.1 en 10", each once, in the order of the standard; what is no clause is left out."""
    found = {number for number in _NUMBER.findall(text) if parent(number) or (number.isdecimal() and int(number) in CHAPTERS)}
    return tuple(sorted(found, key=order))


def covered(text: str) -> frozenset[str]:
    """The clauses of ``CLAUSES`` that a text names: a chapter is all of it, a deeper number the clause in which it lies."""
    return frozenset(
        clause for number in numbers_in(text) for clause in CLAUSES if clause == parent(number) or clause.split(".")[0] == number
    )


def spelled(numbers: Iterable[str]) -> str:
    """Clauses as they are stored: in the order of the standard, separated by spaces."""
    return " ".join(sorted(set(numbers), key=order))


def order(number: str) -> tuple[int, ...]:
    """Sort key: 10.2 comes after 9.3."""
    return tuple(int(part) for part in number.split("."))


def choices() -> list[tuple[str, str]]:
    """Every clause as ``(number, title)``, for fields that choose one."""
    return [(number, clause_title(number)) for number in CLAUSES]
