"""The colour of a type or a person, chosen by its name."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from nmx_desk.i18n import N_, _
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.theme import theme

HUES: Final = (
    (0, N_("Red")), (30, N_("Orange")), (50, N_("Yellow")), (110, N_("Green")), (170, N_("Teal")), (205, N_("Blue")), (265, N_("Violet")),
    (320, N_("Pink")),
)  # fmt: skip
SIDE = 16


def _apart(one: int, other: int) -> int:
    """How far two hues lie apart on the circle."""
    return min((one - other) % 360, (other - one) % 360)


class HueInput(ChoiceInput):
    """One of the hues that have a name. A hue between two of them goes by the nearer name and stays what it is."""

    def __init__(self, *, name: str = "") -> None:
        super().__init__([(hue, _(word)) for hue, word in HUES], name=name)
        self._tint()
        theme().changed.connect(self._tint)

    def set_value(self, value: Any) -> None:
        """Choose."""
        wanted = value if isinstance(value, int) else HUES[0][0]
        nearest = min(range(self.count()), key=lambda row: _apart(HUES[row][0], wanted), default=-1)
        for row in range(self.count()):
            self.setItemData(row, wanted if row == nearest else HUES[row][0])
        self.setCurrentIndex(nearest)
        self._tint()

    def _tint(self) -> None:
        for row in range(self.count()):
            self.setItemIcon(row, dot(self.itemData(row)))


def dot(hue: int) -> QIcon:
    """A dot of the colour; the word beside it says the same."""
    picture = QPixmap(SIDE * 2, SIDE * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().of_hue(hue, strong=True))
    painter.drawEllipse(QRectF(2, 2, SIDE - 4, SIDE - 4))
    painter.end()
    return QIcon(picture)
