"""Says that requests came in, or that it is time to call, to somebody who works elsewhere: numbers only, no names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from nmx_desk.domain.errors import DeskError
from nmx_desk.services import noticing
from nmx_desk.services.noticing import News
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.runner import Runner

EVERY = 60_000  # ms: calls become due by themselves
START_AFTER = 4000
SOON = 400  # several commits are one piece of news


@dataclass
class Noticed:
    """What a user was told since the program was started, also before the screen was locked."""

    since: datetime
    arrived: set[str] = field(default_factory=set)
    due: set[tuple[str, datetime]] = field(default_factory=set)


class Notices(QObject):
    """``arrived`` and ``due`` carry how many; ``counted`` when the numbers on the rail may be others now."""

    arrived = Signal(int)
    due = Signal(int)
    counted = Signal()

    def __init__(self, runner: Runner, noticed: Noticed, now: Callable[[], datetime]) -> None:
        super().__init__(runner)
        self._runner, self._noticed, self._now = runner, noticed, now
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.look)
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        self._waiting: frozenset[tuple[str, datetime]] = frozenset()
        if runner.desk.may("requests.read") and not runner.desk.read_only:
            runner.changed.connect(self._changed)
            self._timer.start()
            QTimer.singleShot(START_AFTER, self, self.look)

    def look(self) -> None:
        """Ask what there is to say."""
        if self._timer.isActive():
            since = self._noticed.since
            self._runner.latest("news", noticing.look_for_news, since, then=self._got, failed=self._failed, owner=self)

    def others_wrote(self) -> None:
        """Another workstation wrote something."""
        self._soon.start()

    def _changed(self, changes: Changes) -> None:
        if "advice_request" in changes.tables:
            self._soon.start()

    def _got(self, news: News) -> None:
        if news.due != self._waiting:
            self._waiting = news.due
            self.counted.emit()
        fresh, late = news.arrived - self._noticed.arrived, news.due - self._noticed.due
        self._noticed.arrived |= fresh
        self._noticed.due |= late
        if fresh:
            self.arrived.emit(len(fresh))
        if late:
            self.due.emit(len(late))

    def _failed(self, error: DeskError) -> None:
        """The watch over the database says what is wrong with it."""
