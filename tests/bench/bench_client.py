"""Opening a client's page: 20,000 other clients in an encrypted clinic, one with 200 notes, 100 appointments and 50 contacts.

At the door (header, cards, course of events, merges: what the page asks for) and in the window, from the click until the page is painted.
Then the list as one scrolls through it: a further piece, and going to the next client. Gate: 100 ms for opening at the door and painted.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.clients import Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore
from nmx_desk.domain.contacts import ContactMoment, ContactPoint
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.services import clients, merging, timeline
from nmx_desk.services.desk import Desk, use_case
from tests.bench.bench_search import clinic, ms, row

OTHERS = int(os.environ.get("NMX_BENCH_OTHERS", "20000"))
GATE_MS, GATE_PIECE_MS = 100.0, 50.0
START = datetime(2024, 1, 8, 9, 0, tzinfo=UTC)


@use_case("clients.change")
def add(work: Any, made: list[Any]) -> list[Any]:
    """Records of one kind in one transaction."""
    return list(work.store.add_all(made))


def busy_client(desk: Desk) -> Client:
    """Somebody who has been here for years."""
    busy = Client(client_no="C-999999", first_name="Druk", surname="Bezet", phone="+31612345678", practitioner_id=desk.user.id)
    (made,) = desk.do(add, [busy])
    who = {"client_id": made.id}
    days = [START + timedelta(days=4 * n) for n in range(200)]
    signed = ConsultNote(**who, author_id=desk.user.id, status=NoteStatus.SIGNED, hash="0" * 64)
    desk.do(add, [replace(signed, care_date=day.date(), signed_at=day) for day in days])
    desk.do(add, [
        Appointment(
            **who, type_code="follow_up", practitioner_id=desk.user.id, starts_at=day, ends_at=day + timedelta(minutes=45), live=True,
            status=AppointmentStatus.COMPLETED, busy_from=1000 * n, busy_to=1000 * n + 45, zone="Europe/Amsterdam", uid=f"{n}",
        ) for n, day in enumerate(days[:100])
    ])  # fmt: skip
    desk.do(add, [ContactMoment(**who, at=day, text="Belt over de afspraak van volgende week") for day in days[:50]])
    desk.do(add, [ContactPoint(**who, value=f"+3161234567{n}", position=n) for n in (8, 1, 2, 3)])
    for complaint in desk.do(add, [Complaint(**who, words=f"Klacht {n}", rank=n) for n in range(1, 6)]):
        desk.do(add, [ComplaintScore(**who, complaint_id=complaint.id, score=5, measured_on=day.date()) for day in days[::10]])
    return made


def at_the_door(desk: Desk, client: Client, rounds: int) -> list[float]:
    times = []
    for _round in range(rounds):
        desk.forget_seen()
        start = perf_counter()
        desk.do(clients.open_client, client.id)
        desk.do(timeline.timeline, client.id)
        desk.do(merging.merges_of, client.id)
        times.append(ms(start))
    return times


class Window:
    """The clients page in a window of its own."""

    def __init__(self, desk: Desk) -> None:
        from PySide6.QtWidgets import QApplication

        from nmx_desk.ui.clients import PAGE
        from nmx_desk.ui.frame.window import MainWindow
        from nmx_desk.ui.kit.settings import UserSettings
        from nmx_desk.ui.runner import Runner
        from nmx_desk.ui.theme import theme

        self.application = QApplication.instance() or QApplication([])
        theme().start(self.application)  # type: ignore[arg-type]
        self.runner = Runner(desk)
        self.window = MainWindow(self.runner, [PAGE], UserSettings(None))
        self.window.resize(1440, 900)
        self.window.show()
        self.page: Any = self.window.page("clients")
        self.done()

    def done(self) -> None:
        """Everything is asked, answered and painted."""
        self.runner.idle()
        self.application.processEvents()

    def opens(self, client_id: str) -> tuple[float, float]:
        """From the click until who it is stands there painted, and until everything does."""
        self.window.go("clients")
        self.done()
        start = perf_counter()
        self.window.go("clients", client_id=client_id, through=True)
        while self.page.sheet.client_id != client_id:
            self.application.processEvents()
        self.window.repaint()
        first = ms(start)
        self.done()
        return first, ms(start)

    def pieces(self, count: int) -> list[float]:
        """Scrolling to the end of what is there, again and again: a further hundred each time."""
        self.window.go("clients")
        self.done()
        bar, times = self.page.list.table.verticalScrollBar(), []
        for _number in range(count):
            start = perf_counter()
            bar.setValue(bar.maximum())
            self.done()
            times.append(ms(start))
        return times

    def steps(self, count: int) -> list[float]:
        """From one client to the next in the list."""
        self.page.list.opened.emit(self.page.list.table.records.rows[0].id)
        self.done()
        times = []
        for _number in range(count):
            start = perf_counter()
            self.page._step(1)
            self.done()
            times.append(ms(start))
        return times

    def close(self) -> None:
        self.window.hide()
        self.runner.stop()
        self.window.deleteLater()
        self.application.processEvents()


def measured(desk: Desk, n_pairs: int) -> list[dict[str, Any]]:
    client = busy_client(desk)
    door = at_the_door(desk, client, 4 * n_pairs)
    window = Window(desk)
    window.opens(client.id)
    both = [window.opens(client.id) for _round in range(2 * n_pairs)]
    first, whole = (median(times) for times in zip(*both, strict=True))
    pieces, steps = window.pieces(60), window.steps(20)
    window.close()
    return [
        row(f"client page at the door, 200 notes, {OTHERS:,} others", median(door), f"≤ {GATE_MS:g} ms", ok=median(door) <= GATE_MS),
        row("client page, from the click to painted", first, f"≤ {GATE_MS:g} ms", ok=first <= GATE_MS),
        row("client page, everything on it", whole, "–", ok=True),
        row("client list, a further hundred, painted", median(pieces), f"≤ {GATE_PIECE_MS:g} ms", ok=median(pieces) <= GATE_PIECE_MS),
        row("client list, the sixtieth further hundred", pieces[-1], "–", ok=True),
        row("next client in the list, everything on it", median(steps), "–", ok=True),
    ]  # fmt: skip


def run(n_pairs: int = 5) -> list[dict[str, Any]]:
    """Rows of the benchmark: name, ours_ms, peer, peer_ms, ratio, gate, ok."""
    with tempfile.TemporaryDirectory() as folder:
        desk = clinic(Path(folder) / "clinic", OTHERS)
        try:
            return measured(desk, n_pairs)
        finally:
            desk.close()
