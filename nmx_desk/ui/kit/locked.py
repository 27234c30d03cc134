"""What stands in a tab that opens with a written reason only: nothing is asked until the user says so."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import row
from nmx_desk.ui.theme.tokens import Space


class Locked(QWidget):
    """``asked``: the user wants to look; the desk asks for the reason."""

    asked = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        look = Button(_("Look, with a reason"), self.asked.emit, icon="lock-open")
        line = row(muted(words), look, space=Space.M)
        line.setStretch(0, 1)
        self.setLayout(line)
        self.hide()
