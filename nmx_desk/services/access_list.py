"""Who saw my file: the list a client may ask for, in plain words and by day (AVG art. 15, NEN 7513)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nmx_desk.data import log as data
from nmx_desk.data import merging
from nmx_desk.data.log import LogFilter, LogLine
from nmx_desk.data.people import names_by_id
from nmx_desk.domain import access_words as words
from nmx_desk.domain.clients import Client
from nmx_desk.domain.logwords import TECHNICAL
from nmx_desk.i18n import translator
from nmx_desk.services.clients import is_own
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_sheets import known_language

MOST = 100_000
_KEEPING = TECHNICAL | {"last_clinical_change", "retention_until"}


@dataclass(frozen=True, kw_only=True)
class AccessItem:
    """What one person did with a client's file on one day, and why. ``reason`` is what was written where a reason was needed."""

    day: date
    who: str
    role: str
    what: tuple[str, ...]
    why: str
    reason: str = ""


@use_case("log.clients", writes=False)
def who_saw(work: Work, client_id: str) -> tuple[AccessItem, ...]:
    """The list for the window, newest day first. Of others than one's own clients: with a reason."""
    client = merging.current(work.store, client_id)
    work.need("log.clients", own=is_own(work, client), client_id=client.id)
    found = access_list(work, client.id)
    work.seen("access_list", client.id, client.id)
    return found


def access_list(
    work: Work, client_id: str, *, first: date | None = None, last: date | None = None, language: str = ""
) -> tuple[AccessItem, ...]:
    """Who saw and changed a client's file, newest day first, without technical entries; days inclusive, in the client's language.

    Does not log the look and checks no right: for use cases that do.
    """
    client = work.store.find_one(Client, id=client_id)
    t = translator(language or known_language(client.language if client else ""))
    names = names_by_id(work.store)
    grouped: dict[tuple[date, str, str, str, str], list[str]] = {}
    found = [(line.at.astimezone(work.zone).date(), line) for line in data.lines(work.store, LogFilter(client=client_id, limit=MOST))]
    inside = [(day, line) for day, line in found if (first is None or day >= first) and (last is None or day <= last)]
    reasons = _reasons(work, [line for _day, line in inside])
    kept = _only_keeping(work, [line for _day, line in inside])
    for day, line in inside:
        if line.seq in kept:
            continue
        if text := words.deed(line.action, line.code, line.obj_type, t):
            why = words.purpose(line.role, break_glass=line.break_glass, t=t)
            who = names.get(line.actor) or t.gettext("Somebody who no longer works here")
            key = (day, who, words.role_name(line.role, t), why, reasons.get(line.tx, ""))
            grouped.setdefault(key, []).append(text)
    return tuple(
        AccessItem(day=day, who=who, role=role, what=_counted(texts), why=why, reason=reason)
        for (day, who, role, why, reason), texts in grouped.items()
    )


def _reasons(work: Work, lines: Iterable[LogLine]) -> dict[str, str]:
    """The written reason of each transaction that has one."""
    return data.reasons(work.store, lines)


def _only_keeping(work: Work, lines: Iterable[LogLine]) -> set[int]:
    """Entries in which the program itself moved the day until which a file is kept: no deed of a person."""
    changes = [line.seq for line in lines if line.obj_type == "client" and line.action == "U"]
    return {seq for seq, fields in data.fields_of(work.store, changes).items() if fields and _KEEPING.issuperset(fields)}


def _counted(texts: Iterable[str]) -> tuple[str, ...]:
    """Each deed once, in the order of the day, with how many times."""
    counts = Counter(reversed(list(texts)))
    return tuple(text if n == 1 else f"{text} ({n}×)" for text, n in counts.items())
