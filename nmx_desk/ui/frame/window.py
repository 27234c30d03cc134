"""The main window. It only navigates: pages do the work, the runner carries it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPlainTextEdit, QStackedWidget, QWidget

from nmx_desk.domain.rights import RIGHTS, right_name
from nmx_desk.i18n import _
from nmx_desk.ui.frame import account
from nmx_desk.ui.frame.bottombar import BottomBar
from nmx_desk.ui.frame.history import History, Place
from nmx_desk.ui.frame.palette import Deliver, Palette, Result, Source
from nmx_desk.ui.frame.rail import Entry, Rail
from nmx_desk.ui.frame.shortcuts import show_shortcuts
from nmx_desk.ui.frame.topbar import TopBar
from nmx_desk.ui.kit.door import Changes
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import SidePanel, column, holder, row
from nmx_desk.ui.kit.manual import ManualPanel
from nmx_desk.ui.kit.messages import Banner, Toast
from nmx_desk.ui.kit.page import Command, Page
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.runner import Runner
from nmx_desk.ui.theme import Hue, theme

NOTIFY = "notify_requests"  # of a user: whether new requests are told outside the window
ROOMY = 1000  # pixels at 100 % text


class MainWindow(QMainWindow):
    """The frame of all pages (``kit.page.Frame``)."""

    lock_asked = Signal()
    switch_user_asked = Signal()
    sign_out_asked = Signal()
    language_chosen = Signal(str)
    scale_chosen = Signal(str)
    closed = Signal()
    restore_asked = Signal(str, object)  # the file, why it is allowed
    sign_in_asked = Signal(str)  # what to say above the sign-in
    rebuild_asked = Signal(str)  # what to say in the window that is built again
    look_asked = Signal()  # whether the database is all right again
    notify_chosen = Signal(bool)  # of new requests, outside the window too

    def __init__(
        self, runner: Runner, pages: Sequence[type[Page]], settings: UserSettings, *, now: Callable[[], datetime] | None = None,
        station: UserSettings | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.runner, self.desk, self.user_settings, self.station = runner, runner.desk, settings, station or UserSettings()
        self._clock = now or (lambda: datetime.now(UTC))
        open_now = [page for page in pages if page.in_rescue or not runner.desk.read_only]
        allowed = [page for page in open_now if page.right is None or runner.desk.may(page.right)]
        self._kinds = {page.name: page for page in sorted(allowed, key=lambda page: page.rail_order)}
        self._pages: dict[str, Page] = {}
        self._history = History()
        self._place: Place | None = None
        self._trouble = ""
        self._roomy = True
        self.setWindowTitle(f"{self.desk.clinic_name} – NMX Desk")
        self.setMinimumSize(960, 600)
        self._build()
        self.toaster = Toast(self, self.bottom)
        self.palette_box = Palette(self)
        self.manual = ManualPanel(self)
        self.manual.asked.connect(lambda page, part: self.go(page, **({"part": part} if part else {})))
        self.set_sources([])
        self._connect()
        self._restore()
        self.count()
        self.bottom.set_log(self.desk.log_size, ok=False if self.desk.read_only else None)

    # What pages may use ---------------------------------------------------------------------------------------------------------

    def go(self, name: str, *, once: dict[str, Any] | None = None, **where: Any) -> None:
        """Go to a page, unless the one in sight wants to be finished first or the user may not. ``once``: asked now, not on coming back."""
        place = Place(name, {key: value.isoformat() if isinstance(value, date) else value for key, value in where.items()})
        if self._show(place, once):
            self._history.visit(place)
            self._told_steps()

    def toast(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Say that something was done."""
        self.toaster.say(text, action=undo)

    def now(self) -> datetime:
        """Aware UTC."""
        return self._clock()

    def say_problem(self, message: str, action_text: str, action: Callable[[], object] | None, lasting: bool) -> None:
        """Errors that belong to no field: a toast, or a banner when it lasts (``ui/errors.py``)."""
        if lasting:
            self.banner.say(message, Hue.WARN, action_text=action_text, action=action)
        else:
            self.toaster.say(message, action_text, action)

    def say_news(self, message: str, action: Callable[[], object]) -> None:
        """What happened by itself: after what is said of somebody's own doing."""
        self.toaster.tell(message, _("Look"), action)

    def put_back(self, file: str, permit: object) -> None:
        """Close everything and go to where a backup is put back."""
        self.restore_asked.emit(file, permit)

    def sign_in_again(self, message: str) -> None:
        """Close everything and sign in again."""
        self.sign_in_asked.emit(message)

    def search(self) -> None:
        """Open the palette."""
        self.palette_box.open()

    def log_checked(self, entries: int, *, ok: bool) -> None:
        """Keep saying in the bottom bar how a verification ended."""
        self.bottom.set_log(entries, ok=ok)

    # What app.py uses -----------------------------------------------------------------------------------------------------------

    def set_sources(self, sources: Sequence[Source]) -> None:
        """Who else answers in the palette, before pages and commands: clients, requests."""
        self.palette_box.set_sources([*sources, self._find_commands, self._find_pages])

    def page(self, name: str) -> Page:
        """The page of that name, made when first asked for."""
        if name not in self._pages:
            made = self._pages[name] = self._kinds[name](self)
            self._stack.addWidget(made)
            for command in made.commands():
                if command.shortcut:
                    self._page_shortcut(made, command.shortcut)
        return self._pages[name]

    def current(self) -> Page | None:
        """The page in sight."""
        return self._pages.get(self._place.name) if self._place else None

    def start(self) -> None:
        """Go to the page one was at last, or the first."""
        last = self.user_settings.get("last_place", {})
        name = last.get("name") if isinstance(last, dict) else None
        if name in self._kinds:
            self.go(str(name), **last.get("where", {}))
        elif self._kinds:
            self.go(next(iter(self._kinds)))
        self._say_two_step()

    def leave(self) -> bool:
        """Let the page in sight save; True if it is ready to go. Remembers the window."""
        page = self.current()
        ready = page is None or page.leave()
        self._remember()
        return ready

    # Inside ---------------------------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        entries = [
            Entry(kind.name, kind.title(), kind.icon, f"Ctrl+{number}" if number < 10 else "")
            for number, kind in enumerate((kind for kind in self._kinds.values() if kind.in_rail), 1)
        ]
        self._order = [entry.name for entry in entries]
        self.rail = Rail(self.desk.clinic_name, entries)
        notify = bool(self.user_settings.get(NOTIFY, True)) if self.desk.may("requests.read") else None
        self.top = TopBar(self.desk.user.display_name or self.desk.user.username, notify)
        self.bottom = BottomBar()
        self.banner = Banner()
        self._stack = QStackedWidget()
        self.banner.setProperty("place", "frame")
        parts = [self._demo_strip()] if self.desk.is_demo else []
        right = column(*parts, self.top, self.banner, self._stack, self.bottom, space=0)
        right.setStretchFactor(self._stack, 1)
        content = holder(row(self.rail, holder(right), space=0))
        content.setProperty("look", "window")
        self.setCentralWidget(content)

    def _demo_strip(self) -> QWidget:
        label = Label(_("DEMO: everybody in this clinic is invented"), look="small", role="warn")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setProperty("demo", "true")
        return label

    def _connect(self) -> None:
        self.rail.chosen.connect(self.go)
        self.rail.resized.connect(self._rail_resized)
        self.top.back.connect(lambda: self._move(-1))
        self.top.forward.connect(lambda: self._move(1))
        self.top.search.connect(self.palette_box.open)
        self.top.lock.connect(self.lock_asked)
        self.top.switch_user.connect(self.switch_user_asked)
        self.top.sign_out.connect(self.sign_out_asked)
        self.top.shortcuts.connect(self._show_shortcuts)
        self.top.manual.connect(self.show_manual)
        self.top.password.connect(partial(account.change_password, self))
        self.top.two_step.connect(partial(account.two_step, self))
        self.top.language_chosen.connect(self.language_chosen)
        self.top.mode_chosen.connect(self._use_mode)
        self.top.scale_chosen.connect(self.scale_chosen)
        self.top.notify_chosen.connect(self.notify_chosen)
        self.runner.changed.connect(self._changed)
        self.toaster.room.connect(self.bottom.make_room)
        self.runner.work_changed.connect(self.bottom.set_work)
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+K": self.palette_box.open, "Ctrl+L": self.lock_asked.emit, "Ctrl+/": self._show_shortcuts,
            "Alt+Left": lambda: self._move(-1), "Alt+Right": lambda: self._move(1), "Ctrl+Z": self._undo,
            "F1": self.show_manual, "Ctrl+H": self.show_history,
        }  # fmt: skip
        for number, name in enumerate(self._order[:9], 1):
            keys[f"Ctrl+{number}"] = partial(self.go, name)
        for sequence, run in keys.items():
            QShortcut(QKeySequence(sequence), self).activated.connect(run)

    def _page_shortcut(self, page: Page, sequence: str) -> None:
        """Run whatever the page offers under these keys at that moment; also when the rail or the top bar has the focus."""
        shortcut = QShortcut(QKeySequence(sequence), page, context=Qt.ShortcutContext.WindowShortcut)  # a hidden page hears nothing

        def run() -> None:
            if not self.palette_box.isVisible():
                next((command.run() for command in page.commands() if command.shortcut == sequence), None)

        shortcut.activated.connect(run)

    def _show(self, place: Place, once: dict[str, Any] | None = None) -> bool:
        if place.name not in self._kinds:
            self.toast(_("This page is not available to you."))
            return False
        before = self.current()
        if before is not None and self._place != place and not before.leave():
            self.rail.set_current(before.rail_as or before.name)
            return False
        page = self.page(place.name)
        self._place = place
        self._stack.setCurrentWidget(page)
        self.rail.set_current(page.rail_as or place.name)
        focus = self.focusWidget()
        if focus is None or not page.isAncestorOf(focus):
            page.setFocus(Qt.FocusReason.OtherFocusReason)  # Tab begins at the top of the page, not in the rail
        page.arrive(**place.where, **(once or {}))
        return True

    def _move(self, by: int) -> None:
        place = self._history.step(by)
        if place and self._show(place):
            self._history.move(by)
            self._told_steps()

    def _told_steps(self) -> None:
        self.top.set_steps(back=self._history.step(-1) is not None, forward=self._history.step(1) is not None)

    def say_trouble(self, message: str) -> None:
        """A banner about the database itself, until it is over (no message)."""
        if message:
            self._trouble = message
            self.banner.say(message, Hue.WARN, action_text=_("Try again"), action=self.look_asked.emit)
        elif self.banner.text == self._trouble:
            self.banner.hide()

    def _say_two_step(self) -> None:
        """Where the clinic asks two-step sign-in of this user: what it opens is not in sight until then, so say it."""
        lacking = [right_name(right) for right in RIGHTS if self.desk.lacks_code(right)]
        if lacking and not self.desk.read_only:
            text = _("The clinic asks two-step sign-in for this: {right}. Turn it on in the user menu, at the top right.")
            act = partial(account.two_step, self)
            self.banner.say(text.format(right=", ".join(lacking)), Hue.WARN, action_text=_("Turn on"), action=act)

    def say_doubt(self) -> None:
        """The verification of the day found something."""
        self.banner.say(_("The log of this clinic is not intact. Tell the manager: the log page names what was found."), Hue.DANGER)

    def log_stands(self, entries: int, ok: bool | None) -> None:
        """What the bottom bar says of the log."""
        if not self.desk.read_only:
            self.bottom.set_log(entries, ok=ok)

    def others_wrote(self) -> None:
        """Another program changed the clinic's file: show it as it is now."""
        self._changed(None)

    def _changed(self, changes: Changes | None) -> None:
        page = self.current()
        if page is not None:
            page.refresh(changes)
        self.count()
        self.bottom.set_log(self.desk.log_size)

    def count(self) -> None:
        """Ask the numbers on the rail again."""
        for name in self._order:
            case = self._kinds[name].badge_use_case
            if case is not None:
                self.runner.latest(("badge", name), case, then=partial(self.rail.set_number, name), owner=self)

    def _commands(self) -> list[Command]:
        page = self.current()
        everywhere = [
            Command(_("Lock"), self.lock_asked.emit, "vergrendel lock", "Ctrl+L", "lock"),
            Command(_("Switch user"), self.switch_user_asked.emit, "wissel gebruiker switch user", icon="users"),
            Command(_("History of this record"), self.show_history, "geschiedenis logboek history", "Ctrl+H", "history"),
            Command(_("Change my password"), partial(account.change_password, self), "wachtwoord wijzigen password", icon="key-round"),
            Command(_("Two-step sign-in"), partial(account.two_step, self), "twee stappen totp code", icon="smartphone"),
            Command(_("Manual"), self.show_manual, "handleiding hulp uitleg help manual", "F1", "circle-help"),
            Command(_("Keyboard shortcuts"), self._show_shortcuts, "sneltoetsen keys help", "Ctrl+/", "keyboard"),
        ]
        return [*(page.commands() if page else []), *everywhere]

    def _find_commands(self, query: str, deliver: Deliver) -> None:
        found = [c for c in self._commands() if _matches(query, f"{c.title} {c.keywords}")]
        deliver([Result(c.title, c.run, icon=c.icon, group=_("Do"), hint=c.shortcut) for c in found])

    def _find_pages(self, query: str, deliver: Deliver) -> None:
        kinds = [self._kinds[name] for name in self._order if _matches(query, self._kinds[name].title())]
        keys = {name: f"Ctrl+{number}" for number, name in enumerate(self._order[:9], 1)}
        group = _("Go to")
        deliver([Result(k.title(), partial(self.go, k.name), icon=k.icon, group=group, hint=keys.get(k.name, "")) for k in kinds])

    def _show_shortcuts(self) -> None:
        page = self.current()
        show_shortcuts(self, page.commands() if page else [])

    def show_history(self) -> None:
        """Who saw or changed what is in sight."""
        page = self.current()
        where: dict[str, Any] = {**page.record()} if page else {}
        if where and "log" in self._kinds:
            self.go("log", **where)
        else:
            self.toast(_("Open or choose a record first; then its history can be shown."))

    def show_manual(self) -> None:
        """Open the manual at the page in sight."""
        page = self.current()
        self.manual.open_at(page.manual() if page else "")

    def _undo(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, (QLineEdit, QPlainTextEdit)):
            focus.undo()
        else:
            self.toaster.undo()

    def _use_mode(self, mode: str) -> None:
        theme().use(mode)
        self.user_settings.put("mode", mode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the top thing: message, then panel."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.toaster.isVisible():
            self.toaster.hide()
        elif self.manual.isVisible():
            self.manual.close_panel()
        else:
            page = self.current()
            panels = [panel for panel in page.findChildren(SidePanel) if panel.isVisible()] if page else []
            if panels:
                panels[-1].leave_panel()

    def _restore(self) -> None:
        self.rail.set_wide(bool(self.user_settings.get("rail_wide", True)))
        saved = self.user_settings.get("geometry", "")
        if not (saved and self.restoreGeometry(QByteArray(base64.b64decode(str(saved))))):
            self.resize(1440, 900)

    def _rail_resized(self, wide: bool) -> None:
        self.user_settings.put("rail_wide", wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where large text leaves the pages little room, the rail is narrow; the user may make it wide again."""
        super().resizeEvent(event)
        roomy = self.width() >= ROOMY * theme().text_scale
        if roomy is not self._roomy:
            self._roomy = roomy
            self.rail.set_wide(roomy and bool(self.user_settings.get("rail_wide", True)))

    def _remember(self) -> None:
        self.user_settings.put("geometry", base64.b64encode(self.saveGeometry().data()).decode())
        if self._place:
            self.user_settings.put("last_place", {"name": self._place.name, "where": self._place.where})
        self.user_settings.save()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The page in sight may save first."""
        if self.leave():
            self.closed.emit()
            event.accept()
        else:
            event.ignore()


def _matches(query: str, text: str) -> bool:
    """Every word typed begins a word of the text."""
    words = text.casefold().split()
    return all(any(word.startswith(part) for word in words) for part in query.casefold().split())
