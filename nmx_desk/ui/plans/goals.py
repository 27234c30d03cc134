"""The goals of a plan: what is to be reached, by which figure it is seen, from where to where, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.measures import Measure
from nmx_desk.domain.plans import GOAL_RESULT_NAMES, GoalResult, PlanGoal
from nmx_desk.i18n import _
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, muted, section
from nmx_desk.ui.kit.layout import STRETCH, ClickCard, SidePanel, column, empty_layout, holder, row, scroll
from nmx_desk.ui.plans.draft import Aimed, PlanDraft
from nmx_desk.ui.plans.looks import figure, goal_badge, measure_of
from nmx_desk.ui.theme.tokens import Space


class GoalCard(ClickCard):
    """One goal."""

    def __init__(self, aimed: Aimed, measure: str, now: str) -> None:
        goal = aimed.goal
        self.key = aimed.key
        text = goal.text or _("New goal")
        line = _line(goal, measure, now)
        due = _("by {day}").format(day=dates.short(goal.due_on)) if goal.due_on else ""
        badge, judged = goal_badge(goal.result), goal.result is not GoalResult.OPEN
        super().__init__("", name=", ".join(part for part in (text, line, due, badge.text if judged else "") if part))
        told = StateBadge(badge.text, badge.hue, badge.icon)
        head = row(Label(text, look="strong", wrap=True), *([told] if judged else []))
        head.setStretch(0, 1)
        self.body.setSpacing(Space.XS)
        self.body.addLayout(head)
        for words in (line, due):
            if words:
                self.body.addWidget(Label(words, look="small", role="muted", wrap=True))


def _line(goal: PlanGoal, measure: str, now: str) -> str:
    start, target = (figure(value) or "–" for value in (goal.baseline, goal.target))
    if not measure and not goal.target:
        return ""
    said = _("{measure}: from {start} to {target}").format(measure=measure or _("Figure"), start=start, target=target)
    return _("{said}, now {now}").format(said=said, now=figure(now)) if now else said


class GoalsView(QWidget):
    """All goals under one another. Signals carry a goal's key."""

    opened = Signal(str)
    added = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._list = column(space=Space.S)
        inner = column(self._list, STRETCH)
        inner.setContentsMargins(0, 0, Space.S, Space.S)
        self.add = Button(_("Add goal"), self.added.emit, icon="plus")
        self._empty = muted(_("No goals yet. A goal says what the client wants to reach, and by which figure one will see it."))
        box = column(self._empty, scroll(holder(inner), _("Goals of the plan")), row(self.add, STRETCH), space=Space.S)
        box.setStretch(1, 1)
        self.setLayout(box)
        self.cards: list[GoalCard] = []

    def show_draft(self, draft: PlanDraft, measures: Sequence[Measure], *, writing: bool) -> None:
        """Build the list anew; the card that had the focus keeps it."""
        focused = next((card.key for card in self.cards if card.hasFocus()), "")
        last = {measure.code: measure.value for measure in measures}
        empty_layout(self._list)
        self.cards = []
        for aimed in draft.goals:
            code = aimed.goal.measure
            card = GoalCard(aimed, measure_of(code, draft.sheet.scores) or _named(code, measures), last.get(code, ""))
            card.clicked.connect(partial(self.opened.emit, card.key))
            self.cards.append(card)
            self._list.addWidget(card)
            if card.key == focused:
                card.setFocus()
        self._empty.setVisible(not self.cards)
        self.add.setVisible(writing)

    def focus(self, key: str) -> None:
        """Put the focus on a goal."""
        for card in self.cards:
            if card.key == key:
                card.setFocus()


def _named(code: str, measures: Sequence[Measure]) -> str:
    return next((measure.name for measure in measures if measure.code == code), "")


class GoalPanel(SidePanel):
    """One goal. ``edited`` carries its key and what the form says, ``judged`` its key, what became of it and the day."""

    edited = Signal(str, dict)
    removed = Signal(str)
    judged = Signal(str, object, object)

    def __init__(self) -> None:
        super().__init__(_("Goal"))
        self.key = ""
        self._measures: dict[str, Measure] = {}
        self._named, self._shown = ("", ""), ""
        self.form = Form([
            Field(name="goal_text", label=_("What is to be reached"), kind="multiline", lines=3, required=True, max_length=500),
            Field(name="goal_measure", label=_("Seen by"), kind="choice", span=0, blank=_("No figure, in words")),
            Field(name="goal_baseline", label=_("At the start"), max_length=8),
            Field(name="goal_target", label=_("Target"), max_length=8),
            Field(name="due_on", label=_("At the latest"), kind="date", span=0),
        ], columns=2)  # fmt: skip
        self.form.edited.connect(self._edited)
        self._says = muted("")
        self.judging = Form([
            Field(name="result", label=_("What became of it"), kind="choice", blank=_(GOAL_RESULT_NAMES[GoalResult.OPEN]),
                  options=[(key, _(name)) for key, name in GOAL_RESULT_NAMES.items() if key]),
            Field(name="judged_on", label=_("Judged on"), kind="date"),
        ], columns=2)  # fmt: skip
        self._judge = holder(column(
            section(_("At the evaluation")), self.judging, row(Button(_("Save the outcome"), self._judged, icon="check"), STRETCH),
            space=Space.S,
        ))  # fmt: skip
        for part in (self._judge, self.form, self._says):
            self.body.addWidget(part)
        self.foot.addWidget(Button(_("Close"), self.close_panel, icon="check"))
        self.remove = Button(_("Remove goal"), lambda: self.removed.emit(self.key), kind="quiet", icon="trash-2")
        self.foot.addWidget(self.remove)
        self.foot.addStretch(1)
        self.hide()

    def show_goal(self, aimed: Aimed, draft: PlanDraft, measures: Sequence[Measure], *, writing: bool, judging: bool) -> None:
        """Show a goal; ``judging``: its plan was signed, what became of it can be said."""
        goal, self.key = aimed.goal, aimed.key
        self._named = (goal.measure, measure_of(goal.measure, draft.sheet.scores) or _("Figure"))
        self.learn(measures)
        self._shown = goal.measure
        self.form.set_values({
            "goal_text": goal.text, "goal_measure": goal.measure, "goal_baseline": figure(goal.baseline),
            "goal_target": figure(goal.target), "due_on": goal.due_on,
        })  # fmt: skip
        self.form.set_read_only(not writing)
        for name in ("goal_measure", "goal_baseline", "goal_target", "due_on"):
            self.form.set_visible(name, writing or bool(self.form.values()[name]))
        self._say_last()
        self._judge.setVisible(judging)
        self.judging.set_values({"result": goal.result, "judged_on": goal.judged_on or draft.sheet.today})
        self.remove.setVisible(writing)
        self.show()

    def learn(self, measures: Sequence[Measure]) -> None:
        """What can be chosen, the goal's own figure always; what is chosen stays."""
        self._measures = {measure.code: measure for measure in measures}
        known = [(measure.code, measure.name) for measure in measures]
        if self._named[0] and self._named[0] not in self._measures:
            known.append(self._named)
        choice = self.form.input("goal_measure")
        if isinstance(choice, ChoiceInput):
            choice.set_options(known)
        self._say_last()

    def _say_last(self) -> None:
        measure = self._measures.get(self.form.values()["goal_measure"] or "")
        said = ""
        if measure is not None and measure.on is not None:
            said = _("Last measured {value} on {day}.").format(value=figure(measure.value), day=dates.short(measure.on))
        elif measure is not None:
            said = _("Not measured yet.")
        self._says.setText(said)
        self._says.setVisible(bool(said))

    def _edited(self) -> None:
        values = self.form.values()
        code = values["goal_measure"] or ""
        if code != self._shown:
            before, now = self._measures.get(self._shown), self._measures.get(code)
            if values["goal_baseline"] in {"", figure(before.value) if before else ""}:
                values["goal_baseline"] = figure(now.value) if now else ""
                self.form.set_values({"goal_baseline": values["goal_baseline"]})
            self._shown = code
            self._say_last()
        said = {"text": values["goal_text"], "measure": code, "baseline": values["goal_baseline"], "target": values["goal_target"]}
        self.edited.emit(self.key, said | {"due_on": values["due_on"]})

    def _judged(self) -> None:
        values: dict[str, Any] | None = self.judging.checked()
        if values is not None:
            self.judged.emit(self.key, GoalResult(values["result"] or ""), values["judged_on"])

    def show_problem(self, error: UserError) -> bool:
        """The error beside its field, if it is one of these."""
        return self.form.show_error(error) or self.judging.show_error(error)
