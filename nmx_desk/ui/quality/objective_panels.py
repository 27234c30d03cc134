"""The panel of a quality objective: what is to be reached, how it goes, its steps."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal

from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.objectives import DIRECTION_NAMES, OBJECTIVE_STATUS_NAMES, Objective, ObjectiveReading, ObjectiveStatus, decimal_of
from nmx_desk.i18n import _
from nmx_desk.services import objectives
from nmx_desk.services.objectives import ObjectivesSheet, ObjectiveView
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.asking import ask_values
from nmx_desk.ui.kit.buttons import Button, IconButton
from nmx_desk.ui.kit.form import Field
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, muted
from nmx_desk.ui.kit.layout import STRETCH, Card, column, empty_layout, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.kit.paper_view import PaperView
from nmx_desk.ui.quality.case_parts import CameFrom, CaseActions, CaseFiles
from nmx_desk.ui.quality.listed import RecordPanel
from nmx_desk.ui.quality.trend import TrendLine
from nmx_desk.ui.theme.tokens import Space

S = ObjectiveStatus
ENDS = (S.REACHED, S.MISSED, S.DROPPED)


class ObjectivePanel(RecordPanel):
    """``stepped`` when something of it changed without the form; ``copied`` carries next year's."""

    stepped = Signal(str)
    copied = Signal(object)

    def __init__(self, frame: Frame, paper: PaperView) -> None:
        sides = [(one, _(name)) for one, name in DIRECTION_NAMES.items()]
        long = objectives.LONGEST_TEXT
        super().__init__(frame, [
            Field(name="title", label=_("What is to be reached"), required=True, max_length=objectives.LONGEST_TITLE, span=0),
            Field(name="figure", label=_("Measured by"), kind="choice", blank=_("Read by hand"), span=0),
            Field(name="direction", label=_("Side of the target"), kind="choice", required=True, options=sides),
            Field(name="target", label=_("Target"), required=True, max_length=12),
            Field(name="unit", label=_("Unit"), max_length=20),
            Field(name="owner_id", label=_("Looked after by"), kind="choice"),
            Field(name="first_on", label=_("From"), kind="date", required=True),
            Field(name="last_on", label=_("Until"), kind="date", required=True),
            Field(name="why", label=_("Why"), kind="multiline", lines=2, max_length=long, span=0),
            Field(name="actions", label=_("What is done for it"), kind="multiline", lines=3, max_length=long, span=0),
            Field(name="resources", label=_("What it takes"), kind="multiline", lines=2, max_length=long, span=0),
            Field(name="judged_how", label=_("How it is judged"), kind="multiline", lines=2, max_length=long, span=0),
        ], objectives.save_objective)  # fmt: skip
        self.may = frame.desk.may("quality.manage")
        self.view: ObjectiveView | None = None
        self.end = Label("", wrap=True)
        self.trend = TrendLine(_("Course"))
        self.lines = column(space=Space.XS)
        self.read_button = Button(_("Write a value down …"), self.read, icon="plus")
        self.course = Card(_("Course"), self.trend, self.lines, row(self.read_button, STRETCH))
        self.came = CameFrom(frame)
        self.todo = CaseActions(frame, objectives.add_objective_action)
        self.files = CaseFiles(frame, objectives.add_objective_file, paper)
        self.start_button = Button(_("Start"), partial(self._step, S.RUNNING), icon="play")
        self.conclude_button = Button(_("Conclude …"), self.conclude, icon="flag")
        self.copy_button = Button(_("Next year's"), self.copy, icon="copy")
        self.back_button = Button(_("Take back"), self.take_back, icon="undo-2")
        self.body.insertWidget(0, self.end)
        for part in (self.course, self.came, self.todo, self.files):
            self.body.addWidget(part)
        self.deviation_button = Button(_("Nonconformity …"), self._to_deviation, icon="triangle-alert", tip=_("Make a nonconformity of it"))
        self.acts = (self.back_button, self.deviation_button, self.copy_button, self.conclude_button, self.start_button)
        steps = row(*self.acts, STRETCH)
        steps.setContentsMargins(Space.XL, Space.S, Space.XL, 0)
        self.above_foot.addLayout(steps)
        self.form.input("figure").edited.connect(self._measured)
        self._clean()

    def know(self, sheet: ObjectivesSheet) -> None:
        """Who may look after one and what can measure it."""
        for name, options in (("owner_id", sheet.owners), ("figure", [(key, words) for key, words, _unit in sheet.figures])):
            choice = self.form.input(name)
            if isinstance(choice, ChoiceInput) and not self.dirty:
                choice.set_options(options)

    def _clean(self) -> None:
        for part in (self.end, self.course, self.came, self.todo, self.files, *self.acts):
            part.hide()

    def open_new(self, fresh: Objective) -> None:
        """A new one."""
        self.view = None
        self._clean()
        self.form.set_read_only(False)
        self.save_button.show()
        self.begin(fresh, _("New objective"))

    def open_view(self, view: ObjectiveView) -> None:
        """One there is."""
        self.view, one = view, view.row.objective
        self._clean()
        over = one.status in ENDS
        self.form.set_read_only(over or not self.may)
        self.save_button.setVisible(self.may and not over)
        self.begin(one, f"{one.number} · {one.title}", _(OBJECTIVE_STATUS_NAMES[one.status]))
        self._show_end(one)
        self._show_course(view)
        self.came.show_parts(view.parts)
        self.todo.show_parts(one.id, view.parts, may_add=self.may and not over)
        self.todo.show()
        self.files.show_parts(one.id, view.parts, may_add=self.may)
        self.start_button.setVisible(self.may and one.status is S.DRAFT)
        self.conclude_button.setVisible(self.may and one.status in {S.DRAFT, S.RUNNING})
        self.conclude_button.setText(_("Drop …") if one.status is S.DRAFT else _("Conclude …"))
        self.copy_button.setVisible(self.may and over)
        self.deviation_button.setVisible(self.may and one.status is S.MISSED)
        self.back_button.setVisible(self.may and view.undo_to is not None)

    def _show_end(self, one: Objective) -> None:
        words = [_(OBJECTIVE_STATUS_NAMES[one.status]) + (f" · {dates.short(one.closed_on)}" if one.closed_on else "")]
        words += [line for line in (one.result, one.conclusion) if line]
        self.end.setText("\n".join(words))
        self.end.setVisible(one.status in ENDS)

    def _show_course(self, view: ObjectiveView) -> None:
        """The line against the target, and the values read by hand."""
        found, target = view.row, decimal_of(view.row.objective.target)
        self.course.show()
        self.trend.show_points([(point.day, point.value) for point in found.points], float(target) if target is not None else None)
        self.trend.setVisible(len(found.points) > 1)
        empty_layout(self.lines)
        unit = found.objective.unit
        value = ""
        if found.value is not None:
            so_far = " ".join(filter(None, (dates.number(found.value, 1), unit, f"({found.counts})" if found.counts else "")))
            value = _("{value} so far").format(value=so_far)
        self.lines.addWidget(Label(value or _("No value yet"), look="strong", wrap=True))
        if found.objective.figure:
            self.lines.addWidget(muted(_("By the figure “{name}”, over the whole period.").format(name=found.figure)))
        for one in view.readings:
            self.lines.addLayout(self._line(one))
        self.read_button.setVisible(self.may and not found.objective.figure and found.objective.status not in ENDS)

    def _line(self, one: ObjectiveReading) -> Any:
        words = " · ".join(filter(None, (dates.short(one.read_on), one.value, one.note)))
        line = row(Label(words, wrap=True), space=Space.S)
        line.setStretch(0, 1)
        today = dates.local(one.created_at).date() == dates.today(self.frame.now())
        if self.may and today and one.created_by == self.frame.desk.user.id:
            name = _("Take back the value of {day}").format(day=dates.short(one.read_on))
            line.addWidget(IconButton("undo-2", name, partial(self._do, objectives.take_back_reading, one.id)))
        return line

    def _measured(self) -> None:
        """What is measured by a figure has the unit of that figure, unless another stands there."""
        if not self.form.input("unit").value() and str(self.form.input("figure").value() or "").startswith("K"):
            self.form.input("unit").set_value("" if self.form.input("figure").value() == "K15" else "%")

    # -- steps -----------------------------------------------------------------------------------------------------------------------

    def _do(self, case: Any, *args: Any) -> None:
        self.frame.runner.do(case, *args, then=lambda _made: self.stepped.emit(self._id()), owner=self.form)

    def _id(self) -> str:
        return self.view.row.id if self.view is not None else ""

    def _step(self, to: ObjectiveStatus, result: str = "", conclusion: str = "") -> None:
        if self.view is None or self.form.dirty:
            self.frame.toast(_("Save your changes first, or undo them."))
            return
        back = partial(self._do, objectives.take_back_objective_step, self._id())
        said = _("{number}: {state}.").format(number=self.view.row.objective.number, state=_(OBJECTIVE_STATUS_NAMES[to]).lower())

        def stepped(_made: Objective) -> None:
            self.frame.toast(said, back)
            self.stepped.emit(self._id())

        self.frame.runner.do(objectives.step_objective, self._id(), to, result, conclusion, then=stepped, owner=self.form)

    def conclude(self) -> None:
        """Ask how it ended and what is concluded from it."""
        if self.view is None:
            return
        found = self.view.row
        running = found.objective.status is S.RUNNING
        ends = [(one, _(OBJECTIVE_STATUS_NAMES[one])) for one in (ENDS if running else (S.DROPPED,))]
        value = f"{dates.number(found.value, 1)} {found.objective.unit}".strip() if found.value is not None else ""
        fields = [
            Field(name="to", label=_("How it ended"), kind="choice", required=True, options=ends),
            *([Field(name="result", label=_("What was reached"), max_length=200)] if running else []),
            Field(name="conclusion", label=_("What you conclude from it"), kind="multiline", required=True, lines=4,
                  max_length=objectives.LONGEST_TEXT),
        ]  # fmt: skip
        there = S.REACHED if found.outlook.value == "there" else S.MISSED
        told = ask_values(self, _("Conclude {number}").format(number=found.objective.number), found.objective.title, fields,
                          yes=_("Conclude"), values={"to": there if running else S.DROPPED, "result": value})  # fmt: skip
        if told is not None:
            self._step(S(told["to"]), told.get("result") or "", told["conclusion"])

    def take_back(self) -> None:
        """Take the last step back."""
        self._do(objectives.take_back_objective_step, self._id())

    def _to_deviation(self) -> None:
        self.frame.go("quality", part="deviations", once={"new": True, "source": subject_of("objective", self._id())})

    def copy(self) -> None:
        """Make next year's of it."""
        self.frame.runner.do(objectives.copy_objective, self._id(), then=self.copied.emit, owner=self)

    def read(self) -> None:
        """Ask for a value read by hand."""
        told = ask_values(self, _("Write a value down"), "", [
            Field(name="read_on", label=_("Read on"), kind="date", required=True, past=True),
            Field(name="value", label=_("Value"), required=True, max_length=12),
            Field(name="note", label=_("Remark"), max_length=500),
        ], yes=_("Write down"), values={"read_on": dates.today(self.frame.now())})  # fmt: skip
        if told is not None:
            reading = ObjectiveReading(read_on=told["read_on"], value=told["value"], note=told["note"] or "")
            self._do(objectives.add_reading, self._id(), reading)
