"""An input for a date as precise as somebody knows it: a year, a month, a day, or an age."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtGui import QFocusEvent

from nmx_desk.domain import partial_dates
from nmx_desk.i18n import _
from nmx_desk.ui.kit.inputs import TextInput


class PartialDateInput(TextInput):
    """``value()`` is the text that is kept (``2019-05``, ``a7``), None for what is no date; the desk says whether it lies ahead."""

    def __init__(self, *, name: str = "") -> None:
        super().__init__(max_length=40, placeholder=_("2019, 5-2019, 7 years"), name=name)

    def value(self) -> str | None:
        """What was typed, as it is kept."""
        return partial_dates.parse(self.text(), date.max)

    def set_value(self, value: Any) -> None:
        """Show one that is kept."""
        super().set_value(partial_dates.typed(str(value)) if value else "")

    def problem(self) -> str:
        """Not a date."""
        if self.value() is not None:
            return ""
        return _("Write when as a year, a month and year, a day or an age, such as 2019, 5-2019 or 7 years.")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write it out, so that one sees what was understood."""
        if found := self.value():
            self.set_value(found)
        super().focusOutEvent(event)
