"""Judging one axis: a panel, wherever an axis is judged; nothing in it is worked out by the program."""

from __future__ import annotations

from functools import partial
from typing import Any

from nmx_desk.domain import partial_dates
from nmx_desk.domain.complaints import AXIS_NAMES, INSIGHT_NAMES, STATE_NAMES, AxisAssessment, Insight
from nmx_desk.domain.history import EVENT_ROLE_NAMES
from nmx_desk.domain.lab_lines import shown_value
from nmx_desk.domain.notes import NOTE_KIND_NAMES
from nmx_desk.i18n import _, language
from nmx_desk.services import axes
from nmx_desk.services.axes import AxesSheet, AxisSheet
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import Badge
from nmx_desk.ui.kit.beside import EditPanel
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import STRETCH, column, empty_layout, holder, row
from nmx_desk.ui.kit.page import Frame
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

_ICONS = {None: "circle-dashed", 0: "circle", 1: "circle-dot", 2: "circle-dot", 3: "circle-alert"}


def state_words(state: int | None) -> str:
    """How strongly it is suspected."""
    return _("Not judged") if state is None else _(STATE_NAMES[state])


def state_badge(state: int | None) -> Badge:
    """The practitioner's own word; no hue says whether that is good or bad."""
    return Badge(state_words(state), Hue.NEUTRAL if not state else Hue.INFO, _ICONS[state])


class JudgePanel(EditPanel):
    """State, insight and hypothesis of one axis; under it what belongs to it and what was thought before.

    Who shows it gives it its key, Ctrl+Enter: a page may have that key itself.
    """

    def __init__(self, frame: Frame) -> None:
        super().__init__(_("Axis"))
        self._frame, self.client_id = frame, ""
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
        may = frame.desk.may("notes.write")
        self.form.setVisible(may)
        self.save_button.setVisible(may)
        self.hide()

    def begin(self, client_id: str, axis: AxisSheet, sheet: AxesSheet, note_id: str = "") -> None:
        """Open for an axis of a client, with what holds now. ``note_id``: the draft it belongs to; "": the first there is."""
        self.client_id = client_id
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
            "note_id": note_id or (sheet.drafts[0].id if sheet.drafts else None),
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
            lines.append(row(Button(_("Take back"), partial(self.forget, one.id), kind="quiet", icon="undo-2"), STRETCH))
        return holder(column(*lines, space=2))

    def save(self) -> None:
        """Write down what is thought today."""
        values = self.form.checked()
        if values is None or self.axis is None:
            return
        self._frame.runner.do(
            axes.judge_axis, self.client_id, self.axis.axis, values["state"], values["insight"], values["hypothesis"],
            values["note_id"], then=self._saved, owner=self.form,
        )  # fmt: skip

    def _saved(self, made: AxisAssessment) -> None:
        self.form.mark_clean()
        self.close_panel()
        words = _("{axis}: {state}.").format(axis=_(AXIS_NAMES[made.axis]), state=state_words(made.state).lower())
        self._frame.toast(words, partial(self.forget, made.id))

    def forget(self, judgement_id: str) -> None:
        """Take a judgement of today back."""
        self.form.mark_clean()
        self.close_panel()
        self._frame.runner.do(axes.forget_judgement, judgement_id, owner=self)
