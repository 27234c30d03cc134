"""How a client lives: food, sleep, exercise and stress, each time they were asked."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from nmx_desk.domain.complaints import MOMENT_NAMES
from nmx_desk.domain.history import SMOKING_NAMES, LifestyleMeasurement
from nmx_desk.i18n import _
from nmx_desk.services import complaints
from nmx_desk.services.complaints import ComplaintsSheet
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.empty import EmptyState
from nmx_desk.ui.kit.form import Form
from nmx_desk.ui.kit.labels import muted
from nmx_desk.ui.kit.layout import STRETCH, column, row
from nmx_desk.ui.kit.lifestyle import hours, lifestyle_fields, told_of
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space


def _figure(value: int | None, unit: str = "") -> str:
    return "–" if value is None else f"{dates.number(value)}{unit}"


class LifestylePanel(EditPanel):
    """Asks everything at once; what stays empty is not measured."""

    def __init__(self, part: LifestylePart) -> None:
        super().__init__(_("Ask about lifestyle"))
        self._part = part
        self.form = Form(lifestyle_fields(), columns=2)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save")
        self.body.addWidget(muted(_("Empty is not measured.")))
        self.body.addWidget(self.form)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        self.form.submitted.connect(self.save)
        self.hide()

    def begin(self) -> None:
        """Ask anew."""
        self.form.clear()
        self.show()
        self.form.focus_first()

    def save(self) -> None:
        """Write down what was told."""
        values = self.form.checked()
        if values is not None:
            part = self._part
            part.frame.runner.do(complaints.measure, part.client_id, (), None, told_of(values), then=self._saved, owner=self.form)

    def _saved(self, source: str) -> None:
        self.form.mark_clean()
        self.close_panel()
        part = self._part
        undo = partial(part.frame.runner.do, complaints.forget_measurement, part.client_id, source, owner=part)
        part.frame.toast(_("Measured."), undo)


class LifestylePart(CarePart):
    """A row for each time it was asked, the newest first."""

    key: ClassVar[str] = "lifestyle"
    tables: ClassVar[frozenset[str]] = frozenset({"lifestyle_measurement"})

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.ask_button = Button(_("Ask now"), self.begin, kind="primary", icon="leaf")
        if not frame.desk.may("notes.write"):
            self.ask_button.hide()
        self.table = self._table()
        self.panel = LifestylePanel(self)
        self.panel.closed.connect(self.table.setFocus)
        left = column(row(muted(_("Food, sleep, exercise and stress, each time they were asked."), wrap=False), STRETCH, self.ask_button),
                      self.table, space=Space.M)  # fmt: skip
        left.setStretchFactor(self.table, 1)
        whole = row(self.panel, space=Space.M)
        whole.insertLayout(0, left, 1)
        self.setLayout(whole)

    @classmethod
    def title(cls) -> str:
        """Name of the tab."""
        return _("Lifestyle")

    def _table(self) -> Table[LifestyleMeasurement]:
        def figure(key: str, title: str, unit: str = "", width: int = 88) -> Column[LifestyleMeasurement]:
            return Column(key=key, title=title, text=lambda one: _figure(getattr(one, key), unit), align="right", width=width)

        columns: list[Column[LifestyleMeasurement]] = [
            Column(key="day", title=_("Date"), text=lambda one: dates.short(one.measured_on), strong=True,
                   detail=lambda one: _(MOMENT_NAMES.get(one.moment, "")) if one.moment in MOMENT_NAMES else ""),
            figure("nutrition", _("Food"), "", 72),
            figure("vegetables", _("Vegetables"), " g", 96),
            figure("alcohol", _("Alcohol"), "", 80),
            figure("caffeine", _("Caffeine"), "", 88),
            Column(key="sleep", title=_("Sleep"), align="right", width=80,
                   text=lambda one: _("{n} h").format(n=hours(one.sleep_half_hours)) if one.sleep_half_hours is not None else "–"),
            figure("sleep_quality", _("Quality"), "", 80),
            figure("exercise", _("Exercise"), " min", 96),
            figure("stress", _("Stress"), "", 72),
            Column(key="smoking", title=_("Smoking"), text=lambda one: _(SMOKING_NAMES[one.smoking]) if one.smoking else "–", width=120,
                   tooltip=lambda one: one.pattern),
        ]  # fmt: skip
        empty = EmptyState(_("Not asked yet"), _("Ask at the intake and at every evaluation."), icon="leaf")
        return Table(columns, name="lifestyle", label=self.title(), settings=self.frame.user_settings, empty=empty)

    def clear(self) -> None:
        """Show nothing."""
        self.table.set_rows([])
        self.panel.hide()

    def load(self) -> None:
        """Ask for what was measured."""
        self.frame.runner.latest(("care", self.key), complaints.open_complaints, self.client_id, then=self._show, owner=self)

    def _show(self, sheet: ComplaintsSheet) -> None:
        self.table.set_rows(list(reversed(sheet.lifestyle)))

    def begin(self) -> None:
        """Ask anew."""
        self.panel.begin()

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        if self.panel.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        return True

    def commands(self) -> list[Command]:
        """What the palette offers."""
        if not self.frame.desk.may("notes.write"):
            return []
        return [Command(_("Ask about lifestyle"), self.begin, "leefstijl voeding slaap beweging stress", "Ctrl+M", "leaf")]
