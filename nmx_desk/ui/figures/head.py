"""Which days and whose figures: the period and the filters, kept for the next visit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.kpi_shapes import Filters
from nmx_desk.i18n import _
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.layout import STRETCH, column, holder, row
from nmx_desk.ui.kit.period import PeriodInput
from nmx_desk.ui.kit.settings import UserSettings
from nmx_desk.ui.theme.tokens import Space

KEPT = "figures"


class FigureFilters(QWidget):
    """Period, practitioner, source, type of appointment, location where there are several. ``changed`` when something else is meant."""

    changed = Signal()

    def __init__(self, settings: UserSettings, today: date) -> None:
        super().__init__()
        self._settings = settings
        self.period = PeriodInput(today, flat=True)
        self.practitioner = ChoiceInput(blank=_("All practitioners"), name=_("Practitioner"))
        self.source = ChoiceInput(blank=_("All sources"), name=_("Source"))
        self.kind = ChoiceInput(blank=_("All appointment types"), name=_("Appointment type"))
        self.location = ChoiceInput(blank=_("All locations"), name=_("Location"))
        self._there = holder(row(self.location, STRETCH))
        self._there.hide()
        self.clear = Button(_("All"), self._clear, kind="quiet", icon="x", name=_("Take the filters away"))
        most = row(self.period, self.practitioner, self.source, self.kind, self.clear, STRETCH, space=Space.S)
        self.setLayout(column(most, self._there, space=Space.S))
        self._wanted = self._kept()
        self.period.set_kept(self._settings.get(KEPT, {}))
        self.clear.setVisible(bool(self._wanted))
        self.period.changed.connect(self._changed)
        for field in self._fields().values():
            field.edited.connect(self._changed)

    def _fields(self) -> dict[str, ChoiceInput]:
        fields = self.practitioner, self.source, self.kind, self.location
        return dict(zip(("practitioner_id", "source", "type_code", "location_id"), fields, strict=True))

    def offer(self, *choices: Sequence[tuple[str, str]]) -> None:
        """What there is to choose from, as (value, words): practitioners, sources, types, locations."""
        self._there.setVisible(bool(choices[-1]))
        for (key, field), options in zip(self._fields().items(), choices, strict=True):
            field.set_options(options)
            field.set_value(self._wanted.get(key) or None)
            if field.value() is None:
                self._wanted.pop(key, None)
        self.clear.setVisible(bool(self._wanted))

    def filters(self) -> Filters:
        """What is chosen."""
        return Filters(**self._wanted)

    def days(self) -> tuple[date, date] | None:
        """First and last day; None while they cannot be understood."""
        first, last = self.period.days()
        return (first, last) if first is not None and last is not None and first <= last else None

    def mean(self, first: date, last: date) -> None:
        """Mean these days, of everybody and everything, and remember that."""
        self.period.set_days(first, last)
        for field in self._fields().values():
            field.set_value(None)
        self._wanted = {}
        self.clear.hide()
        self._remember()

    def _kept(self) -> dict[str, str]:
        kept = self._settings.get(KEPT, {})
        found = kept.get("filters", {}) if isinstance(kept, dict) else {}
        known = found.items() if isinstance(found, dict) else ()
        return {key: value for key, value in known if key in self._fields() and isinstance(value, str) and value}

    def _clear(self) -> None:
        for field in self._fields().values():
            field.set_value(None)
        self.practitioner.setFocus()
        self._changed()

    def _changed(self) -> None:
        self._wanted = {key: field.value() for key, field in self._fields().items() if field.value()}
        self.clear.setVisible(bool(self._wanted))
        self._remember()
        self.changed.emit()

    def _remember(self) -> None:
        kept = self._settings.get(KEPT, {})
        rest = {key: value for key, value in kept.items() if key == "as_table"} if isinstance(kept, dict) else {}
        self._settings.put(KEPT, {**rest, **self.period.kept(), "filters": self._wanted})
