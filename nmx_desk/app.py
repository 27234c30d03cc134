"""Wiring of the window program: front door → desk → runner → main window. The only file that knows everyone."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from nmx_desk.services.desk import Desk
from nmx_desk.services.opening import FrontDoor as RealFrontDoor

# SQLAlchemy is loaded by now: PySide6's import hook slows every import that comes after it.
# isort: split
from PySide6.QtCore import QLibraryInfo, QLocale, QObject, Qt, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

from nmx_desk import __version__, i18n
from nmx_desk.domain.errors import DeskError
from nmx_desk.i18n import _
from nmx_desk.services import backups, people
from nmx_desk.ui import errors
from nmx_desk.ui.collector import Collector
from nmx_desk.ui.frame.backups import BackupWatch
from nmx_desk.ui.frame.contacts import ContactsSource
from nmx_desk.ui.frame.idle import IdleWatch
from nmx_desk.ui.frame.notes import NotesSource
from nmx_desk.ui.frame.notices import Noticed
from nmx_desk.ui.frame.palette import Source
from nmx_desk.ui.frame.unsigned import UnsignedToday
from nmx_desk.ui.frame.watch import Watch
from nmx_desk.ui.frame.window import MainWindow
from nmx_desk.ui.front.single import SingleInstance
from nmx_desk.ui.front.window import FrontWindow
from nmx_desk.ui.kit import clipboard, dates, private_files
from nmx_desk.ui.kit.door import FrontDoor
from nmx_desk.ui.kit.page import Page
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import Hue, theme
from nmx_desk.vault.state import state_dir

if TYPE_CHECKING:
    from nmx_desk.ui.frame.arrivals import Arrivals

# Pages in no particular order: the rail sorts them. A page that is not built is not here.
PAGES: tuple[str, ...] = (
    "today",
    "requests",
    "agenda",
    "clients",
    "care",
    "calls",
    "letters",
    "notes",
    "plans",
    "followups",
    "labs",
    "tasks",
    "notewatch",
    "outbox",
    "figures",
    "reports",
    "quality",
    "privacy",
    "log",
    "settings",
)
ARRIVALS = "nmx_desk.ui.frame.arrivals"  # reads mails and files: not before the sign-in is in sight
Sources = Callable[[MainWindow], Sequence[Source]]


def pages() -> list[type[Page]]:
    """The pages of ``PAGES``."""
    return [importlib.import_module(f"nmx_desk.ui.{name}").PAGE for name in PAGES]


def warm_up(owner: QObject, collector: Collector) -> None:
    """Import the pages one by one while somebody types a password: the sign-in is there 200 ms sooner."""
    waiting = iter([*(f"nmx_desk.ui.{name}" for name in PAGES), ARRIVALS])
    timer = QTimer(owner, interval=20)

    def step() -> None:
        name = next(waiting, "")
        if name:
            importlib.import_module(name)
        else:
            timer.stop()
            collector.keep_what_is_there()

    timer.timeout.connect(step)
    timer.start()


def palette_sources(window: MainWindow) -> list[Source]:
    """What the palette finds besides pages and commands."""
    return [ContactsSource(window, window), NotesSource(window, window)]


class App(QObject):
    """Which window is there: the front (first start, sign-in, lock) or the main window."""

    def __init__(
        self,
        door: FrontDoor,
        kinds: Sequence[type[Page]] | Callable[[], Sequence[type[Page]]],
        state: Path,
        *,
        sources: Sources | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__()
        self._door, self._kinds, self._state, self._sources = door, kinds, state, sources
        self._now = now or (lambda: datetime.now(UTC))
        self._translator = QTranslator()
        self.front: FrontWindow | None = None
        self.window: MainWindow | None = None
        self.runner: Runner | None = None
        self._watch: Watch | None = None
        self._backups: BackupWatch | None = None
        self.arrivals: Arrivals | None = None
        self._noticed: dict[str, Noticed] = {}  # by user: locking the screen does not make it news again
        self._settings = UserSettings()
        self.idle = IdleWatch(self)
        self.idle.idle.connect(self.lock)
        self.station = UserSettings(state / "window.json")
        private_files.keep_in(state / "open")
        self.use_language(str(self.station.get("language", "nl")))
        theme().use(str(self.station.get("mode", "system")))

    # Windows --------------------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Show the first window."""
        self.show_front(chosen=str(self.station.get("last_user", "")))

    def show_front(self, *, chosen: str = "", locked: bool = False) -> None:
        """Show the wizard, the sign-in or the lock."""
        front = FrontWindow(self._door, chosen=chosen, locked=locked)
        front.signed_in.connect(self.open_desk)
        front.language_chosen.connect(self.use_language)
        front.closed.connect(self._front_closed)
        before, self.front = self.front, front
        front.show()
        if before:
            before.deleteLater()

    def open_desk(self, desk: Desk) -> None:
        """Somebody signed in."""
        self.runner = Runner(desk, self)
        self.runner.ended.connect(self._blocked, Qt.ConnectionType.QueuedConnection)
        self._settings = UserSettings(self._state / "users" / f"{desk.user.id}.json")
        self.use_language(str(self._settings.get("language", desk.user.language)))
        theme().use(str(self._settings.get("mode", "system")), float(self._settings.get("text_scale", 1.0)))
        self.idle.set_minutes(desk.clinic.lock_minutes)
        self.station.put("last_user", desk.user.username)
        self.station.put("mode", theme().mode)
        self.station.save()
        self._watch = Watch(self.runner, self.station, self._now)
        self._backups = BackupWatch(self.runner)
        self._backups.made.connect(self._backup_state)
        self._backups.failed.connect(self._backup_failed)
        noticed = self._noticed.setdefault(desk.user.id, Noticed(self._now()))
        kind: type[Arrivals] = importlib.import_module(ARRIVALS).Arrivals
        self.arrivals = kind(self.runner, self.station, self._settings, noticed, self._now)
        self.arrivals.raise_asked.connect(self.raise_window)
        self._watch.others_wrote.connect(self.arrivals.notices.others_wrote)
        self._show_main()
        if self.front:
            front, self.front = self.front, None
            front.hide()
            front.deleteLater()
        self.idle.start()

    def _blocked(self, message: str) -> None:
        """The account was blocked while its user was signed in: everything is closed at once."""
        if self._close_desk():
            self.show_front()
            if self.front is not None:
                self.front.banner.say(message, Hue.DANGER)

    def _backup_failed(self, message: str) -> None:
        if self.window is not None and self._backups is not None:
            text = _("The scheduled backup failed. {why}").format(why=message)
            self.window.banner.say(text, Hue.WARN, action_text=_("Try again"), action=self._backups.again)

    def _backup_state(self, last: datetime | None) -> None:
        if self.window is not None:
            self.window.bottom.set_backup(last, self._now())

    def _show_main(self) -> None:
        if self.runner is None:
            return
        kinds = self._kinds() if callable(self._kinds) else self._kinds
        window = MainWindow(self.runner, list(kinds), self._settings, now=self._now, station=self.station)
        if self._sources:
            window.set_sources(self._sources(window))
        UnsignedToday(window)
        window.lock_asked.connect(self.lock)
        window.switch_user_asked.connect(self.switch_user)
        window.sign_out_asked.connect(window.close)
        window.language_chosen.connect(self._change_language)
        window.scale_chosen.connect(self._change_scale)
        window.rebuild_asked.connect(self._rebuild, Qt.ConnectionType.QueuedConnection)
        window.restore_asked.connect(self.put_back, Qt.ConnectionType.QueuedConnection)
        window.sign_in_asked.connect(self.sign_in_again, Qt.ConnectionType.QueuedConnection)
        window.closed.connect(self.quit)
        if self._watch is not None:
            self._watch.others_wrote.connect(window.others_wrote)
            self._watch.trouble.connect(window.say_trouble)
            self._watch.standing.connect(window.log_stands)
            self._watch.doubt.connect(window.say_doubt)
            window.look_asked.connect(self._watch.look)
            self._watch.look_anew()
        if self.arrivals is not None:
            self.arrivals.use(window)
        before, self.window = self.window, window
        window.show()
        window.start()
        if not self.runner.desk.read_only:
            self.runner.do(backups.last_backup, then=self._backup_state, owner=window)
        if before:
            before.hide()
            before.deleteLater()

    def raise_window(self) -> None:
        """A second start asked for the window."""
        window: QWidget | None = self.window or self.front
        if window:
            window.showNormal() if window.isMinimized() else window.show()
            window.raise_()
            window.activateWindow()

    # Leaving --------------------------------------------------------------------------------------------------------------------

    def lock(self) -> None:
        """Hide everything, drop the key; the same user comes back to the same place."""
        name = self.runner.desk.user.username if self.runner else ""
        if self._close_desk(locked=True):
            self.show_front(chosen=name, locked=True)

    def switch_user(self) -> None:
        """As the lock, for somebody else."""
        if self._close_desk():
            self.show_front()

    def put_back(self, file: str, permit: object) -> None:
        """Close the desk, so that its file can be replaced, and show where a backup is put back."""
        name = self.runner.desk.user.username if self.runner else ""
        if self._close_desk():
            self.show_front(chosen=name)
            if self.front is not None:
                self.front.show_restore(file, permit)

    def sign_in_again(self, message: str) -> None:
        """Close the desk; the message stands above the sign-in."""
        name = self.runner.desk.user.username if self.runner else ""
        if self._close_desk():
            self.show_front(chosen=name)
            if self.front is not None:
                self.front.banner.say(message, Hue.OK)

    def quit(self) -> None:
        """The main window was closed."""
        self._close_desk()
        application = QApplication.instance()
        if application:
            application.quit()

    def _close_desk(self, *, locked: bool = False) -> bool:
        """False when nobody was signed in. A page that is not ready has kept its draft; locking does not wait for it."""
        if self.runner is None or self.window is None:
            return False
        self.idle.stop()
        runner, window = self.runner, self.window
        if self.arrivals is not None:
            self.arrivals.end()
        self.runner = self.window = self._watch = self._backups = self.arrivals = None
        for child in QApplication.topLevelWidgets():
            if child is not window and child.isVisible():
                child.close()
        window.leave()
        window.hide()
        clipboard.forget()
        private_files.wipe()
        runner.stop()
        with suppress(DeskError):  # a desk that may not write (blocked, doubtful log) is closed all the same
            runner.desk.do(people.sign_out, locked=locked)
        runner.desk.close()
        window.deleteLater()
        runner.deleteLater()
        return True

    def _front_closed(self) -> None:
        application = QApplication.instance()
        if self.window is None and application:
            application.quit()

    # Language -------------------------------------------------------------------------------------------------------------------

    def use_language(self, language: str) -> None:
        """Words, dates and Qt's own buttons."""
        language = language if language in i18n.LANGUAGES else "nl"
        i18n.use(language)
        QLocale.setDefault(dates.locale())
        QApplication.removeTranslator(self._translator)
        if self._translator.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            QApplication.installTranslator(self._translator)
        self.station.put("language", language)

    def _change_language(self, language: str) -> None:
        """Build the window again, in the other language, at the same place."""
        if self.window is None or not self.window.leave():
            return
        self._settings.put("language", language)
        self._settings.save()
        self.use_language(language)
        self._show_main()

    def _change_scale(self, scale: str) -> None:
        """Build the window again with other text, at the same place."""
        if self.window is None or not self.window.leave():
            return
        self._settings.put("text_scale", float(scale))
        self._settings.save()
        theme().use(theme().mode, float(scale))
        self._show_main()

    def _rebuild(self, message: str) -> None:
        """Build the window again at the same place: its user may do other things now."""
        if self.window is not None and self.window.leave():
            self._show_main()
        if self.window is not None:
            self.window.toast(message)


def default_folder() -> Path:
    """Where this computer's clinic is when nobody says otherwise."""
    return Path(platformdirs.user_data_dir("nmx-desk", appauthor=False)) / "clinic"


def main(folder: Path | None = None, arguments: Sequence[str] = ()) -> int:
    """Open the window program on a clinic's folder; returns the exit code."""
    folder = folder or default_folder()
    application = QApplication([sys.argv[0], *arguments])
    application.setApplicationName("NMX Desk")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("nmx-desk")
    application.setQuitOnLastWindowClosed(False)
    errors.install_hook()
    theme().start(application)
    state = state_dir()
    single = SingleInstance(folder, state)
    if not single.first():
        return 0
    app = App(RealFrontDoor(folder), pages, state, sources=palette_sources)
    single.raised.connect(app.raise_window)
    app.start()
    warm_up(app, Collector(application))
    code = application.exec()
    single.release()
    return code
