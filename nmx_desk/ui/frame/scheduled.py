"""Writes scheduled reports to their folder beside the work of whoever is signed in, on the workstation that was chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from nmx_desk.domain.errors import Cancelled, DeskError
from nmx_desk.services import saved_reports
from nmx_desk.services.saved_reports import Written
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.runner import Runner

START_AFTER = 60_000  # ms after sign-in: a backup that is due goes first
EVERY = 300_000  # ms between two looks at the calendar
SOON = 500


class ReportWatch(QObject):
    """``written`` carries the names of files; ``trouble`` what went wrong, once until it is something else."""

    written = Signal(list)
    trouble = Signal(str)

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner)
        self._runner = runner
        self._busy, self._said = False, ""
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.look)
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        if not runner.desk.read_only:
            runner.changed.connect(self._changed)
            self._timer.start()
            QTimer.singleShot(START_AFTER, self, self.look)

    def look(self) -> None:
        """Write what is due."""
        if not self._busy:
            self._busy = True
            self._runner.do(saved_reports.write_due, then=self._ended, failed=self._failed, progress=_quietly, owner=self)

    def again(self) -> None:
        """Try at once what failed."""
        self._said = ""
        self.look()

    def _changed(self, changes: Changes) -> None:
        """A schedule that was just set is seen at once; what this one writes itself is no news to it."""
        if "saved_report" in changes.tables and not self._busy:
            self._soon.start()

    def _ended(self, found: tuple[Written, ...]) -> None:
        self._busy = False
        files = [name for one in found for name in one.files]
        if files:
            self.written.emit(files)
        self._say(" ".join(f"{one.name}: {one.trouble}" for one in found if one.trouble))

    def _failed(self, error: DeskError) -> None:
        self._busy = False
        if not isinstance(error, Cancelled):
            self._say(error.message)

    def _say(self, trouble: str) -> None:
        if trouble and trouble != self._said:
            self.trouble.emit(trouble)
        self._said = trouble


def _quietly(_done: int, _total: int, _text: str) -> None:
    """It can be stopped, and nobody need look at it."""
