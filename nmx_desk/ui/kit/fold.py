"""A card that opens and closes; whether it is open is remembered for its user."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolButton

from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import Item, column, holder, row
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.theme import set_icon
from nmx_desk.ui.theme.tokens import Space

FOLDS = "folds"


class Fold(QFrame):
    """``key`` names it among what is remembered; ``said`` stands beside the title while it is closed. ``turned``: whether it is open."""

    turned = Signal(bool)

    def __init__(self, key: str, title: str, *items: Item, settings: UserSettings, opened: bool = True) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setAccessibleName(title)
        self._key, self._settings = key, settings
        self.head = QToolButton()
        self.head.setProperty("kind", "fold")
        self.head.setText(title.replace("&", "&&"))
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.head.setCursor(Qt.CursorShape.PointingHandCursor)
        self.said = Label("", look="small", role="muted", elide=True)
        self.body = column(*items)
        self._inside = holder(self.body)
        top = row(self.head, self.said, space=Space.S)
        top.setStretch(1, 1)
        top.addStretch(0)
        self.setLayout(column(top, self._inside, space=Space.S, margin=Space.M))
        self.head.setChecked(bool(settings.get(FOLDS, {}).get(key, opened)))
        self._look()
        self.head.toggled.connect(self._toggled)

    @property
    def is_open(self) -> bool:
        """Whether its content is in sight."""
        return self.head.isChecked()

    def set_said(self, words: str) -> None:
        """What it comes to, beside the title while it is closed."""
        self.said.setText(words)

    def open_now(self, *, on: bool = True) -> None:
        """Open or close it."""
        self.head.setChecked(on)

    def _toggled(self, on: bool) -> None:
        self._look()
        self._settings.put(FOLDS, {**self._settings.get(FOLDS, {}), self._key: on})
        self.turned.emit(on)

    def _look(self) -> None:
        on = self.is_open
        set_icon(self.head, "chevron-down" if on else "chevron-right", "muted")
        self._inside.setVisible(on)
        self.said.setVisible(not on)
