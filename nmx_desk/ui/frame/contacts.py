"""The palette's source of clients and requests: at once while one types, logged when a query stands still or a hit is opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from nmx_desk.i18n import _
from nmx_desk.services.search import Found, Hit
from nmx_desk.ui.frame.palette import MOST_PER_SOURCE, Deliver, Result
from nmx_desk.ui.kit.finding import Finding
from nmx_desk.ui.kit.page import Frame

MOST = MOST_PER_SOURCE - 3  # of either kind, so that both are in sight


class ContactsSource(QObject):
    """Ask it as a palette source: ``source(query, deliver)``. ``parent`` is the window, which also is the frame."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._finding = Finding(frame.runner, self)

    def __call__(self, query: str, deliver: Deliver) -> None:
        """Find and hand over; nothing for an empty query."""
        if not query or not self._frame.desk.may("search.use"):
            self._finding.leave()
            deliver([])
            return
        self._finding.ask(query, partial(self._found, deliver))

    def _found(self, deliver: Deliver, found: Found) -> None:
        clients = found.clients[: MOST_PER_SOURCE - min(len(found.requests), MOST_PER_SOURCE - MOST)]
        deliver([*self._results(clients), *self._results(found.requests)])

    def _results(self, hits: Sequence[Hit]) -> list[Result]:
        groups = {"client": (_("Clients"), "user-round"), "request": (_("Requests"), "inbox")}
        close = _("Nothing exact; these come close")
        return [
            Result(
                hit.title, partial(self._open, hit), hit.subtitle, icon=groups[hit.kind][1],
                group=close if hit.guessed else groups[hit.kind][0], guessed=hit.guessed,
            )
            for hit in hits
        ]  # fmt: skip

    def _open(self, hit: Hit) -> None:
        self._finding.opened(hit)
        page, key = ("clients", "client_id") if hit.kind == "client" else ("requests", "request_id")
        where: dict[str, Any] = {key: hit.ref_id}
        self._frame.go(page, **where)


def found_in_contacts(window: QObject) -> ContactsSource:
    """The source for a main window."""
    frame: Frame = window  # type: ignore[assignment]
    return ContactsSource(frame, window)
