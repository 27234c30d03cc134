"""Buttons. One primary button per page; an icon alone needs a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from nmx_desk.ui.kit.labels import restyle, set_tip
from nmx_desk.ui.theme import set_icon
from nmx_desk.ui.theme.tokens import Space

Kind = Literal["primary", "secondary", "quiet", "danger", "link"]
ICON_ROLE = {"primary": "on_accent", "secondary": "text", "quiet": "accent", "danger": "on_danger", "link": "accent"}


class Button(QPushButton):
    """A button with a word. ``name`` is what a screen reader says when the word alone is too little ("Call" → "Call back now")."""

    def __init__(
        self, text: str, run: Callable[[], object] | None = None, *, kind: Kind = "secondary", icon: str = "", name: str = "", tip: str = ""
    ) -> None:
        super().__init__()
        self._icon = icon
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        self.setText(text)
        self.setAccessibleName(name or text)
        self.set_kind(kind)
        if tip:
            set_tip(self, tip)
        if run:
            self.clicked.connect(lambda: run())  # noqa: PLW0108 (the bare function would get the checked state)

    def setText(self, text: str) -> None:
        """Show a text; an ampersand is just an ampersand."""
        super().setText(text.replace("&", "&&"))
        self.setAccessibleName(text)

    def set_kind(self, kind: Kind) -> None:
        """Change the look."""
        self.setProperty("kind", kind)
        if self._icon:
            set_icon(self, self._icon, ICON_ROLE[kind], 16, gap=Space.XS)
        restyle(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button, as Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)


def offer_saving(save: Button, back: Button, first: QWidget, *, dirty: bool) -> None:
    """Save, and back to what is stored, while something is typed; who pressed either of them goes on at ``first``."""
    if not dirty and save.window().focusWidget() in {save, back}:
        first.setFocus(Qt.FocusReason.OtherFocusReason)
    save.setEnabled(dirty)
    back.setVisible(dirty)


class IconButton(QToolButton):
    """A button that is only an icon; its name is also the tooltip."""

    def __init__(self, icon: str, name: str, run: Callable[[], object] | None = None, *, role: str = "muted", shortcut: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "icon")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_look(icon, name, role=role, shortcut=shortcut)
        if run:
            self.clicked.connect(lambda: run())  # noqa: PLW0108 (the bare function would get the checked state)

    def set_look(self, icon: str, name: str, *, role: str = "muted", shortcut: str = "") -> None:
        """Change icon and name together."""
        set_icon(self, icon, role)
        self.setAccessibleName(name)
        set_tip(self, f"{name} ({shortcut})" if shortcut else name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it, as Space does."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)
