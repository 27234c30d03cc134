"""The scheduled backup, made beside the work of whoever is signed in; a failure is said in a banner and tried again."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from nmx_desk.domain.errors import Cancelled, DeskError
from nmx_desk.i18n import _
from nmx_desk.services import backups
from nmx_desk.services.backups import BackupMade
from nmx_desk.ui.runner import Runner

START_AFTER = 45_000  # ms after sign-in: the first look at the day, and verifying it, go first
EVERY = 60_000  # ms between two looks at the clock
AGAIN = 15  # looks until what failed is tried again


class BackupWatch(QObject):
    """Asks every minute whether a backup is due."""

    made = Signal(datetime)
    failed = Signal(str)  # the sentence

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner)
        self._runner = runner
        self._wait = 0
        self._busy = False
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        QTimer.singleShot(START_AFTER, self, self.look)

    def look(self) -> None:
        """Ask, unless one is being made, or failed a moment ago."""
        self._wait = max(self._wait - 1, 0)
        if not (self._busy or self._wait or self._runner.desk.read_only):
            self._runner.latest("backup-due", backups.backup_due, then=self._asked, failed=self._not_asked, owner=self)

    def again(self) -> None:
        """Try at once what failed."""
        self._wait = 0
        self.look()

    def _asked(self, due: bool) -> None:
        if due and not self._busy:
            self._busy = True
            title = _("Making the scheduled backup")
            self._runner.do(backups.back_up_on_schedule, then=self._ended, failed=self._failed, progress=title, owner=self)

    def _not_asked(self, error: DeskError) -> None:
        """The watch over the database says what is wrong with it."""

    def _ended(self, made: BackupMade | None) -> None:
        self._busy = False
        if made is not None:
            self.made.emit(made.created)

    def _failed(self, error: DeskError) -> None:
        self._busy, self._wait = False, AGAIN
        if not isinstance(error, Cancelled):
            self.failed.emit(error.message)
