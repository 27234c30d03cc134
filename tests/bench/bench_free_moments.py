"""Free moments at the door of an encrypted clinic: 10 practitioners x 90 days, 5,760 appointments, beside the bare fetch of those rows.

PERFORMANCE: at most three times the bare fetch; AGENDA §5: next free within 10 ms. The desk keeps its calendar between calls; what the
first call costs, and the first one after somebody booked, stands beside it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from nmx_desk.data.kept_calendar import KeptCalendar
from nmx_desk.domain.agenda import Appointment, AppointmentStatus, RosterRule
from nmx_desk.domain.intervals import from_minutes
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.services import agenda
from nmx_desk.services.desk import Desk, Work
from tests.bench.bench_slots import BUSY, FIRST, HOURS, LAST, WHO
from tests.clinic import TestClinic, make_clinic, once

BARE = "SELECT practitioner_id, busy_from, busy_to FROM appointment WHERE live = 1 AND busy_from BETWEEN 29000000 AND 32000000"


def fill(work: Work) -> None:
    """Ten more practitioners with the hours and appointments of the bench of slots."""
    for name in WHO:
        user = work.store.add(User(id=work.new_id(), username=name, display_name=name, is_active=True))
        work.store.add(UserRole(user_id=user.id, role=Role.PRACTITIONER))
        work.store.add_all(
            RosterRule(practitioner_id=user.id, weekday=weekday, start_minute=lo, end_minute=hi) for weekday in range(5) for lo, hi in HOURS
        )
        work.store.add_all(
            Appointment(
                practitioner_id=user.id, type_code="intake", starts_at=from_minutes(lo + 5), ends_at=from_minutes(hi - 5), busy_from=lo,
                busy_to=hi, who="x", uid=work.new_id(), status=AppointmentStatus.CONFIRMED,
            ) for lo, hi in BUSY[name]
        )  # fmt: skip


@contextmanager
def clinic() -> Iterator[Desk]:
    """A desk of the receptionist at a clinic that is full for 90 days."""
    with tempfile.TemporaryDirectory() as folder:
        before = os.environ.get("NMX_STATE_DIR")
        os.environ["NMX_STATE_DIR"] = str(Path(folder) / "state")
        make_clinic(Path(folder) / "clinic")
        made = TestClinic(Path(folder) / "clinic")
        made.clock.moment = datetime(2026, 8, 31, 6, tzinfo=UTC)
        try:
            made.as_("manager").do(once(fill, "agenda.manage"))
            yield made.as_("receptie")
        finally:
            made.close()
            os.environ.pop("NMX_STATE_DIR")
            if before is not None:
                os.environ["NMX_STATE_DIR"] = before


def timed(work: Callable[[], Any]) -> float:
    begin = perf_counter()
    work()
    return (perf_counter() - begin) * 1000


def beside(name: str, work: Callable[[], Any], bare: Callable[[], Any], gate: float, pairs: int) -> dict[str, Any]:
    """Ours and the bare fetch in turn."""
    runs = [(timed(work), timed(bare)) for _ in range(pairs)]
    ratios = [mine / theirs for mine, theirs in runs]
    return {
        "name": name, "ours_ms": median(mine for mine, _theirs in runs), "peer": "fetch of the rows alone",
        "peer_ms": median(theirs for _mine, theirs in runs), "ratio": median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios),
        "gate": f"≤ {gate:g} ×", "ok": median(ratios) <= gate,
    }  # fmt: skip


def alone(name: str, times: list[float], gate: float) -> dict[str, Any]:
    return {"name": name, "ours_ms": median(times), "peer": None, "ratio": None, "gate": f"≤ {gate:g} ms", "ok": median(times) <= gate}


def run(n_pairs: int = 7) -> list[dict[str, Any]]:
    """Rows of the benchmark."""
    with clinic() as desk:
        fetch = once(lambda work: work.store.connection.exec_driver_sql(BARE).fetchall(), "agenda.read")
        fetch.writes = False
        listed = lambda: desk.do(agenda.free_moments, "intake", FIRST, LAST)  # noqa: E731 (said three times below)
        days = iter(range(1, 10_000))

        def unkept() -> float:
            desk.calendar = KeptCalendar()
            return timed(listed)

        def edited() -> float:
            moment = desk.do(agenda.next_free, "intake", after=datetime.combine(booked_on(next(days)), datetime.min.time(), UTC))[0]
            desk.do(agenda.book, "intake", moment.practitioner_id, moment.starts_at, who="x")
            return timed(listed)

        listed()
        return [
            beside("free moments 10 × 90 at the door, kept", listed, lambda: desk.do(fetch), 3, n_pairs),
            alone("the first call after signing in", [unkept() for _ in range(n_pairs)], 50),
            alone("the same after one booking", [edited() for _ in range(n_pairs)], 10),
            alone("next free of 12 at the door", [timed(lambda: desk.do(agenda.next_free, "intake")) for _ in range(20)], 10),
        ]


def booked_on(n: int) -> date:
    """A day to book on."""
    return FIRST + timedelta(days=n * 7 % 80)


if __name__ == "__main__":
    for row in run():
        print(row)
