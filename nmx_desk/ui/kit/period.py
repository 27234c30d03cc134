"""Which days something is about: a month, a quarter, a year, or any."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import IconButton
from nmx_desk.ui.kit.inputs import ChoiceInput, DateInput
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import STRETCH, column, holder, row
from nmx_desk.ui.theme.tokens import Space

MONTHS = {"month": 1, "quarter": 3, "year": 12}


class PeriodInput(QWidget):
    """``changed`` when other days are meant. ``flat``: everything in one row."""

    changed = Signal()

    def __init__(self, today: date, *, flat: bool = False) -> None:
        super().__init__()
        options = [("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year")), ("free", _("From … to …"))]
        self.kind = ChoiceInput(options, name=_("Kind of period"))
        self.first, self.last = DateInput(name=_("First day")), DateInput(name=_("Last day"))
        self.shown = Label("", look="strong")
        earlier = IconButton("chevron-left", _("Earlier"), lambda: self._step(-1))
        later = IconButton("chevron-right", _("Later"), lambda: self._step(1))
        self._steps = holder(row(earlier, self.shown, *(() if flat else (STRETCH,)), later, space=Space.XS))
        self._free = holder(row(self.first, self.last, space=Space.S))
        parts = (self.kind, self._steps, self._free)
        self.setLayout(row(*parts, space=Space.S) if flat else column(*parts, space=Space.S))
        self._today = today
        self._start = today.replace(day=1)
        self.first.set_value(self._start)
        self.last.set_value(today)
        self.kind.edited.connect(self._turned)
        for field in (self.first, self.last):
            field.editingFinished.connect(self.changed)
        self._show()

    def days(self) -> tuple[date | None, date | None]:
        """First and last day, inclusive; None where the free dates cannot be understood."""
        if self.kind.value() == "free":
            return self.first.value(), self.last.value()
        months = MONTHS[self.kind.value()]
        first = self._start.replace(month=(self._start.month - 1) // months * months + 1)
        return first, _shift(first, months) - timedelta(days=1)

    def set_days(self, first: date, last: date) -> None:
        """Mean these days, as the month, quarter or year that they are."""
        whole = (kind for kind, months in MONTHS.items() if first.day == 1 and (first.month - 1) % months == 0
                 and last == _shift(first, months) - timedelta(days=1))  # fmt: skip
        self.kind.set_value(next(whole, "free"))
        self._start = first.replace(day=1)
        self.first.set_value(first)
        self.last.set_value(last)
        self._show()

    def kept(self) -> dict[str, str]:
        """What to remember. The month that runs is remembered as such: next month it is another one."""
        first, last = self.days()
        kind = str(self.kind.value())
        if first is None or last is None:
            return {}
        if kind != "free" and first <= self._today <= last:
            return {"kind": kind}
        return {"kind": kind, "first": first.isoformat(), "last": last.isoformat()}

    def set_kept(self, kept: object) -> None:
        """Mean what ``kept`` said; what cannot be understood is left as it was."""
        found = kept if isinstance(kept, dict) else {}
        try:
            self.set_days(date.fromisoformat(found["first"]), date.fromisoformat(found["last"]))
        except (KeyError, TypeError, ValueError):
            if found.get("kind") in MONTHS:
                self.kind.set_value(found["kind"])
                self._show()

    def _step(self, by: int) -> None:
        first = self.days()[0] or self._start
        self._start = _shift(first, by * MONTHS[self.kind.value()])
        self._show()
        self.changed.emit()

    def _turned(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        kind = self.kind.value()
        self._steps.setVisible(kind != "free")
        self._free.setVisible(kind == "free")
        if kind == "free":
            return
        first = self.days()[0] or self._start
        month = dates.locale().toString(QDate(first.year, first.month, 1), "MMMM yyyy")
        quarter = _("quarter {n}, {year}").format(n=(first.month + 2) // 3, year=first.year)
        self.shown.setText({"month": month, "quarter": quarter, "year": str(first.year)}[kind])


def _shift(first: date, months: int) -> date:
    """The first of the month so many months on."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
