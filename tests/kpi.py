"""What tests of figures are written with: facts in a few words, one figure of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from nmx_desk.domain import kpi
from nmx_desk.domain.kpi import AppointmentFact, CallFact, End, Facts, Kind, OpeningHours, Period, RequestFact

AMS = ZoneInfo("Europe/Amsterdam")
HOURS = OpeningHours({d: ((time(8, 30), time(17)),) for d in range(5)}, frozenset({date(2026, 11, 11)}))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
CUT = datetime(2026, 12, 31, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMS).astimezone(UTC)


def figure(key, period=NOVEMBER, filters=None, cut_off=CUT, **facts):
    given = {"requests": (), "calls": (), "appointments": (), "hours": HOURS} | {name: tuple(rows) for name, rows in facts.items()
                                                                                 if name != "illness_is_late"}  # fmt: skip
    late = facts.get("illness_is_late", False)
    return kpi.figure_of(Facts(**given, cut_off=cut_off, illness_is_late=late), key, period, filters)


def counts(key, **given):
    found = figure(key, **given)
    return found.numerator, found.denominator


def notes(found):
    return {note.code: note.n for note in found.note}


def request(key="r", received="2026-11-02 10:00", **more):
    return RequestFact(id=key, received_at=at(received), **more)


def call(key="r", held="2026-11-05 10:00", **more):
    return CallFact(**{"id": f"c-{key}", "request_id": key, "held_at": at(held), "red_flags_complete": True, **more})


def visit(key, end=End.COMPLETED, start="2026-11-10 10:00", kind=Kind.FOLLOW_UP, **more):
    given = {"id": key, "kind": kind, "start": at(start), "booked_at": at("2026-11-03 10:00"), "end": end, "minutes": 60}
    return AppointmentFact(**given | more)
