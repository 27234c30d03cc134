"""Clients and requests as one types. A query that stands still or a hit that is opened is one entry in the log (AUDIT §1.2)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from nmx_desk.services import search
from nmx_desk.services.search import Found, Hit
from nmx_desk.ui.runner import Runner

SETTLED = 1000  # ms after which a query counts as asked


class Finding(QObject):
    """Asks for the hits of a query and says what was looked for; ``parent`` is the field or list that shows them."""

    def __init__(self, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._runner = runner
        self._query, self._told, self._hits = "", "", 0
        self._timer = QTimer(self, singleShot=True, interval=SETTLED)
        self._timer.timeout.connect(self._tell)

    def ask(self, query: str, then: Callable[[Found], object], limit: int = search.MOST_HITS) -> None:
        """Have the hits handed over, unless the query is another one by then."""
        self._timer.stop()
        self._query = query

        def found(answer: Found) -> None:
            if query == self._query:
                self._hits = len(answer)
                self._timer.start()
            then(answer)

        self._runner.latest(("finding", id(self)), search.find, query, limit, then=found, owner=self)

    def leave(self) -> None:
        """Nothing is asked any more."""
        self._timer.stop()
        self._query = ""

    def opened(self, hit: Hit) -> None:
        """A hit was opened: logged with its query, unless the query was logged before."""
        if self._query and self._told != self._query:
            self._log(hit)
        self.leave()

    def _tell(self) -> None:
        if self._query and self._told != self._query:
            self._log(None)

    def _log(self, hit: Hit | None) -> None:
        self._told = self._query
        self._runner.do(search.settled, self._query, self._hits, hit, owner=self)
