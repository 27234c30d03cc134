"""What goes on beside the work: the watches over mailbox, folder, calendars, requests and scheduled reports, and how each is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from nmx_desk.i18n import _, ngettext
from nmx_desk.services.watched_folder import FoundFile
from nmx_desk.ui.frame.desktop import DesktopNote
from nmx_desk.ui.frame.incoming import CalendarWatch, FolderWatch, MailWatch, OutboxWatch
from nmx_desk.ui.frame.notices import Noticed, Notices
from nmx_desk.ui.frame.scheduled import ReportWatch
from nmx_desk.ui.frame.window import NOTIFY, MainWindow
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.incoming import IncomingHere
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import Hue


class Arrivals(QObject):
    """As long as somebody is signed in. What is told holds numbers only, so that a screen others see gives no name away."""

    raise_asked = Signal()

    def __init__(
        self, runner: Runner, station: UserSettings, settings: UserSettings, noticed: Noticed, now: Callable[[], datetime]
    ) -> None:
        super().__init__(runner)
        here = IncomingHere(station, "" if runner.desk.read_only else runner.desk.db_uuid)
        self._settings = settings
        self._window: MainWindow | None = None
        self.desktop = DesktopNote(self)
        self.mail, self.folder, self.outbox = MailWatch(runner, here), FolderWatch(runner, here), OutboxWatch(runner, here)
        self.calendars, self.reports = CalendarWatch(runner, here), ReportWatch(runner)
        self.notices = Notices(runner, noticed, now)
        self.desktop.clicked.connect(self._come)
        self.mail.trouble.connect(self._mail_trouble)
        self.outbox.trouble.connect(self._outbox_trouble)
        self.folder.trouble.connect(partial(self._trouble, self.folder.again))
        if runner.desk.may("agenda.manage"):  # who can mend it
            self.calendars.trouble.connect(self._calendar_trouble)
        self.reports.trouble.connect(self._report_trouble)
        self.reports.written.connect(self._written)
        self.folder.to_look.connect(self._look_at)
        self.notices.arrived.connect(self._arrived)
        self.notices.due.connect(self._due)
        self.notices.counted.connect(self._count)

    def use(self, window: MainWindow) -> None:
        """Tell it in this window from now on."""
        self._window = window
        window.notify_chosen.connect(self._choose)

    def end(self) -> None:
        """Tell nothing more."""
        self._window = None
        self.desktop.end()

    def _arrived(self, n: int) -> None:
        window = self._window
        if window is None or not self._settings.get(NOTIFY, True):
            return
        text = ngettext("{n} new request came in.", "{n} new requests came in.", n).format(n=dates.number(n))
        if window.isActiveWindow() or not self.desktop.say("NMX Desk", text):
            window.say_news(text, self._come)
            QApplication.alert(window)

    def _due(self, n: int) -> None:
        if self._window is not None:
            text = ngettext("It is time to call: {n} request.", "It is time to call: {n} requests.", n).format(n=dates.number(n))
            self._window.say_news(text, partial(self._go, state="recall"))

    def _come(self) -> None:
        self.raise_asked.emit()
        self._go(state="new")

    def _go(self, **once: str) -> None:
        if self._window is not None:
            self._window.go("requests", once=once)

    def _count(self) -> None:
        if self._window is not None:
            self._window.count()

    def _mail_trouble(self, message: str) -> None:
        self._trouble(self.mail.again, _("The website's mailbox was not read. {why}").format(why=message))

    def _outbox_trouble(self, message: str) -> None:
        self._trouble(self.outbox.again, _("The mail was not sent. {why}").format(why=message))

    def _calendar_trouble(self, message: str) -> None:
        self._trouble(self.calendars.again, _("Not everything could be read or published: {why}").format(why=message))

    def _report_trouble(self, message: str) -> None:
        self._trouble(self.reports.again, _("A scheduled report was not written. {why}").format(why=message))

    def _written(self, files: list[str]) -> None:
        if self._window is not None:
            text = ngettext("A scheduled report was written: {name}", "{n} files of scheduled reports were written.", len(files))
            self._window.toast(text.format(name=files[0], n=dates.number(len(files))))

    def _trouble(self, again: Callable[[], object], message: str) -> None:
        if self._window is not None:
            self._window.banner.say(message, Hue.WARN, action_text=_("Try again"), action=again)

    def _look_at(self, found: FoundFile) -> None:
        if self._window is not None:
            text = _("The file “{name}” came in. {why}").format(name=found.name, why=found.why)
            look = partial(self._go, file=found.path)
            self._window.banner.say(text, Hue.INFO, action_text=_("Look at the file"), action=look)

    def _choose(self, on: bool) -> None:
        self._settings.put(NOTIFY, on)
        self._settings.save()
