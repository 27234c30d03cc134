"""What changed from one version of a plan to another: phases, items and goals; what had ended, with why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nmx_desk.domain.plan_rules import Content, line_of
from nmx_desk.domain.plans import ItemStatus, PlanGoal, PlanItem, PlanPhase
from nmx_desk.i18n import N_

ITEM_FIELDS = {
    "text": N_("Text"), "pillar": N_("Pillar"), "aim": N_("Aim"), "dose": N_("Dose"), "dose_unit": N_("Unit"), "times": N_("How often"),
    "per": N_("Per"), "moments": N_("Moments of the day"), "days": N_("Days"), "with_food": N_("Taken with food"),
    "frequency": N_("Frequency"), "timing": N_("Timing"), "stop_when": N_("Stop and call when"), "responsible": N_("Responsible"),
    "start_on": N_("Start"), "end_on": N_("End"), "evaluate_on": N_("Evaluation date"), "source": N_("Source"),
}  # fmt: skip
PHASE_FIELDS = {"name": N_("Name"), "weeks": N_("Weeks"), "goal": N_("Goal")}
GOAL_FIELDS = {"text": N_("Text"), "baseline": N_("At the start"), "target": N_("Target"), "due_on": N_("By")}
Shown = str | int | date | None


class ChangeKind(StrEnum):
    """What became of a phase, an item or a goal."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    STOPPED = "stopped"
    COMPLETED = "completed"


CHANGE_NAMES = {
    ChangeKind.ADDED: N_("Added"), ChangeKind.REMOVED: N_("Removed"), ChangeKind.CHANGED: N_("Changed"),
    ChangeKind.STOPPED: N_("Stopped"), ChangeKind.COMPLETED: N_("Completed"),
}  # fmt: skip
_ENDED = {ItemStatus.STOPPED: ChangeKind.STOPPED, ItemStatus.COMPLETED: ChangeKind.COMPLETED}


class PartKind(StrEnum):
    """What it is that changed."""

    PHASE = "phase"
    ITEM = "item"
    GOAL = "goal"


PART_NAMES = {PartKind.PHASE: N_("Phase"), PartKind.ITEM: N_("Plan item"), PartKind.GOAL: N_("Goal")}
Part = PlanPhase | PlanItem | PlanGoal


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field: ``label`` is to be translated."""

    field: str
    label: str
    old: Shown
    new: Shown


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What became of one phase, item or goal between two versions. ``fields`` only when it changed.

    ``ended_on``, ``reason`` (a ``StopReason``) and ``words``: when and why an item ended that the newer version leaves out.
    """

    kind: ChangeKind
    part: PartKind
    name: str
    fields: tuple[FieldChange, ...] = ()
    ended_on: date | None = None
    reason: str = ""
    words: str = ""


def differences(old: Content, new: Content) -> tuple[Difference, ...]:
    """What changed from one version to another: phases, then items, then goals, in the newer one's order; what is gone comes last."""
    return (
        *_of_parts(PartKind.PHASE, {line_of(p): p for p in old.phases}, {line_of(p): p for p in new.phases}, old, new),
        *_of_parts(PartKind.ITEM, {line_of(i): i for i in old.items}, {line_of(i): i for i in new.items}, old, new),
        *_of_parts(PartKind.GOAL, {line_of(g): g for g in old.goals}, {line_of(g): g for g in new.goals}, old, new),
    )


def _of_parts(kind: PartKind, was: Mapping[str, Part], now: Mapping[str, Part], old: Content, new: Content) -> Iterator[Difference]:
    for line, part in now.items():
        before = was.get(line)
        if before is None:
            yield Difference(kind=ChangeKind.ADDED, part=kind, name=_name(part))
        elif changed := _changes(old, before, new, part):
            yield Difference(kind=ChangeKind.CHANGED, part=kind, name=_name(part), fields=changed)
    for part in (part for line, part in was.items() if line not in now):
        if isinstance(part, PlanItem) and part.status in _ENDED:
            yield Difference(
                kind=_ENDED[part.status], part=kind, name=part.text, ended_on=part.stopped_on, reason=part.stop_reason, words=part.stop_note
            )
        else:
            yield Difference(kind=ChangeKind.REMOVED, part=kind, name=_name(part))


def _name(part: Part) -> str:
    return part.name if isinstance(part, PlanPhase) else part.text


def _changes(old: Content, before: Part, new: Content, part: Part) -> tuple[FieldChange, ...]:
    moved: tuple[FieldChange, ...] = ()
    labels = PHASE_FIELDS if isinstance(part, PlanPhase) else GOAL_FIELDS
    if isinstance(part, PlanItem) and isinstance(before, PlanItem):
        labels, was, now = ITEM_FIELDS, old.phase_of(before), new.phase_of(part)
        moved = (FieldChange(field="phase", label=N_("Phase"), old=was.name, new=now.name),) if line_of(was) != line_of(now) else ()
    return moved + tuple(
        FieldChange(field=field, label=label, old=getattr(before, field), new=getattr(part, field))
        for field, label in labels.items()
        if getattr(before, field) != getattr(part, field)
    )
