"""What needs less room beside a panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.layout import Segments, row


class FoldingSegments(QWidget):
    """Segments that are one drop-down list while they are folded: no word of them is shortened. ``picked`` carries the value."""

    picked = Signal(object)

    def __init__(self, name: str, options: Sequence[tuple[Any, str]]) -> None:
        super().__init__()
        self.segments, self.choice = Segments(name, options), ChoiceInput(options, name=name)
        self.setLayout(row(self.segments, self.choice, space=0))
        self.segments.picked.connect(self._pick)
        self.choice.edited.connect(lambda: self._pick(self.choice.value()))
        self.choice.hide()

    def _pick(self, value: Any) -> None:
        self.set_value(value)
        self.picked.emit(value)

    def value(self) -> Any:
        """The chosen value."""
        return self.segments.value()

    def set_value(self, value: Any) -> None:
        """Choose without telling; an unknown value changes nothing."""
        self.segments.set_value(value)
        self.choice.set_value(self.segments.value())

    def fold(self, *, folded: bool) -> None:
        """Be the one or the other; the focus stays here."""
        shown = self.choice if folded else self.segments
        had_focus = self.isAncestorOf(self.window().focusWidget() or self)
        self.segments.setVisible(not folded)
        self.choice.setVisible(folded)
        if had_focus:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
