"""The top bar: back and forward, the one search, who is signed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QFrame, QMenu, QPushButton, QToolButton

from nmx_desk.i18n import _, language, ngettext
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.layout import STRETCH, row
from nmx_desk.ui.theme import set_icon, theme
from nmx_desk.ui.theme.tokens import Space

SEARCH_WIDTH = 420
SCALES = (1.0, 1.25, 1.5)


class TopBar(QFrame):
    """Only says what was asked for."""

    back = Signal()
    forward = Signal()
    search = Signal()
    lock = Signal()
    switch_user = Signal()
    sign_out = Signal()
    unsigned = Signal()
    password = Signal()
    two_step = Signal()
    shortcuts = Signal()
    manual = Signal()
    language_chosen = Signal(str)
    mode_chosen = Signal(str)
    notify_chosen = Signal(bool)
    scale_chosen = Signal(str)  # of the text: 1.0, 1.25 or 1.5

    def __init__(self, who: str, notify: bool | None = None) -> None:
        super().__init__()
        self._notify = notify
        self.setProperty("look", "topbar")
        self.setAccessibleName(_("Top bar"))
        self._back = IconButton("arrow-left", _("Back"), self.back.emit, shortcut="Alt+←")
        self._forward = IconButton("arrow-right", _("Forward"), self.forward.emit, shortcut="Alt+→")
        search = QPushButton(_("Search or do something …") + "    Ctrl+K")
        search.setProperty("look", "searchbar")
        search.setAccessibleName(_("Search or do something"))
        search.setCursor(Qt.CursorShape.PointingHandCursor)
        search.setMinimumWidth(SEARCH_WIDTH)
        set_icon(search, "search", "muted", 16, gap=Space.XS)
        search.clicked.connect(self.search)
        lock = IconButton("lock", _("Lock"), self.lock.emit, shortcut="Ctrl+L")
        box = row(self._back, self._forward, STRETCH, search, STRETCH, lock, self._user_button(who), space=Space.XS)
        box.setContentsMargins(Space.M, Space.S, Space.M, Space.S)
        self.setLayout(box)
        self.set_steps(back=False, forward=False)

    def set_steps(self, *, back: bool, forward: bool) -> None:
        """Whether there is a way back and forward."""
        self._back.setEnabled(back)
        self._forward.setEnabled(forward)

    def _user_button(self, who: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "user")
        button.setText(" " + who.replace("&", "&&"))
        button.setAccessibleName(_("Signed in: {name}").format(name=who))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        set_icon(button, "circle-user-round", "accent", 22)
        button.setMenu(self._menu())
        return button

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAccessibleName(_("User menu"))
        names = (("nl", "Nederlands"), ("en", "English"))
        self._choices(menu, names, language(), self.language_chosen.emit)
        menu.addSeparator()
        modes = (("system", _("Light or dark as the system")), ("light", _("Light")), ("dark", _("Dark")))
        self._choices(menu, modes, theme().mode, self.mode_chosen.emit)
        menu.addSeparator()
        scales = [(str(scale), _("Text {n} %").format(n=round(100 * scale))) for scale in SCALES]
        self._choices(menu, scales, str(theme().text_scale), self.scale_chosen.emit)
        menu.addSeparator()
        if self._notify is not None:
            self._switch(menu, _("Say it when new requests come in"), self.notify_chosen.emit, on=self._notify)
            menu.addSeparator()
        self._entry(menu, _("Change my password …"), self.password.emit)
        self._entry(menu, _("Two-step sign-in …"), self.two_step.emit)
        menu.addSeparator()
        self._entry(menu, _("Manual"), self.manual.emit, "F1")
        self._entry(menu, _("Keyboard shortcuts"), self.shortcuts.emit, "Ctrl+/")
        menu.addSeparator()
        self._unsigned = self._entry(menu, "", self.unsigned.emit)
        self._unsigned.setVisible(False)
        self._entry(menu, _("Lock"), self.lock.emit, "Ctrl+L")
        self._entry(menu, _("Switch user"), self.switch_user.emit)
        self._entry(menu, _("Sign out and close"), self.sign_out.emit)
        return menu

    def _choices(self, menu: QMenu, options: Sequence[tuple[str, str]], chosen: str, tell: Callable[[str], None]) -> None:
        group = QActionGroup(menu)
        for value, label in options:
            action = group.addAction(QAction(label, menu))
            action.setCheckable(True)
            action.setChecked(value == chosen)
            action.triggered.connect(lambda _checked=False, value=value: tell(value))
            menu.addAction(action)

    def _switch(self, menu: QMenu, title: str, tell: Callable[[bool], None], *, on: bool) -> None:
        action = menu.addAction(title)
        action.setCheckable(True)
        action.setChecked(on)
        action.toggled.connect(tell)

    def say_unsigned(self, number: int) -> None:
        """Beside the ways out: how many notes of today are not signed."""
        self._unsigned.setVisible(number > 0)
        text = ngettext("A note of today is not signed yet", "{n} notes of today are not signed yet", number)
        self._unsigned.setText(text.format(n=number))

    def _entry(self, menu: QMenu, title: str, run: Callable[[], None], shortcut: str = "") -> QAction:
        action = menu.addAction(f"{title}\t{shortcut}" if shortcut else title)
        action.triggered.connect(lambda: run())  # noqa: PLW0108 (the bare function would get the checked state)
        return action
