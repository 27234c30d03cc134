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
from nmx_desk.domain.plan_rhythm import MOST_TIMES, rhythm_problem
from nmx_desk.domain.plans import DOSE_UNITS, FollowUp, PlanGoal, PlanItem, PlanPhase, PlanStatus, PlanVersion
from nmx_desk.i18n import N_, _

MOST_WEEKS = 52
EVALUATE_WITHIN = timedelta(weeks=12)
OF_AGE = 18
MOST_TEXT = 500
OPEN = frozenset({PlanStatus.DRAFT, PlanStatus.DISCUSSED})


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
    for field in ("text", "frequency", "timing", "stop_when"):
        if stops_medication(getattr(item, field)):
            raise ItemError(item, field, _(NO_STOPPING))
    if parse_dose(item.dose) is None:
        raise ItemError(item, "dose", _("Write the dose as a number, such as 400 or 1,5."))
    if item.dose and item.dose_unit not in DOSE_UNITS:
        raise ItemError(item, "dose_unit", _("A dose needs a unit. Choose one."))
    if item.dose_unit and not item.dose:
        raise ItemError(item, "dose", _("Fill in the dose, or leave the unit empty."))
    if wrong := rhythm_problem(item):
        raise ItemError(item, wrong, _rhythm_message(wrong))
    if item.start_on and item.end_on and item.end_on < item.start_on:
        raise ItemError(item, "end_on", _("The end lies before the start. Change one of the two."))


def _rhythm_message(field: str) -> str:
    match field:
        case "times":
            return _("Write how often as a whole number from 1 to {n}.").format(n=MOST_TIMES)
        case "moments":
            return _("There are more moments of the day than times a day. Change one of the two.")
        case "days":
            return _("There are more days than times a week. Change one of the two.")
        case _:
            return _("Choose a day or a week.")


def check_goal(goal: PlanGoal) -> None:
    """Raise ``UserError`` unless the goal may stand in a draft; ``field`` begins with ``goal_``."""
    if not goal.text.strip():
        raise UserError("goal_text", _("Write down what is to be reached."))
    if len(goal.text) > MOST_TEXT:
        raise UserError("goal_text", _("Describe it in at most {n} characters.").format(n=MOST_TEXT))
    if stops_medication(goal.text):
        raise UserError("goal_text", _(NO_STOPPING))
    for field in ("baseline", "target"):
        if parse_figure(getattr(goal, field)) is None:
            raise UserError(f"goal_{field}", _("Write a number, such as 4 or 7,5, or leave it empty."))
    if goal.target and not goal.measure:
        raise UserError("goal_measure", _("Choose what the number is a figure of, or leave it empty."))


def parse_figure(text: str) -> str | None:
    """A figure as decimal text (0 is one), empty for none, None when it is no figure."""
    typed = text.strip().replace(",", ".")
    if typed and re.fullmatch(r"0{1,7}([.]0{1,3})?", typed):
        return "0"
    return parse_dose(typed)


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


def plan_hash(version: PlanVersion, phases: Sequence[PlanPhase], items: Iterable[PlanItem], goals: Iterable[PlanGoal] = ()) -> str:
    """SHA-256 (hex) of an activated version: canonical JSON, keys sorted, phases and items in order; an item's status is not in it.

    What plans could not say before schema 0006 is in it only where it is said, so that what was signed earlier keeps its sum.
    """
    ordered = sorted(items, key=lambda item: (item.position, item.id))
    said = {name: value for name in ("cadence", "agreed_with") if (value := getattr(version, name))}
    aims = [_goal_content(goal) for goal in sorted(goals, key=lambda goal: (goal.position, goal.id))]
    content = {
        **said,
        **({"goals": aims} if aims else {}),
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


def _goal_content(goal: PlanGoal) -> list[str | None]:
    return [goal.text, goal.measure, goal.baseline, goal.target, goal.due_on.isoformat() if goal.due_on else None]


_SINCE_0006 = {"times": None, "per": "day", "moments": "", "days": "", "with_food": "", "stop_when": ""}


def _item_content(item: PlanItem) -> dict[str, str | int | bool | None]:
    days = {name: day.isoformat() if (day := getattr(item, name)) else None for name in ("start_on", "end_on", "evaluate_on")}
    names = ("pillar", "aim", "text", "dose", "dose_unit", "frequency", "timing", "responsible", "source")
    words = {name: str(getattr(item, name)) for name in names}
    newer = {name: value for name, none in _SINCE_0006.items() if (value := getattr(item, name)) != none}
    return {**days, **words, **newer, "contra_checked": item.contra_checked}


# -- one version ------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Content:
    """Phases, items and goals of one version, in order."""

    phases: tuple[PlanPhase, ...]
    items: tuple[PlanItem, ...]
    goals: tuple[PlanGoal, ...] = ()

    def phase_of(self, item: PlanItem) -> PlanPhase:
        """The phase an item stands in."""
        return next(phase for phase in self.phases if phase.id == item.phase_id)


def line_of(part: PlanPhase | PlanItem | PlanGoal) -> str:
    """What a phase, item or goal has in common with its copies in other versions."""
    return part.origin or part.id


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
