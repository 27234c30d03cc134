"""How the database stands while the window is open: its log, what other programs wrote, a blocked user, a file that is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from nmx_desk.domain.errors import DeskError, EnvironmentProblem
from nmx_desk.i18n import _
from nmx_desk.services import log
from nmx_desk.services.log import LogCheck, LogState
from nmx_desk.ui import errors
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner

EVERY = 5000  # ms
START_AFTER = 1500  # ms after sign-in: what came since the last verification is looked at
VERIFY_AFTER = 20_000  # ms after sign-in: the first look at the day goes first
INDEX_EVERY = 30_000  # ms: new words of the log go into their index beside the work, long before somebody looks for them
INDEX_PAUSE = 250  # ms between two parts of many


class Watch(QObject):
    """Looks every few seconds, and verifies the log at the first sign-in of the day (AUDIT §4).

    The look itself finds a blocked user: the runner says ``ended``. ``station`` remembers on which day which clinic was verified.
    """

    standing = Signal(int, object)  # entries; whether they were found intact (None: only counted)
    doubt = Signal()  # the verification of the day found something
    others_wrote = Signal()
    trouble = Signal(str)  # the sentence; empty when it is over

    def __init__(self, runner: Runner, station: UserSettings, now: Callable[[], datetime]) -> None:
        super().__init__(runner)
        self._runner, self._station, self._now = runner, station, now
        self._known, self._ill = 0, False
        self._verified: int | None = None  # entries that this computer found intact, at the last look
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        runner.changed.connect(self._wrote)
        self._timer.start()
        self._indexing = QTimer(self, interval=INDEX_EVERY)
        self._indexing.timeout.connect(self.index)
        self._indexing.start()
        QTimer.singleShot(START_AFTER, self, self.verify_start)
        QTimer.singleShot(VERIFY_AFTER, self, self.verify_daily)

    def look(self) -> None:
        """Ask how the log stands."""
        self._runner.latest("watch", log.log_state, then=self._got, failed=self._failed, owner=self)

    def look_anew(self) -> None:
        """Say everything again, to a new window."""
        self._verified, self._ill = None, False
        self.look()

    def _wrote(self) -> None:
        self._known = max(self._known, self._runner.desk.log_size)

    def _got(self, state: LogState) -> None:
        if self._ill:
            self._ill = False
            self.trouble.emit("")
        if self._known and state.size > self._known:
            self.others_wrote.emit()
        self._known = max(self._known, state.size)
        if self._runner.desk.read_only:
            return
        before, self._verified = self._verified, state.verified
        if before is not None and state.verified > before:  # by the log page, a certificate or the command line
            self._remember()
        if state.verified and self._is_fresh() and state.verified != before:
            self.standing.emit(state.verified, True)
        self.standing.emit(state.size, None)

    def _failed(self, error: DeskError) -> None:
        if not isinstance(error, EnvironmentProblem):
            errors.show(error, self)
        elif not self._ill:  # said once, not every few seconds
            self._ill = True
            self.trouble.emit(error.message)

    def index(self) -> None:
        """Take a part of what the log's index has not read; the next part follows when there is more."""
        if not self._runner.desk.read_only:
            self._runner.latest("log-index", log.index_log, then=self._indexed, failed=self._failed, owner=self)

    def _indexed(self, more: bool) -> None:
        self._indexing.start(INDEX_PAUSE if more else INDEX_EVERY)

    # Verifying: what is new at every sign-in, all of it once a day --------------------------------------------------------------------

    def verify_start(self) -> None:
        """Verify what came since the last time, beside the work."""
        if not self._runner.desk.read_only:
            quietly: Callable[[int, int, str], None] = lambda *_: None  # it can be stopped, and nobody need look at it  # noqa: E731
            self._runner.do(log.check_start, then=self._started, failed=self._failed, progress=quietly, owner=self)

    def _started(self, found: LogCheck | None) -> None:
        if found is not None:
            self.standing.emit(found.size, found.ok)
            if not found.ok:
                self.doubt.emit()

    def verify_daily(self) -> None:
        """Verify beside the work, unless it was done today."""
        if self._runner.desk.read_only or self._is_fresh():
            return
        self._runner.do(log.check_daily, then=self._checked, failed=self._failed, progress=_("Verifying the log"), owner=self)

    def _checked(self, found: LogCheck) -> None:
        self.standing.emit(found.size, found.ok)
        if found.ok:
            self._remember()
        else:
            self.doubt.emit()

    def _is_fresh(self) -> bool:
        return bool(self._station.get(self._key()) == self._today())

    def _remember(self) -> None:
        self._station.put(self._key(), self._today())
        self._station.save()

    def _key(self) -> str:
        return f"verified-{getattr(self._runner.desk, 'db_uuid', '')}"

    def _today(self) -> str:
        return dates.today(self._now()).isoformat()
