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
    """One version of a plan; frozen with ``hash`` (SHA-256 of its content) when it is activated."""

    plan_id: str = ""
    client_id: str = ""
    number: int = 1
    status: PlanStatus = PlanStatus.DRAFT
    reason: str = ""
    valid_from: date | None = None
    agreed_on: date | None = None
    activated_at: datetime | None = None
    activated_by: str | None = None
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
    weeks later. ``origin``: the item of the first version it was copied from; ``stop_reason``: a ``StopReason``.
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
    timing: str = ""
    responsible: Responsible = Responsible.CLIENT
    start_on: date | None = None
    end_on: date | None = None
    evaluate_on: date | None = None
    contra_checked: bool = False
    source: str = ""
    status: ItemStatus = ItemStatus.PLANNED
    stop_reason: str = ""
    origin: str = ""


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
    """A dated contact of a plan: due ± ``window_days``. ``adherence`` 0–100 %."""

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
