"""The seven axes: what the practitioner thinks of each and why, what belongs to it; and scores and plan on one line of time."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from PySide6.QtGui import QKeySequence, QShortcut

from nmx_desk.domain import partial_dates
from nmx_desk.domain.complaints import AXIS_NAMES, INSIGHT_NAMES, STATE_NAMES, AxisAssessment, Insight
from nmx_desk.domain.history import EVENT_ROLE_NAMES
from nmx_desk.domain.lab_lines import shown_value
from nmx_desk.domain.notes import NOTE_KIND_NAMES
from nmx_desk.i18n import N_, _, language, ngettext
from nmx_desk.services import axes, course
from nmx_desk.services.axes import AxesSheet, AxisSheet
from nmx_desk.ui.care.course import CoursePanel
from nmx_desk.ui.care.part import CarePart
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.beside import EditPanel, Narrower
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import STRETCH, Segments, column, empty_layout, holder, row
from nmx_desk.ui.kit.page import Command, Frame
from nmx_desk.ui.kit.table import Column, Table
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

JUDGED, OVER_TIME = "judged", "time"
OWN_WORDS = N_("A hypothesis is the practitioner's own; nothing here is worked out by the program.")
NO_CAUSE = N_("One thing after another is not one thing because of another.")
_ICONS = {None: "circle-dashed", 0: "circle", 1: "circle-dot", 2: "circle-dot", 3: "circle-alert"}


def state_words(state: int | None) -> str:
    """How strongly it is suspected."""
    return _("Not judged") if state is None else _(STATE_NAMES[state])


def state_badge(state: int | None) -> Badge:
    """The practitioner's own word; no hue says whether that is good or bad."""
    return Badge(state_words(state), Hue.NEUTRAL if not state else Hue.INFO, _ICONS[state])


class JudgePanel(EditPanel):
    """State, insight and hypothesis of one axis; under it what belongs to it and what was thought before."""

    def __init__(self, part: AxesPart) -> None:
        super().__init__(_("Axis"))
        self._part = part
        self.axis: AxisSheet | None = None
        self.form = Form(
            [
                Field(name="state", label=_("How strongly suspected"), kind="choice", blank=_("Not judged"), span=0,
                      options=[(state, f"{state}  {_(name)}") for state, name in STATE_NAMES.items()]),
                Field(name="insight", label=_("Insight"), kind="choice", required=True, span=0,
                      options=[(one, _(name)) for one, name in INSIGHT_NAMES.items()]),
                Field(name="hypothesis", label=_("Hypothesis, and why"), kind="multiline", lines=6, span=0,
                      max_length=axes.LONGEST_HYPOTHESIS),
                Field(name="note_id", label=_("Belongs to"), kind="choice", blank=_("No note"), span=0),
            ],
            columns=2,
        )  # fmt: skip
        self.around = column(space=Space.M)
        self.save_button = Button(_("Save"), self.save, kind="primary", icon="save", tip=_("Save (Ctrl+Enter)"))
        self.body.addWidget(self.form)
        self.body.addLayout(self.around)
        self.foot.addStretch(1)
        self.foot.addWidget(self.save_button)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.save)
        may = part.frame.desk.may("notes.write")
        self.form.setVisible(may)
        self.save_button.setVisible(may)
        self.hide()

    def begin(self, axis: AxisSheet, sheet: AxesSheet) -> None:
        """Open for an axis, with what holds now."""
        self.axis, now = axis, axis.now or AxisAssessment()
        self.set_title(_(AXIS_NAMES[axis.axis]))
        choice = self.form.input("note_id")
        if isinstance(choice, ChoiceInput):
            names = [(_(NOTE_KIND_NAMES[note.kind]), dates.short(note.care_date)) for note in sheet.drafts]
            choice.set_options([(note.id, _("{kind} of {day}, not signed").format(kind=kind, day=day))
                                for note, (kind, day) in zip(sheet.drafts, names, strict=True)])  # fmt: skip
        self.form.set_visible("note_id", bool(sheet.drafts))
        self.form.set_values({
            "state": now.state, "insight": now.insight, "hypothesis": now.hypothesis,
            "note_id": sheet.drafts[0].id if sheet.drafts else None,
        })  # fmt: skip
        self._show_around(axis, sheet)
        self.show()
        self.form.focus_first()

    def _show_around(self, axis: AxisSheet, sheet: AxesSheet) -> None:
        empty_layout(self.around)
        comma = language() == "nl"
        results = [
            " ".join(filter(None, (one.analyte, shown_value(one, comma=comma), one.unit)))
            + (f" · {dates.short(one.measured_on)}" if one.measured_on else "")
            for one in axis.results
        ]
        told = [(one.name, partial_dates.shown(one.began), _(EVENT_ROLE_NAMES[one.role])) for one in axis.events]
        events = [" · ".join(filter(None, words)) for words in told]
        parts = ((_("Complaints"), [one.words for one in axis.complaints]), (_("Events"), events), (_("Last results of the lab"), results))
        for title, lines in parts:
            if lines:
                words = Label("\n".join(lines), wrap=True, selectable=True)
                self.around.addLayout(column(section(title), words, space=Space.XS))
        if axis.judged:
            self.around.addWidget(section(_("What was thought before")))
        for one in axis.judged:
            self.around.addWidget(self._judged(one, sheet))

    def _judged(self, one: AxisAssessment, sheet: AxesSheet) -> Any:
        with_note = _("with a note") if one.source_id else ""
        head = " · ".join(filter(None, (dates.short(one.assessed_on), sheet.authors.get(one.created_by, ""), with_note)))
        insight = "" if one.insight is Insight.UNKNOWN else _(INSIGHT_NAMES[one.insight]).lower()
        state = ", ".join(filter(None, (state_words(one.state), insight)))
        lines: list[Any] = [Label(head, look="small", role="muted", wrap=True), Label(state, wrap=True)]
        if one.hypothesis:
            lines.append(Label(one.hypothesis, role="muted", wrap=True, selectable=True))
        if one.id in sheet.removable:
            lines.append(row(Button(_("Take back"), partial(self._part.forget, one.id), kind="quiet", icon="undo-2"), STRETCH))
        return holder(column(*lines, space=2))

    def save(self) -> None:
        """Write down what is thought today."""
        values = self.form.checked()
        if values is None or self.axis is None:
            return
        self._part.frame.runner.do(
            axes.judge_axis, self._part.client_id, self.axis.axis, values["state"], values["insight"], values["hypothesis"],
            values["note_id"], then=self._saved, owner=self.form,
        )  # fmt: skip

    def _saved(self, made: AxisAssessment) -> None:
        self.form.mark_clean()
        self.close_panel()
        words = _("{axis}: {state}.").format(axis=_(AXIS_NAMES[made.axis]), state=state_words(made.state).lower())
        self._part.frame.toast(words, partial(self._part.forget, made.id))


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
        self.panel = JudgePanel(self)
        Narrower(self.table, {"insight", "around"}, (self.panel,))
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
            self.panel.begin(found, self.sheet)

    def forget(self, judgement_id: str) -> None:
        """Take a judgement of today back."""
        self.panel.form.mark_clean()
        self.panel.hide()
        self.frame.runner.do(axes.forget_judgement, judgement_id, owner=self)


def _state(one: AxisSheet) -> int | None:
    return one.now.state if one.now else None


def _around(one: AxisSheet) -> str:
    counts = (
        (ngettext("{n} complaint", "{n} complaints", len(one.complaints)), len(one.complaints)),
        (ngettext("{n} event", "{n} events", len(one.events)), len(one.events)),
        (ngettext("{n} result", "{n} results", len(one.results)), len(one.results)),
    )
    return ", ".join(words.format(n=n) for words, n in counts if n) or "–"
