"""What a plan may say and when it may start, how versions differ, what is frozen, when a contact is late (DOMAIN §4, §6 Plan)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.plans import DOSE_UNITS, FollowUp, ItemStatus, PlanItem, PlanPhase, PlanStatus, PlanVersion
from nmx_desk.i18n import N_, _

MOST_WEEKS = 52
EVALUATE_WITHIN = timedelta(weeks=12)
OF_AGE = 18
MOST_TEXT = 500
OPEN = frozenset({PlanStatus.DRAFT, PlanStatus.DISCUSSED})
_I = ItemStatus
ITEM_STEPS: dict[ItemStatus, frozenset[ItemStatus]] = {
    _I.PLANNED: frozenset({_I.ACTIVE, _I.STOPPED}),
    _I.ACTIVE: frozenset({_I.PAUSED, _I.COMPLETED, _I.STOPPED}),
    _I.PAUSED: frozenset({_I.ACTIVE, _I.COMPLETED, _I.STOPPED}),
}


class ItemError(UserError):
    """Something about one item: ``item_id`` says which, ``field`` which of its fields."""

    def __init__(self, item: PlanItem, field: str, message: str) -> None:
        super().__init__(field, message)
        self.item_id = item.id


@dataclass(frozen=True, kw_only=True)
class Cautions:
    """Why every item of a client's plan needs a contra-check: medication as told in the last call, a minor, a special situation."""

    medication: str = ""
    is_minor: bool = False
    special: bool = False

    def __bool__(self) -> bool:
        return bool(self.medication) or self.is_minor or self.special


NO_STOPPING = N_("A plan never stops or lowers medication. Write that the client discusses it with the prescribing doctor.")
NO_MEDICATION = frozenset({"", "nee", "geen", "niets", "no", "none", "nothing", "nvt", "n.v.t", "-", "–"})


def medication_told(text: str) -> str:
    """The medication somebody told of; empty when what was written down says that there is none."""
    return "" if text.strip().rstrip(".").casefold() in NO_MEDICATION else text.strip()


# -- what an item may say ----------------------------------------------------------------------------------------------------------------

_STOP = (
    r"(?:stop\w*|gestopt|staak\w*|staken|afbouw\w*|bouw\w*|verminder\w*|verlaag\w*|verlag\w*|halveer\w*|halver\w*|halve\b|sla\b|overslaan|weglaten"
    r"|quit\w*|taper\w*|reduc\w*|discontinu\w*|skip\w*|lower\w*|halving|cut\b|omit\w*|cease\w*)"
)
_MEDICINE = (
    r"(?:\w*medicijn\w*|\w*medicatie\w*|\w*medicament\w*|\w*geneesmiddel\w*|medicine\w*|\w*medication\w*|\bpil(?:len)?\b|\bpills?\b"
    r"|\w*antidepress\w*|insulin\w*|predniso\w*|metformin\w*|\w*thyrox\w*|antibiotic\w*|plaspil\w*|plasmiddel\w*|maagzuurremmer\w*"
    r"|bloedverdunner\w*|b[eè]tablokker\w*|slaapmiddel\w*|\w{3,}(?:pril|sartan|olol|statine?|prazole?)\b)"
)
_ASK = re.compile(
    r"\b(?:overleg\w*|bespreek\w*|bespreken|vraag|vragen|raadpleeg|discuss\w*|ask\w*|consult\w*|talk\w*)\b[^.!?;\n]*"
    r"(?:arts\b|voorschrijver|apotheker|prescriber|\bgp\b|doctor|pharmacist|specialist)",
    re.IGNORECASE,
)
_NEVER = re.compile(
    rf"\b(?:niet|nooit|not|never|n't)\s+(?:zelf\s+|zomaar\s+|yourself\s+|just\s+)?{_STOP}|\b{_STOP}\s+(?:zelf\s+)?(?:niet|nooit|geen)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(rf"\b{_STOP}\b[^.!?;\n]*?{_MEDICINE}|{_MEDICINE}[^.!?;\n]*?\b{_STOP}\b", re.IGNORECASE)


def stops_medication(text: str) -> bool:
    """Whether a sentence tells to stop or lower medication, other than by asking the prescriber. A safety net, not a reader of minds."""
    return any(_BOTH.search(part) and not _ASK.search(part) and not _NEVER.search(part) for part in re.split(r"[.!?;\n]+(?:\s|$)", text))


def parse_dose(text: str) -> str | None:
    """A dose as decimal text, from what was typed (``1,5`` → ``1.5``, at most 3 decimals); empty for none, None when it is no amount."""
    typed = text.strip().replace(",", ".")
    if not typed:
        return ""
    if not re.fullmatch(r"\d{1,7}(\.\d{1,3})?", typed) or not Decimal(typed):
        return None
    return f"{Decimal(typed).normalize():f}"


def check_item(item: PlanItem) -> None:
    """Raise ``ItemError`` unless the item may stand in a draft."""
    if not item.text.strip():
        raise ItemError(item, "text", _("Write down what is to be done."))
    if len(item.text) > MOST_TEXT:
        raise ItemError(item, "text", _("Describe it in at most {n} characters.").format(n=MOST_TEXT))
    for field in ("text", "frequency", "timing"):
        if stops_medication(getattr(item, field)):
            raise ItemError(item, field, _(NO_STOPPING))
    if parse_dose(item.dose) is None:
        raise ItemError(item, "dose", _("Write the dose as a number, such as 400 or 1,5."))
    if item.dose and item.dose_unit not in DOSE_UNITS:
        raise ItemError(item, "dose_unit", _("A dose needs a unit. Choose one."))
    if item.dose_unit and not item.dose:
        raise ItemError(item, "dose", _("Fill in the dose, or leave the unit empty."))
    if item.start_on and item.end_on and item.end_on < item.start_on:
        raise ItemError(item, "end_on", _("The end lies before the start. Change one of the two."))


def check_phase(phase: PlanPhase) -> None:
    """Raise ``UserError`` unless the phase may stand in a draft."""
    if not phase.name.strip():
        raise UserError("name", _("Give every phase a name."))
    if not 1 <= phase.weeks <= MOST_WEEKS:
        raise UserError("weeks", _("A phase takes 1 to {n} weeks.").format(n=MOST_WEEKS))
    if stops_medication(phase.goal) or stops_medication(phase.name):
        raise UserError("goal", _(NO_STOPPING))


# -- when it may start -------------------------------------------------------------------------------------------------------------------


def phase_starts(phases: Sequence[PlanPhase], start: date) -> dict[str, date]:
    """First day of every phase by its id, when the plan starts on a day; phases follow one another in the order given."""
    found = {}
    for phase in phases:
        found[phase.id] = start
        start += timedelta(weeks=phase.weeks)
    return found


def evaluation_day(phase: PlanPhase, phase_start: date) -> date:
    """When an item of a phase is evaluated unless one says otherwise: at the end of the phase, after 12 weeks at the latest."""
    return phase_start + min(timedelta(weeks=phase.weeks), EVALUATE_WITHIN)


def check_start(content: Content, starting: Sequence[PlanItem], start: date, today: date, cautions: Cautions) -> None:
    """Raise ``UserError`` unless the items of a version that are ``starting`` may do so today; ``start`` is the plan's first day."""
    if not content.items:
        raise UserError("", _("This plan has no items yet. Add at least one."))
    starts = phase_starts(content.phases, start)
    for item in starting:
        check_item(item)
        begins = max(item.start_on or starts[item.phase_id], today)
        if item.evaluate_on is None:
            raise ItemError(item, "evaluate_on", _("Choose when “{item}” is evaluated.").format(item=_short(item.text)))
        if not begins < item.evaluate_on <= begins + EVALUATE_WITHIN:
            raise ItemError(
                item,
                "evaluate_on",
                _("“{item}” is evaluated after it starts and at most 12 weeks later: by {day}.").format(
                    item=_short(item.text), day=_day(begins + EVALUATE_WITHIN)
                ),
            )
        if cautions and not item.contra_checked:
            raise ItemError(
                item,
                "contra_checked",
                _("Check “{item}” against medication and situation first, and tick that it was done.").format(item=_short(item.text)),
            )


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59].rstrip() + "…"


def _day(day: date) -> str:
    return f"{day.day}-{day.month}-{day.year}"


def plan_hash(version: PlanVersion, phases: Sequence[PlanPhase], items: Iterable[PlanItem]) -> str:
    """SHA-256 (hex) of an activated version: canonical JSON, keys sorted, phases and items in order; an item's status is not in it."""
    ordered = sorted(items, key=lambda item: (item.position, item.id))
    content = {
        "version": version.id,
        "plan": version.plan_id,
        "client": version.client_id,
        "number": version.number,
        "reason": version.reason,
        "valid_from": version.valid_from.isoformat() if version.valid_from else None,
        "agreed_on": version.agreed_on.isoformat() if version.agreed_on else None,
        "activated_at": version.activated_at.astimezone(UTC).isoformat() if version.activated_at else None,
        "activated_by": version.activated_by,
        "phases": [
            [phase.name, phase.weeks, phase.goal, [_item_content(item) for item in ordered if item.phase_id == phase.id]]
            for phase in sorted(phases, key=lambda phase: (phase.position, phase.id))
        ],
    }
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _item_content(item: PlanItem) -> dict[str, str | bool | None]:
    days = {name: day.isoformat() if (day := getattr(item, name)) else None for name in ("start_on", "end_on", "evaluate_on")}
    names = ("pillar", "aim", "text", "dose", "dose_unit", "frequency", "timing", "responsible", "source")
    words = {name: str(getattr(item, name)) for name in names}
    return {**days, **words, "contra_checked": item.contra_checked}


# -- what changed ------------------------------------------------------------------------------------------------------------------------

ITEM_FIELDS = {
    "text": N_("Text"), "pillar": N_("Pillar"), "aim": N_("Aim"), "dose": N_("Dose"), "dose_unit": N_("Unit"), "frequency": N_("Frequency"),
    "timing": N_("Timing"), "responsible": N_("Responsible"), "start_on": N_("Start"), "end_on": N_("End"),
    "evaluate_on": N_("Evaluation date"), "source": N_("Source"),
}  # fmt: skip
PHASE_FIELDS = {"name": N_("Name"), "weeks": N_("Weeks"), "goal": N_("Goal")}
Shown = str | int | date | None


class ChangeKind(StrEnum):
    """What became of a phase or an item."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


CHANGE_NAMES = {ChangeKind.ADDED: N_("Added"), ChangeKind.REMOVED: N_("Removed"), ChangeKind.CHANGED: N_("Changed")}


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field: ``label`` is to be translated."""

    field: str
    label: str
    old: Shown
    new: Shown


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What became of one phase or item between two versions; ``fields`` only when it changed."""

    kind: ChangeKind
    is_phase: bool
    name: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Content:
    """Phases and items of one version, in order."""

    phases: tuple[PlanPhase, ...]
    items: tuple[PlanItem, ...]

    def phase_of(self, item: PlanItem) -> PlanPhase:
        """The phase an item stands in."""
        return next(phase for phase in self.phases if phase.id == item.phase_id)


def line_of(part: PlanPhase | PlanItem) -> str:
    """What a phase or item has in common with its copies in other versions."""
    return part.origin or part.id


def differences(old: Content, new: Content) -> tuple[Difference, ...]:
    """What changed from one version to another: phases first, then items, in the newer one's order; what is gone comes last."""
    old_phases, new_phases = {line_of(p): p for p in old.phases}, {line_of(p): p for p in new.phases}
    old_items, new_items = {line_of(i): i for i in old.items}, {line_of(i): i for i in new.items}
    found = [d for line, phase in new_phases.items() if (d := _phase_difference(old_phases.get(line), phase))]
    found += [
        Difference(kind=ChangeKind.REMOVED, is_phase=True, name=phase.name) for line, phase in old_phases.items() if line not in new_phases
    ]
    for line, item in new_items.items():
        before = old_items.get(line)
        if before is None:
            found.append(Difference(kind=ChangeKind.ADDED, is_phase=False, name=item.text))
        elif changed := _item_changes(old, before, new, item):
            found.append(Difference(kind=ChangeKind.CHANGED, is_phase=False, name=item.text, fields=changed))
    gone = [item for line, item in old_items.items() if line not in new_items]
    found += [Difference(kind=ChangeKind.REMOVED, is_phase=False, name=item.text) for item in gone]
    return tuple(found)


def _phase_difference(before: PlanPhase | None, phase: PlanPhase) -> Difference | None:
    if before is None:
        return Difference(kind=ChangeKind.ADDED, is_phase=True, name=phase.name)
    changed = _changes(before, phase, PHASE_FIELDS)
    return Difference(kind=ChangeKind.CHANGED, is_phase=True, name=phase.name, fields=changed) if changed else None


def _item_changes(old: Content, before: PlanItem, new: Content, item: PlanItem) -> tuple[FieldChange, ...]:
    was, now = old.phase_of(before), new.phase_of(item)
    moved = (FieldChange(field="phase", label=N_("Phase"), old=was.name, new=now.name),) if line_of(was) != line_of(now) else ()
    return moved + _changes(before, item, ITEM_FIELDS)


def _changes(old: PlanPhase | PlanItem, new: PlanPhase | PlanItem, labels: dict[str, str]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(field=field, label=label, old=getattr(old, field), new=getattr(new, field))
        for field, label in labels.items()
        if getattr(old, field) != getattr(new, field)
    )


# -- follow-up contacts ------------------------------------------------------------------------------------------------------------------


class FollowUpState(StrEnum):
    """Where a planned contact stands today; "overdue" is never stored."""

    OVERDUE = "overdue"
    DUE = "due"
    COMING = "coming"


FOLLOW_UP_STATE_NAMES = {FollowUpState.OVERDUE: N_("Overdue"), FollowUpState.DUE: N_("Due"), FollowUpState.COMING: N_("Coming")}


def follow_up_state(follow_up: FollowUp, today: date) -> FollowUpState:
    """Due within its window around the due date, overdue after it, coming before."""
    window = timedelta(days=follow_up.window_days)
    if today > follow_up.due_on + window:
        return FollowUpState.OVERDUE
    return FollowUpState.DUE if today >= follow_up.due_on - window else FollowUpState.COMING
