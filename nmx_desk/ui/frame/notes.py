"""The palette's source of consult notes, for practitioners: asked when the typing stands still, for each note shown is logged."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from nmx_desk.i18n import _
from nmx_desk.services import search
from nmx_desk.services.search import NoteHit
from nmx_desk.ui.frame.palette import MOST_PER_SOURCE, Deliver, Result
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.page import Frame

STANDS_STILL = 400  # ms
LEAST = 3  # characters


class NotesSource(QObject):
    """Ask it as a palette source: ``source(query, deliver)``. ``parent`` is the window, which also is the frame."""

    def __init__(self, frame: Frame, parent: QObject) -> None:
        super().__init__(parent)
        self._frame = frame
        self._query = ""
        self._deliver: Deliver | None = None
        self._timer = QTimer(self, singleShot=True, interval=STANDS_STILL)
        self._timer.timeout.connect(self._ask)

    def __call__(self, query: str, deliver: Deliver) -> None:
        """Nothing at once, so that nobody waits for it; the notes when the query stands still."""
        self._timer.stop()
        self._query, self._deliver = query, deliver
        deliver([])
        if len(query) >= LEAST and self._frame.desk.may("notes.write"):
            self._timer.start()

    def _ask(self) -> None:
        query = self._query
        self._frame.runner.latest(
            ("notes", id(self)), search.find_notes, query, MOST_PER_SOURCE, then=partial(self._found, query), owner=self
        )

    def _found(self, query: str, hits: tuple[NoteHit, ...]) -> None:
        if query == self._query and self._deliver is not None:
            self._deliver([self._result(hit) for hit in hits])

    def _result(self, hit: NoteHit) -> Result:
        title = f"{hit.client} · {dates.short(hit.care_date)}"
        return Result(title, partial(self._frame.go, "notes", note_id=hit.note_id), hit.snippet, icon="file-text", group=_("Consult notes"))
