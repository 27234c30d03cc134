"""Hostile strings in a real encrypted clinic: in every text of every table about a client, then searched for and reported."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from nmx_desk.data.log import LogFilter
from nmx_desk.data.search import expressions
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.base import Record
from nmx_desk.domain.errors import DeskError
from nmx_desk.services import clients, log, reports, search
from nmx_desk.services.desk import Work, use_case
from tests.clinic import MONDAY, TestClinic, make_clinic
from tests.exam.erasures import Planted, Planter
from tests.exam.hostile_words import storable
from tests.exam.outcome import with_progress

REPORT_EVERY = 100
INDEX_EVERY = 10
A_DAY = 140  # appointments
FTS = re.compile(r'"[^\W_]+"\*(?: AND "[^\W_]+"\*)*(?: OR "[^\W_]+"\*(?: AND "[^\W_]+"\*)*)*')


class Spoiler(Planter):
    """Writes the same text in every field, numbered at its end where two would clash."""

    def __init__(self, work: Work, text: str, number: int) -> None:
        super().__init__(work, random.Random(number))
        self.text, self.number, self.written = text, number, 0

    def word(self) -> str:
        self.written += 1
        return self.text if self.written == 1 else f"{self.text} {self.written}"

    def record(self, kind: type[Record], **given: Any) -> Record:
        if kind is Appointment:
            at = MONDAY + timedelta(days=self.number // A_DAY, minutes=self.number % A_DAY * 5)
            minute = int(at.timestamp()) // 60
            given |= {"starts_at": at, "ends_at": at + timedelta(minutes=5), "busy_from": minute, "busy_to": minute + 5}
        return super().record(kind, **given)


@use_case("session.use")
def spoil(work: Work, text: str, number: int) -> Planted:
    """A client with a hostile text in every field of every table."""
    return Spoiler(work, text, number).everything(number + 1)


def stored(texts: Sequence[str], folder: Path) -> Iterator[str]:
    """Store, search, open, list, report; at the end the log must be intact and every client be there."""
    make_clinic(folder / "clinic")
    clinic = TestClinic(folder / "clinic")
    kept = 0
    try:
        for number, text in enumerate(with_progress("clinic", texts, len(texts))):
            clinic.clock.move(seconds=1)
            if number % INDEX_EVERY == 0:
                clinic.as_("manager").do(log.index_log)
            said, one_more = _one(clinic, text, number)
            kept += one_more
            if not said and (number % REPORT_EVERY == REPORT_EVERY - 1 or number == len(texts) - 1):
                said = _reported(clinic, number)
            yield f"{said} with {text[:60]!r}" if said else ""
        verdict = clinic.verified()
        if not verdict.ok:
            yield f"the log is not intact: {verdict.findings[0]}"
        if len(_all_clients(clinic)) != kept:
            yield f"{kept} clients were stored, {len(_all_clients(clinic))} are there"
    finally:
        clinic.close()


def _one(clinic: TestClinic, text: str, number: int) -> tuple[str, int]:
    """What went wrong with one text, and whether a client was stored."""
    try:
        planted = clinic.as_("behandelaar").do(spoil, text, number)
    except DeskError:
        return ("refused what can be stored" if storable(text) else ""), 0
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        return f"storing: {type(error).__name__} {error}"[:200], 0
    if not storable(text):
        return "stored what cannot be kept", 1
    try:
        return _looked_up(clinic, text, planted.client.id), 1
    except Exception as error:  # noqa: BLE001
        return f"reading: {type(error).__name__} {error}"[:200], 1


def _looked_up(clinic: TestClinic, text: str, client_id: str) -> str:
    do = clinic.as_("receptie").do
    if not all(FTS.fullmatch(expression) for expression in expressions(text)):
        return "a query that is not quoted words"
    found = do(search.find, text)
    do(search.settled, text, len(found))
    do(clients.list_clients, text)
    if do(clients.open_client, client_id).client.id != client_id:
        return "another client"
    clinic.as_("manager").do(log.list_log, LogFilter(text=text[:200], limit=5))
    last = re.findall(r"zq[bdfgkmnprt]{6}$", text)
    if last and client_id not in {hit.ref_id for hit in do(search.find, last[0]).clients}:
        return "not found again by its own word"
    return ""


def _reported(clinic: TestClinic, number: int) -> str:
    """The reports of the day these texts stand on, and what the log says of them."""
    day = (MONDAY + timedelta(days=number // A_DAY)).date()
    today = clinic.clock().date()
    do, boss = clinic.as_("receptie").do, clinic.as_("manager").do
    try:
        for form in ("pdf", "csv"):
            do(reports.make_report, "daylist", date_from=day, format=form)
            do(reports.make_report, "recalls", format=form)
            newest = boss(log.list_log, LogFilter(limit=1, codes=("CREATE",)))[0]
            boss(reports.make_report, "access", date_from=today, date_to=today, client_id=newest.client_id, format=form, reason="toezicht")
            boss(log.log_details, newest.seq)
    except Exception as error:  # noqa: BLE001 (a crash is what is looked for)
        return f"reporting: {type(error).__name__} {error}"[:200]
    return ""


def _all_clients(clinic: TestClinic) -> set[str]:
    do, found, after = clinic.as_("receptie").do, set(), ""
    while True:
        page = do(clients.list_clients, after=after)
        found |= {row.client.id for row in page.rows}
        after = page.after
        if not after:
            return found
