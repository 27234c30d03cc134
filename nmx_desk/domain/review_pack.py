"""The pack of a management review: a chapter per input of ISO 9001 9.3.2, as words and a table; what is signed is its canonical JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final

from nmx_desk.i18n import N_

CHAPTERS: Final = {
    "a": N_("Actions from earlier reviews"),
    "b": N_("Changes inside and around the clinic"),
    "c1": N_("Satisfaction and feedback of clients"),
    "c2": N_("Quality objectives"),
    "c3": N_("How the work went"),
    "c4": N_("Nonconformities and corrective actions"),
    "c5": N_("What was monitored and measured"),
    "c6": N_("Outcomes of audits"),
    "c7": N_("Suppliers"),
    "d": N_("Resources"),
    "e": N_("Effect of actions on risks and opportunities"),
    "f": N_("Opportunities for improvement"),
}
"""The inputs in the order of the standard, in our own words."""
ASKS: Final = {
    "a": N_("What was decided before, what became of it, and what is left to do?"),
    "b": N_("What changed in law, market, people, premises, programs, and what does it ask of us?"),
    "c1": N_("What do clients say, and what do complaints teach us?"),
    "c2": N_("Which objectives were reached, which were not, and why?"),
    "c3": N_("Which figures please us, which do not, and what follows from them?"),
    "c4": N_("Do the same things go wrong again? Were the actions effective?"),
    "c5": N_("Can we trust what we measure, and the log?"),
    "c6": N_("What did audits find, and is all of it followed up?"),
    "c7": N_("Whom do we go on with, of whom do we ask more?"),
    "d": N_("Are there people, skills, rooms and means enough for next year?"),
    "e": N_("Did the actions lower the risks? Which are new?"),
    "f": N_("What would make the care better next year?"),
}
"""What is to be talked about, per input."""


def clause(code: str) -> str:
    """Where the standard asks for it."""
    return f"9.3.2 {code[0]}" + (f".{code[1]}" if len(code) > 1 else "")


@dataclass(frozen=True, kw_only=True)
class PackChapter:
    """One input: facts in sentences and a table (all rows as long as ``columns``), what was said of it and concluded."""

    code: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    discussion: str = ""
    conclusion: str = ""


@dataclass(frozen=True, kw_only=True)
class PackDecision:
    """A decision with whose it is and by when."""

    kind: str
    text: str
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Pack:
    """The whole pack in words of one ``language``. ``signed``: by whom and when, empty before."""

    number: str
    title: str
    first_on: date
    last_on: date
    language: str
    held_on: date | None = None
    attendees: str = ""
    chapters: tuple[PackChapter, ...] = ()
    decisions: tuple[PackDecision, ...] = ()


def packed(pack: Pack) -> tuple[str, str]:
    """The pack as canonical JSON, and the SHA-256 of it in hex."""
    text = json.dumps(asdict(pack), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=date.isoformat)
    return text, sum_of(text)


def sum_of(text: str) -> str:
    """SHA-256 in hex."""
    return sha256(text.encode()).hexdigest()


def unpacked(text: str) -> Pack:
    """The pack again, from its JSON."""
    found: dict[str, Any] = json.loads(text)
    chapters = tuple(
        PackChapter(**{**one, "lines": tuple(one["lines"]), "columns": tuple(one["columns"]), "rows": tuple(map(tuple, one["rows"]))})
        for one in found["chapters"]
    )
    decisions = tuple(PackDecision(**{**one, "due_on": _day(one["due_on"])}) for one in found["decisions"])
    days: Mapping[str, date | None] = {name: _day(found[name]) for name in ("first_on", "last_on", "held_on")}
    return Pack(**{**found, **days, "chapters": chapters, "decisions": decisions})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
