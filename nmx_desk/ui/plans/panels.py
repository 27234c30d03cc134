"""Side panels of the plan: an item, a phase, what changed against another version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.plan_changes import CHANGE_NAMES, PART_NAMES, ChangeKind, Difference
from nmx_desk.domain.plan_rules import MOST_WEEKS
from nmx_desk.domain.plans import (
    AIM_NAMES,
    DOSE_UNITS,
    PILLAR_NAMES,
    RESPONSIBLE_NAMES,
    STOP_REASON_NAMES,
    ItemStatus,
    PlanItem,
    PlanPhase,
)
from nmx_desk.i18n import _
from nmx_desk.services import plans
from nmx_desk.ui.kit.badges import StateBadge
from nmx_desk.ui.kit.buttons import Button
from nmx_desk.ui.kit.form import Field, Form
from nmx_desk.ui.kit.inputs import ChoiceInput
from nmx_desk.ui.kit.labels import Label, section
from nmx_desk.ui.kit.layout import STRETCH, SidePanel, column, empty_layout, holder, line, row
from nmx_desk.ui.plans.looks import item_badge, shown
from nmx_desk.ui.theme import Hue
from nmx_desk.ui.theme.tokens import Space

_LOOKS = {ChangeKind.ADDED: (Hue.OK, "plus"), ChangeKind.REMOVED: (Hue.WARN, "minus"), ChangeKind.CHANGED: (Hue.INFO, "pencil"),
          ChangeKind.STOPPED: (Hue.WARN, "ban"), ChangeKind.COMPLETED: (Hue.NEUTRAL, "check")}  # fmt: skip


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
        Field(name="frequency", label=_("Frequency"), max_length=80),
        Field(name="timing", label=_("Timing"), max_length=80),
        Field(
            name="responsible", label=_("Responsible"), kind="choice", required=True, span=0,
            options=_named(RESPONSIBLE_NAMES),
        ),
        Field(name="start_on", label=_("Start"), kind="date", help=_("Empty: with its phase")),
        Field(name="evaluate_on", label=_("Evaluation date"), kind="date", help=_("At most 12 weeks after the start")),
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
        self.reason = ChoiceInput(_named(STOP_REASON_NAMES), name=_("Why it stops"))
        self._stop_row = holder(
            column(section(_("Stop this item")), row(self.reason, Button(_("Stop"), self._stop, icon="ban"), STRETCH), space=Space.XS)
        )
        self.body.addWidget(self._stop_row)
        self.hide()

    def show_item(self, key: str, item: PlanItem, *, writing: bool, stepping: bool) -> None:
        """Show an item; ``writing``: it can be changed; ``stepping``: it can be paused, completed, stopped."""
        self.key = key
        self.set_title(_("Plan item"), _(PILLAR_NAMES[item.pillar]))
        self.badge.set(item_badge(item))
        self.form.set_values({field.name: getattr(item, field.name) for field in item_fields()})
        self.form.set_read_only(not writing)
        living = item.status in {ItemStatus.ACTIVE, ItemStatus.PAUSED}
        self._stop_row.setVisible(stepping and living)
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
        steps: dict[ItemStatus, list[tuple[str, Any, str]]] = {
            ItemStatus.ACTIVE: [(_("Pause"), plans.pause_item, "hourglass"), (_("Complete"), plans.complete_item, "check")],
            ItemStatus.PAUSED: [(_("Resume"), plans.resume_item, "play"), (_("Complete"), plans.complete_item, "check")],
            ItemStatus.PLANNED: [(_("Begin"), plans.resume_item, "play")],
        }
        again = [(_("Take back"), plans.reopen_item, "undo-2")]
        return [Button(text, self._step(case), icon=icon) for text, case, icon in steps.get(item.status, again)]

    def _step(self, case: Any) -> Callable[[], None]:
        return lambda: self.stepped.emit(case, ())

    def _stop(self) -> None:
        self.stepped.emit(plans.stop_item, (self.reason.value(),))

    def _edited(self) -> None:
        values = self.form.values()
        self.edited.emit(self.key, {name: "" if value is None and name == "dose_unit" else value for name, value in values.items()})

    def show_problem(self, error: UserError) -> None:
        """The error beside its field."""
        self.form.show_error(error)


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


class ChangesPanel(SidePanel):
    """What changed against the version before."""

    def __init__(self) -> None:
        super().__init__(_("What changed"))
        self.hide()

    def show_changes(self, numbers: tuple[int, int], found: Sequence[Difference]) -> None:
        """List the differences, or say that there are none."""
        self.set_title(_("What changed"), _("Version {new} against version {old}").format(old=numbers[0], new=numbers[1]))
        empty_layout(self.body)
        if not found:
            self.body.addWidget(Label(_("Nothing changed yet."), role="muted"))
        for number, difference in enumerate(found):
            if number:
                self.body.addWidget(line())
            self.body.addWidget(_difference(difference))
        self.show()


def _difference(difference: Difference) -> Any:
    hue, icon = _LOOKS[difference.kind]
    what = _(PART_NAMES[difference.part])
    head = row(StateBadge(_(CHANGE_NAMES[difference.kind]), hue, icon), Label(what, look="small", role="muted"), STRETCH)
    lines = [
        Label(
            _("{field}: {old} → {new}").format(field=_(change.label), old=shown(change, change.old), new=shown(change, change.new)),
            look="small", role="muted", wrap=True,
        )
        for change in difference.fields
    ]  # fmt: skip
    return holder(column(head, Label(difference.name, wrap=True), *lines, space=Space.XS))
