"""The seven axes: what the practitioner thinks of each and why, what belongs to it; and scores and plan on one line of time."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtGui import QKeySequence, QShortcut

from nmx_desk.domain.complaints import AXIS_NAMES, INSIGHT_NAMES
from nmx_desk.i18n import N_, _, ngettext
from nmx_desk.services import axes, course
from nmx_desk.services.axes import AxesSheet, AxisSheet
from nmx_desk.ui.care.course import CoursePanel
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.judging import JudgePanel, state_badge
from nmx_desk.ui.kit.labels import Label
from nmx_desk.ui.kit.layout import Segments, column, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme.tokens import Space

JUDGED, OVER_TIME = "judged", "time"
OWN_WORDS = N_("A hypothesis is the practitioner's own; nothing here is worked out by the program.")
NO_CAUSE = N_("One thing after another is not one thing because of another.")


class AxesPart(CarePart):
    """A row for each axis, a panel for one of them; or the line of time."""

    key: ClassVar[str] = "axes"
    tables: ClassVar[frozenset[str]] = frozenset({
        "axis_assessment", "complaint", "complaint_score", "outcome_score", "life_event", "lab_result", "consult_note", "plan",
        "plan_version", "plan_item", "follow_up",
    })  # fmt: skip

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self.sheet: AxesSheet | None = None
        self.show_what = Segments(_("Show"), ((JUDGED, _("The seven axes")), (OVER_TIME, _("Scores and plan over time"))))
        self.judge_button = Button(_("Judge"), self.judge, kind="primary", icon="pencil")
        self.about = Label("", role="muted", elide=True)
        self.table, self.course = self._table(), CoursePanel(frame)
        self.panel = JudgePanel(frame)
        QShortcut(QKeySequence("Ctrl+Return"), self.panel).activated.connect(self.panel.save)
        self.table.spare(("insight", "around"))
        self.panel.closed.connect(self.table.setFocus)
        self.table.opened.connect(lambda _one: self.judge())
        head = row(self.show_what, self.about, self.course.show_as, self.judge_button, space=Space.M)
        head.setStretch(1, 1)
        left = column(head, self.table, self.course, space=Space.M)
        left.setStretchFactor(self.table, 1)
        left.setStretchFactor(self.course, 1)
        whole = row(self.panel, space=Space.M)
        whole.insertLayout(0, left, 1)
        self.setLayout(whole)
        self.show_what.picked.connect(lambda _value: self._turn())
        self._turn()

    @classmethod
    def title(cls) -> str:
        """Name of the tab."""
        return _("Axes")

    def _table(self) -> Table[AxisSheet]:
        columns: list[Column[AxisSheet]] = [
            Column(key="axis", title=_("Axis"), text=lambda one: _(AXIS_NAMES[one.axis]), strong=True,
                   detail=lambda one: " ".join(one.now.hypothesis.split()) if one.now else "",
                   tooltip=lambda one: one.now.hypothesis if one.now else ""),
            Column(key="state", title=_("How strongly suspected"), text=lambda one: state_badge(_state(one)).text, width=180,
                   badge=lambda one: state_badge(_state(one)), sort_key=lambda one: -1 if _state(one) is None else _state(one)),
            Column(key="insight", title=_("Insight"), width=180,
                   text=lambda one: _(INSIGHT_NAMES[one.now.insight]) if one.now else "–"),
            Column(key="day", title=_("Judged on"), text=lambda one: dates.short(one.now.assessed_on) if one.now else "–", width=116,
                   detail=lambda one: ngettext("{n} time", "{n} times", len(one.judged)).format(n=len(one.judged)) if one.judged else ""),
            Column(key="around", title=_("Belongs to it"), text=_around, width=220, tooltip=_around),
        ]  # fmt: skip
        return Table(columns, name="axes", label=_("The seven axes"), settings=self.frame.user_settings, key=lambda one: one.axis)

    # -- reading ---------------------------------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Show nothing."""
        self.sheet = None
        self.table.set_rows([])
        self.course.clear()
        self.panel.hide()

    def load(self) -> None:
        """Ask for what is in sight."""
        if self.show_what.value() == OVER_TIME:
            self.frame.runner.latest(("care", "course"), course.open_course, self.client_id, then=self.course.show_sheet, owner=self)
        else:
            self.frame.runner.latest(("care", self.key), axes.open_axes, self.client_id, then=self._show, owner=self)

    def _show(self, sheet: AxesSheet) -> None:
        self.sheet = sheet
        self.table.set_rows(sheet.axes)
        self.table.choose_first()

    def _turn(self) -> None:
        """The other view; it stays while something typed is not saved."""
        if self.panel.dirty and self.show_what.value() == OVER_TIME:
            self.show_what.set_value(JUDGED)
            self.leave()
            return
        judged = self.show_what.value() == JUDGED
        self.judge_button.setVisible(judged and self.frame.desk.may("notes.write"))
        self.table.setVisible(judged)
        self.about.setText(_(OWN_WORDS) if judged else _(NO_CAUSE))
        for one in (self.course, self.course.show_as):
            one.setVisible(not judged)
        if not judged:
            self.panel.hide()
        if self.client_id:
            self.load()

    def leave(self) -> bool:
        """Stay while something typed is not saved."""
        if self.panel.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return False
        return True

    def commands(self) -> list[Command]:
        """What the palette offers."""
        found = [Command(_("Scores and plan over time"), self._over_time, "verloop tijdlijn scores plan curves", "", "chart-line")]
        if self.frame.desk.may("notes.write"):
            found.insert(0, Command(_("Judge the axis"), self.judge, "as beoordelen hypothese", "Ctrl+M", "pencil"))
        return found

    # -- doing -----------------------------------------------------------------------------------------------------------------------

    def _over_time(self) -> None:
        self.show_what.set_value(OVER_TIME)
        self._turn()

    def judge(self) -> None:
        """Open the chosen axis."""
        found = self.table.current()
        if found is not None and self.sheet is not None and self.show_what.value() == JUDGED and self.leave():
            self.panel.begin(self.client_id, found, self.sheet)


def _state(one: AxisSheet) -> int | None:
    return one.now.state if one.now else None


def _around(one: AxisSheet) -> str:
    counts = (
        (ngettext("{n} complaint", "{n} complaints", len(one.complaints)), len(one.complaints)),
        (ngettext("{n} event", "{n} events", len(one.events)), len(one.events)),
        (ngettext("{n} result", "{n} results", len(one.results)), len(one.results)),
    )
    return ", ".join(words.format(n=n) for words, n in counts if n) or "–"
