"""Reads the mailbox and the watched folder beside the work of whoever is signed in, on a workstation where that is switched on.

Sends what waits in the outbox, on every workstation: a message is claimed before it is handed over, so that it goes once. Looks at
practitioners' other calendars, and publishes their agendas.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from nmx_desk.domain.errors import Cancelled, DeskError
from nmx_desk.services import calendars, mailbox, publishing, sending, watched_folder
from nmx_desk.services.calendars import Looked
from nmx_desk.services.mailbox import Fetched
from nmx_desk.services.sending import Sent
from nmx_desk.services.watched_folder import FolderVisit, FoundFile
from nmx_desk.ui.kit.incoming import IncomingHere
from nmx_desk.ui.runner import Runner

START_AFTER = 10_000  # ms after sign-in
EVERY = 60_000  # ms between two looks at the clock, and at the folder
STILL_WRITTEN = 2500  # ms in which a file may still grow


def _quietly(_done: int, _total: int, _text: str) -> None:
    """It can be stopped, and nobody need look at it."""


class _Watch(QObject):
    """Looks now and then where requests come in. ``trouble`` carries the sentence, once until it is another one."""

    trouble = Signal(str)
    right = "requests.import"

    def __init__(self, runner: Runner, here: IncomingHere) -> None:
        super().__init__(runner)
        self._runner, self._here = runner, here
        self._busy, self._said = False, ""
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        if runner.desk.may(self.right) and not runner.desk.read_only:
            self._timer.start()
            QTimer.singleShot(START_AFTER, self, self.look)

    def look(self) -> None:
        """See what is new."""
        raise NotImplementedError

    def again(self) -> None:
        """Try at once what failed."""
        self._said = ""
        self.look()

    def _failed(self, error: DeskError) -> None:
        self._busy = False
        if not isinstance(error, Cancelled):
            self._say(error.message)

    def _say(self, trouble: str) -> None:
        if trouble and trouble != self._said:
            self.trouble.emit(trouble)
        self._said = trouble


class MailWatch(_Watch):
    """The clinic's mailbox, as often as its settings say."""

    def __init__(self, runner: Runner, here: IncomingHere) -> None:
        super().__init__(runner, here)
        self._wait = 0  # minutes

    def look(self) -> None:
        """Go there, if it is time."""
        self._wait = max(self._wait - 1, 0)
        if not (self._busy or self._wait) and self._here.reads_mail:
            self._busy = True
            self._runner.do(mailbox.fetch_mail, then=self._fetched, failed=self._failed, progress=_quietly, owner=self)

    def again(self) -> None:
        """Try at once what failed."""
        self._wait = 0
        super().again()

    def _fetched(self, found: Fetched | None) -> None:
        self._busy, self._wait = False, found.every_minutes if found else 5
        self._say(found.trouble if found else "")

    def _failed(self, error: DeskError) -> None:
        self._wait = 5
        super()._failed(error)


class OutboxWatch(_Watch):
    """What waits to be sent, every minute; nothing while the clinic sends no mail."""

    right = "mail.send"

    def look(self) -> None:
        """Send what is due."""
        if not self._busy:
            self._busy = True
            self._runner.do(sending.send_waiting, then=self._sent, failed=self._failed, progress=_quietly, owner=self)

    def _sent(self, found: Sent | None) -> None:
        self._busy = False
        self._say(found.trouble if found else "")


class FolderWatch(_Watch):
    """The watched folder. ``to_look`` carries a ``FoundFile`` that somebody has to look at."""

    to_look = Signal(object)

    def __init__(self, runner: Runner, here: IncomingHere) -> None:
        super().__init__(runner, here)
        self._sizes: dict[str, tuple[int, int]] = {}
        self._told: set[str] = set()
        self._soon = QTimer(self, singleShot=True, interval=STILL_WRITTEN)
        self._soon.timeout.connect(self.look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(lambda _path: self._soon.start())

    def look(self) -> None:
        """See what is new in the folder."""
        folder = self._here.folder
        if others := [known for known in self._watcher.directories() if known != folder]:
            self._watcher.removePaths(others)
        if folder and not self._busy:
            self._busy = True
            seen = {*self._here.seen, *self._told}
            self._runner.do(
                watched_folder.visit_folder, folder, seen, self._sizes, move=self._here.moves,
                then=partial(self._visited, folder), failed=self._failed, progress=_quietly, owner=self,
            )  # fmt: skip

    def _visited(self, folder: str, visit: FolderVisit) -> None:
        """From now on it is listened to, now that it can be read: the window never waits for a disk that is gone."""
        self._busy = False
        if folder == self._here.folder and not visit.trouble and not self._watcher.directories():
            self._watcher.addPath(folder)
        fresh = set(visit.sizes.items()) - set(self._sizes.items())
        self._sizes = dict(visit.sizes)
        self._here.remember([file.digest for file in visit.files if file.result is not None])
        for file in visit.files:
            self._tell(file)
        self._say(visit.trouble)
        if fresh:
            self._soon.start()

    def _tell(self, file: FoundFile) -> None:
        if file.result is None:
            self._told.add(file.digest)
            self.to_look.emit(file)
        elif file.why:
            self._say(file.why)


class CalendarWatch(_Watch):
    """Practitioners' other calendars and published agendas, each as often as its settings say. What goes wrong stands in the settings."""

    right = "agenda.book"

    def look(self) -> None:
        """Read those whose turn it is, then publish."""
        if not self._busy:
            self._busy = True
            self._runner.do(
                calendars.look_at_calendars, every=False, then=self._read, failed=self._failed, progress=_quietly, owner=self
            )  # fmt: skip

    def _read(self, found: Looked) -> None:
        self._say(found.trouble[0] if found.trouble else "")
        self._runner.do(
            publishing.publish_agendas, every=False, then=self._published, failed=self._failed, progress=_quietly, owner=self
        )  # fmt: skip

    def _published(self, found: Looked) -> None:
        self._busy = False
        if found.trouble:
            self._say(found.trouble[0])
