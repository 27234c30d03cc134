"""The personal plan and its follow-up (DOMAIN §4 Plan, §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class PlanStatus(StrEnum):
    """State machine *Plan*."""

    DRAFT = "draft"
    DISCUSSED = "discussed"
    ACTIVE = "active"
    COMPLETED = "completed"
    STOPPED = "stopped"
    REPLACED = "replaced"


PLAN_STATUS_NAMES = {
    PlanStatus.DRAFT: N_("Draft"),
    PlanStatus.DISCUSSED: N_("Discussed"),
    PlanStatus.ACTIVE: N_("Active"),
    PlanStatus.COMPLETED: N_("Completed"),
    PlanStatus.STOPPED: N_("Stopped"),
    PlanStatus.REPLACED: N_("Replaced"),
}


class Pillar(StrEnum):
    """What a plan item works on."""

    NUTRITION = "nutrition"
    SLEEP = "sleep"
    EXERCISE = "exercise"
    STRESS = "stress"
    SUPPLEMENT = "supplement"
    OTHER = "other"


PILLAR_NAMES = {
    Pillar.NUTRITION: N_("Nutrition"),
    Pillar.SLEEP: N_("Sleep"),
    Pillar.EXERCISE: N_("Exercise"),
    Pillar.STRESS: N_("Stress"),
    Pillar.SUPPLEMENT: N_("Supplement"),
    Pillar.OTHER: N_("Other"),
}


class Aim(StrEnum):
    """Recovery or regulation: the two aims of every plan."""

    RECOVERY = "recovery"
    REGULATION = "regulation"


AIM_NAMES = {Aim.RECOVERY: N_("Recovery"), Aim.REGULATION: N_("Regulation")}


class Responsible(StrEnum):
    """Who does it."""

    CLIENT = "client"
    PRACTITIONER = "practitioner"
    GP = "gp"
    THIRD = "third"


RESPONSIBLE_NAMES = {
    Responsible.CLIENT: N_("Client"),
    Responsible.PRACTITIONER: N_("Practitioner"),
    Responsible.GP: N_("GP"),
    Responsible.THIRD: N_("Somebody else"),
}
DOSE_UNITS = ("mg", "µg", "IE", "ml", "g", "capsule", "KVE")
MOMENTS_OF_DAY = {"morning": N_("Morning"), "noon": N_("Noon"), "evening": N_("Evening"), "night": N_("Before the night")}


class WithFood(StrEnum):
    """Whether something is taken with food."""

    ANY = ""
    WITH = "with"
    WITHOUT = "without"


WITH_FOOD_NAMES = {WithFood.ANY: N_("With or without food"), WithFood.WITH: N_("With food"), WithFood.WITHOUT: N_("On an empty stomach")}


class ItemStatus(StrEnum):
    """State machine *Planitem*."""

    PLANNED = "planned"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    STOPPED = "stopped"


ITEM_STATUS_NAMES = {
    ItemStatus.PLANNED: N_("Planned"),
    ItemStatus.ACTIVE: N_("Active"),
    ItemStatus.PAUSED: N_("Paused"),
    ItemStatus.COMPLETED: N_("Completed"),
    ItemStatus.STOPPED: N_("Stopped"),
}


class StopReason(StrEnum):
    """Why an item or a plan was stopped."""

    SIDE_EFFECT = "side_effect"
    NO_EFFECT = "no_effect"
    NOT_FEASIBLE = "not_feasible"
    COSTS = "costs"
    CONTRAINDICATION = "contraindication"
    WISH = "wish"


STOP_REASON_NAMES = {
    StopReason.SIDE_EFFECT: N_("Side effect"),
    StopReason.NO_EFFECT: N_("No effect"),
    StopReason.NOT_FEASIBLE: N_("Not feasible"),
    StopReason.COSTS: N_("Costs"),
    StopReason.CONTRAINDICATION: N_("Contraindication"),
    StopReason.WISH: N_("At the client's wish"),
}


@dataclass(frozen=True, kw_only=True)
class Plan(Record):
    """A client's personal plan; its content stands in its versions. One active plan a client. ``stop_reason``: a ``StopReason``."""

    client_id: str = ""
    status: PlanStatus = PlanStatus.DRAFT
    practitioner_id: str = ""
    ended_on: date | None = None
    stop_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanVersion(Record):
    """One version of a plan; frozen with ``hash`` (SHA-256 of its content) when it is activated.

    ``cadence``: weeks of the plan after which a contact is planned, with a space between; empty: none by itself. ``agreed_with``: with
    whom it was agreed on ``agreed_on``; empty: the client.
    """

    plan_id: str = ""
    client_id: str = ""
    number: int = 1
    status: PlanStatus = PlanStatus.DRAFT
    reason: str = ""
    valid_from: date | None = None
    agreed_on: date | None = None
    agreed_with: str = ""
    activated_at: datetime | None = None
    activated_by: str | None = None
    cadence: str = ""
    hash: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanPhase(Record):
    """A phase: ``weeks`` 1..52. ``origin``: the phase of the first version it was copied from; empty for one that is new."""

    version_id: str = ""
    client_id: str = ""
    position: int = 1
    name: str = ""
    weeks: int = 4
    goal: str = ""
    origin: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanItem(Record):
    """One step of a phase.

    ``dose`` is decimal text with a unit from ``DOSE_UNITS``; without ``start_on`` it starts with its phase; it is evaluated at most 12
    weeks later. ``origin``: the item of the first version it was copied from; ``stop_reason``: a ``StopReason``, ``stop_note`` in words.
    ``times`` ``per`` "day" or "week" at ``moments`` (codes of ``MOMENTS_OF_DAY``) on ``days`` (1 Monday … 7 Sunday, empty: any), with a
    space between; ``frequency`` and ``timing`` are what is said beside it in words. ``stop_when``: when the client stops and calls.
    ``begun_on`` and ``stopped_on``: when it really was.
    """

    phase_id: str = ""
    client_id: str = ""
    position: int = 1
    pillar: Pillar = Pillar.NUTRITION
    aim: Aim = Aim.RECOVERY
    text: str = ""
    dose: str = ""
    dose_unit: str = ""
    frequency: str = ""
    times: int | None = None
    per: str = "day"
    moments: str = ""
    days: str = ""
    with_food: WithFood = WithFood.ANY
    timing: str = ""
    stop_when: str = ""
    responsible: Responsible = Responsible.CLIENT
    start_on: date | None = None
    end_on: date | None = None
    evaluate_on: date | None = None
    contra_checked: bool = False
    source: str = ""
    status: ItemStatus = ItemStatus.PLANNED
    begun_on: date | None = None
    stopped_on: date | None = None
    stop_reason: str = ""
    stop_note: str = ""
    origin: str = ""


class GoalResult(StrEnum):
    """What became of a goal."""

    OPEN = ""
    REACHED = "reached"
    PARTLY = "partly"
    NOT_REACHED = "not_reached"
    NOT_APPLICABLE = "not_applicable"


GOAL_RESULT_NAMES = {
    GoalResult.OPEN: N_("Still open"),
    GoalResult.REACHED: N_("Reached"),
    GoalResult.PARTLY: N_("Partly reached"),
    GoalResult.NOT_REACHED: N_("Not reached"),
    GoalResult.NOT_APPLICABLE: N_("Not applicable"),
}


@dataclass(frozen=True, kw_only=True)
class PlanGoal(Record):
    """What a plan is to reach. ``measure`` names a figure: ``complaint:ID``, ``outcome:energy``, ``lifestyle:stress``; empty: words.

    ``baseline`` and ``target`` are decimal text; ``origin``: the goal of the first version it was copied from.
    """

    version_id: str = ""
    client_id: str = ""
    position: int = 1
    text: str = ""
    measure: str = ""
    baseline: str = ""
    target: str = ""
    due_on: date | None = None
    result: GoalResult = GoalResult.OPEN
    judged_on: date | None = None
    origin: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanTemplate(Record):
    """A plan of the clinic's own to begin with, in versions; copied into a plan, never linked.

    ``content``: JSON as ``plan_templates.json`` has it.
    """

    code: str = ""
    number: int = 1
    content: str = ""
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class Adherence(Record):
    """How far an item was kept to, as told on a day: ``percent`` 0–100; not asked is no row. ``item_line``: the item, whatever version.

    ``source_id``: the contact or note in which it was told; ``item_line`` is what ``line_of`` gives.
    """

    client_id: str = ""
    plan_id: str = ""
    item_line: str = ""
    percent: int = 0
    told_on: date = date(1970, 1, 1)
    source_id: str | None = None


class Severity(StrEnum):
    """How bad a side effect or reaction is."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


SEVERITY_NAMES = {Severity.MILD: N_("Mild"), Severity.MODERATE: N_("Moderate"), Severity.SEVERE: N_("Severe")}


@dataclass(frozen=True, kw_only=True)
class SideEffect(Record):
    """Something unwanted that the client ascribes to a plan item. ``item_line`` as in :class:`Adherence`; ``action`` is what was done."""

    client_id: str = ""
    plan_id: str = ""
    item_line: str = ""
    words: str = ""
    severity: Severity = Severity.MILD
    began_on: date = date(1970, 1, 1)
    ended_on: date | None = None
    action: str = ""
    reported_on: date | None = None


class FollowUpStatus(StrEnum):
    """State machine *Vervolgcontact*; overdue is derived."""

    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    LAPSED = "lapsed"


FOLLOW_UP_STATUS_NAMES = {
    FollowUpStatus.PLANNED: N_("Planned"),
    FollowUpStatus.DONE: N_("Completed"),
    FollowUpStatus.MISSED: N_("Missed"),
    FollowUpStatus.LAPSED: N_("Lapsed"),
}


@dataclass(frozen=True, kw_only=True)
class FollowUp(Record):
    """A dated contact of a plan: due ± ``window_days``. ``adherence`` 0–100 %. ``week``: the week of the cadence it was planned from.

    ``move_reason``: why it was dated anew the last time.
    """

    plan_id: str = ""
    client_id: str = ""
    practitioner_id: str = ""
    due_on: date = date(1970, 1, 1)
    window_days: int = 7
    channel: str = "phone"
    status: FollowUpStatus = FollowUpStatus.PLANNED
    appointment_id: str | None = None
    done_on: date | None = None
    adherence: int | None = None
    note: str = ""
    week: int | None = None
    move_reason: str = ""
