"""How far long work is, with a way to stop it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import row
from nmx_desk.ui.theme.tokens import Space


class ProgressStrip(QWidget):
    """Title, bar, cancel. Fits in the bottom bar and in a dialog; ``report`` is what ``runner.do(progress=…)`` wants."""

    def __init__(self, cancel: Callable[[], object] | None = None) -> None:
        super().__init__()
        self._label = Label("", look="small", role="muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(120)
        self._bar.setAccessibleName(_("Progress"))
        box = row(self._label, self._bar, space=Space.S)
        if cancel:
            box.addWidget(IconButton("x", _("Stop"), cancel))
        self.setLayout(box)

    def set_title(self, title: str) -> None:
        """Say what runs."""
        self._label.setText(title)
        self._bar.setAccessibleName(title or _("Progress"))

    def report(self, done: int, total: int, text: str = "") -> None:
        """Show how far; a total of 0 is "not known"."""
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        if text:
            self._label.setText(text)
