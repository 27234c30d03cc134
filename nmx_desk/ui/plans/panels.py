"""Side panels of the plan: an item, a phase."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from PySide6.QtCore import Signal

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.plan_rhythm import MOST_TIMES, PER_NAMES, SHORT_DAYS
from nmx_desk.domain.plan_rules import MOST_WEEKS
from nmx_desk.domain.plans import (
    AIM_NAMES,
    DOSE_UNITS,
    MOMENTS_OF_DAY,
    PILLAR_NAMES,
    RESPONSIBLE_NAMES,
    STOP_REASON_NAMES,
    WITH_FOOD_NAMES,
    ItemStatus,
    PlanItem,
    PlanPhase,
    WithFood,
)
from nmx_desk.i18n import _
from nmx_desk.services import plans
from nmx_desk.ui.kit import dates
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput, DateInput, TextInput
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import STRETCH, SidePanel, column, empty_layout, holder, row
from nmx_desk.ui.plans.looks import item_badge
from nmx_desk.ui.theme.tokens import Space

_FOOD = {food: name for food, name in WITH_FOOD_NAMES.items() if food}
_NONE = {"dose_unit": "", "with_food": WithFood.ANY}
"""What an item says where nothing is chosen."""


def _named(names: Mapping[Any, str]) -> list[tuple[Any, str]]:
    return [(key, _(name)) for key, name in names.items()]


def item_fields() -> list[Field]:
    """What an item consists of."""
    return [
        Field(name="text", label=_("What the client does"), kind="multiline", lines=3, required=True, max_length=500),
        Field(name="pillar", label=_("Pillar"), kind="choice", required=True, options=_named(PILLAR_NAMES)),
        Field(name="aim", label=_("Aim"), kind="choice", required=True, options=_named(AIM_NAMES)),
        Field(name="dose", label=_("Dose"), max_length=12),
        Field(name="dose_unit", label=_("Unit"), kind="choice", options=[(unit, unit) for unit in DOSE_UNITS], blank=""),
        Field(name="times", label=_("How many times"), kind="int", least=1, most=MOST_TIMES),
        Field(name="per", label=_("Per"), kind="choice", required=True, options=_named(PER_NAMES)),
        Field(name="moments", label=_("Moments of the day"), kind="several", lines=2, span=0, options=_named(MOMENTS_OF_DAY)),
        Field(
            name="days", label=_("Fixed days"), kind="several", lines=7, span=0,
            options=[(str(number), _(name)) for number, name in enumerate(SHORT_DAYS, 1)],
        ),
        Field(
            name="with_food", label=_("Taken with food"), kind="choice", span=0, blank=_(WITH_FOOD_NAMES[WithFood.ANY]),
            options=_named(_FOOD),
        ),
        Field(name="frequency", label=_("How often, in words"), max_length=80),
        Field(name="timing", label=_("When, in words"), max_length=80),
        Field(name="stop_when", label=_("Stop and call when"), span=0, max_length=300),
        Field(name="start_on", label=_("Start"), kind="date", help=_("Empty: with its phase")),
        Field(name="end_on", label=_("End"), kind="date", help=_("Empty: it goes on")),
        Field(name="evaluate_on", label=_("Evaluation date"), kind="date", help=_("At most 12 weeks after the start")),
        Field(name="responsible", label=_("Responsible"), kind="choice", required=True, options=_named(RESPONSIBLE_NAMES)),
        Field(name="contra_checked", label=_("Checked against medication and situation"), kind="check", span=0),
        Field(name="source", label=_("Source"), span=0),
    ]  # fmt: skip


class ItemPanel(SidePanel):
    """One item. ``edited`` carries its key and what the form says; the other signals its key."""

    edited = Signal(str, dict)
    removed = Signal(str)
    stepped = Signal(object, tuple)

    def __init__(self) -> None:
        super().__init__(_("Plan item"))
        self.key = ""
        self.badge = StateBadge()
        self.form = Form(item_fields(), columns=2)
        self.form.edited.connect(self._edited)
        self.body.addLayout(row(self.badge, STRETCH))
        self.body.addWidget(self.form)
        self.day = DateInput(name=_("On"))
        self.reason = ChoiceInput(_named(STOP_REASON_NAMES), blank=_("Choose why"), name=_("Why it stops"))
        self.note = TextInput(max_length=300, placeholder=_("In words, if need be"), name=_("Why it stops, in words"))
        self._day_row = holder(column(section(_("On which day")), row(self.day, STRETCH), space=Space.XS))
        stop = row(self.reason, Button(_("Stop"), self._stop, icon="ban"), STRETCH)
        self._stop_row = holder(column(section(_("Stop this item")), stop, self.note, space=Space.XS))
        self._story = Label("", look="small", role="muted", wrap=True)
        self._problem = Label("", look="small", role="danger", wrap=True)
        self.body.insertWidget(1, self._story)
        self.body.insertWidget(2, self._problem)
        self.body.insertWidget(3, self._day_row)
        self.body.insertWidget(4, self._stop_row)
        self.hide()

    def show_item(self, key: str, item: PlanItem, today: date, *, writing: bool, stepping: bool) -> None:
        """Show an item; ``writing``: it can be changed; ``stepping``: it can begin, be paused, completed, stopped."""
        self.key = key
        self.set_title(_("Plan item"), _(PILLAR_NAMES[item.pillar]))
        self.badge.set(item_badge(item))
        self.form.set_values({field.name: getattr(item, field.name) for field in item_fields()})
        self.form.set_read_only(not writing)
        for field in item_fields():
            said = bool(getattr(item, field.name)) and (field.name != "per" or item.times is not None)
            self.form.set_visible(field.name, writing or said)
        living = item.status in {ItemStatus.PLANNED, ItemStatus.ACTIVE, ItemStatus.PAUSED}
        self._day_row.setVisible(stepping and living)
        self._stop_row.setVisible(stepping and living)
        self._problem.hide()
        self._story.setText(_story(item))
        self._story.setVisible(bool(self._story.text()))
        self.day.set_value(today)
        self.reason.set_value(None)
        self.note.set_value("")
        empty_layout(self.foot)
        for button in self._buttons(item, writing=writing, stepping=stepping):
            self.foot.addWidget(button)
        self.foot.addStretch(1)
        self.show()

    def _buttons(self, item: PlanItem, *, writing: bool, stepping: bool) -> list[Button]:
        if writing:
            return [
                Button(_("Close"), self.close_panel, icon="check"),
                Button(_("Remove item"), lambda: self.removed.emit(self.key), kind="quiet", icon="trash-2"),
            ]
        if not stepping:
            return []
        pause, complete = (_("Pause"), plans.pause_item, "hourglass", False), (_("Complete"), plans.complete_item, "check", True)
        steps: dict[ItemStatus, list[tuple[str, Any, str, bool]]] = {
            ItemStatus.ACTIVE: [complete, pause],
            ItemStatus.PAUSED: [(_("Resume"), plans.resume_item, "play", False), complete],
            ItemStatus.PLANNED: [(_("Begin"), plans.resume_item, "play", True)],
        }
        again = [(_("Take back"), plans.reopen_item, "undo-2", False)]
        return [Button(text, self._step(case, dated=dated), icon=icon) for text, case, icon, dated in steps.get(item.status, again)]

    def _step(self, case: Any, *, dated: bool) -> Callable[[], None]:
        return lambda: self._take((case, ()) if not dated else (case, (self.day.value(),)))

    def _stop(self) -> None:
        if not self.reason.value():
            self._say(_("Choose why this item stops."))
            self.reason.setFocus()
            return
        self._take((plans.stop_item, (self.reason.value(), self.day.value(), self.note.value())))

    def _take(self, step: tuple[Any, tuple[Any, ...]]) -> None:
        if problem := self.day.problem():
            self._say(problem)
            self.day.setFocus()
        else:
            self.stepped.emit(*step)

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.show()

    def _edited(self) -> None:
        values = self.form.values()
        self.edited.emit(self.key, {name: _NONE.get(name) if value is None else value for name, value in values.items()})

    def show_problem(self, error: UserError) -> None:
        """The error beside its field."""
        if error.field == "on":
            self._say(error.message)
            self.day.setFocus()
        else:
            self.form.show_error(error)


def _story(item: PlanItem) -> str:
    """When it really began and ended, and what was said of it."""
    begun = _("Begun on {day}.").format(day=dates.short(item.begun_on)) if item.begun_on else ""
    ended = _("Ended on {day}.").format(day=dates.short(item.stopped_on)) if item.stopped_on else ""
    return " ".join(part for part in (begun, ended, item.stop_note) if part)


class PhasePanel(SidePanel):
    """Name, weeks and goal of a phase."""

    edited = Signal(str, dict)
    removed = Signal(str)

    def __init__(self) -> None:
        super().__init__(_("Phase"))
        self.key = ""
        self.form = Form([
            Field(name="name", label=_("Name"), required=True, max_length=80),
            Field(name="weeks", label=_("Weeks"), kind="int", required=True, least=1, most=MOST_WEEKS),
            Field(name="goal", label=_("Goal"), kind="multiline", lines=3, max_length=500),
        ])  # fmt: skip
        self.form.edited.connect(self._edited)
        self.body.addWidget(self.form)
        self.foot.addWidget(Button(_("Close"), self.close_panel, icon="check"))
        self.remove = Button(_("Remove phase"), lambda: self.removed.emit(self.key), kind="quiet", icon="trash-2")
        self.foot.addWidget(self.remove)
        self.foot.addStretch(1)
        self.hide()

    def show_phase(self, key: str, phase: PlanPhase, *, removable: bool) -> None:
        """Show a phase; only an empty one can be removed."""
        self.key = key
        self.set_title(_("Phase"), phase.name)
        self.form.set_values({"name": phase.name, "weeks": phase.weeks, "goal": phase.goal})
        self.remove.setVisible(removable)
        self.show()

    def _edited(self) -> None:
        values = self.form.values()
        if values["weeks"] is None:
            values.pop("weeks")
        self.edited.emit(self.key, values)
