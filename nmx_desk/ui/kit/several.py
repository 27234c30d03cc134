"""A few things of which any number can be chosen, as buttons side by side: the days of the week, the moments of a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.theme.tokens import Space


class SeveralInput(QWidget):
    """Its value is the codes that are chosen, in the order of the options, with a space between; Space chooses, Tab goes on."""

    edited = Signal()

    def __init__(self, options: Sequence[tuple[str, str]], *, in_row: int = 7, name: str = "") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.buttons: dict[str, QToolButton] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(Space.XS)
        for number, (code, label) in enumerate(options):
            button = self.buttons[code] = self._button(label, name)
            grid.addWidget(button, number // in_row, number % in_row)

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """To the first; not by a focus proxy, from which Tab would come back to here again and again."""
        next(iter(self.buttons.values())).setFocus(reason)

    def _button(self, label: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setText(label.replace("&", "&&"))
        button.setAccessibleName(_("{name}: {value}").format(name=name, value=label))
        button.setCheckable(True)
        button.setProperty("kind", "segment")
        button.setProperty("place", "only")
        button.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _on: self.edited.emit())
        return button

    def value(self) -> str:
        """The codes that are chosen."""
        return " ".join(code for code, button in self.buttons.items() if button.isChecked())

    def set_value(self, value: Any) -> None:
        """Choose these codes."""
        chosen = str(value or "").split()
        for code, button in self.buttons.items():
            button.setChecked(code in chosen)

    def problem(self) -> str:
        """Never."""
        return ""

    def set_read_only(self, on: bool) -> None:
        """Show without letting it be changed."""
        for button in self.buttons.values():
            button.setEnabled(not on)
