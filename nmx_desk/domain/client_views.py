"""What the client list and the client page show, as frozen results of the use cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Alert, Client
from nmx_desk.domain.complaints import Complaint, ComplaintScore, OutcomeScore
from nmx_desk.domain.consults import FlagResult
from nmx_desk.domain.contact_views import Household
from nmx_desk.domain.contacts import ContactPoint
from nmx_desk.domain.likeness import Likeness
from nmx_desk.domain.plans import FollowUp, PlanPhase, PlanVersion


@dataclass(frozen=True)
class ClientRow:
    """A client in the list."""

    client: Client
    age: int | None
    practitioner: str
    alerts: tuple[Alert, ...]

    @property
    def id(self) -> str:
        """The client's id."""
        return self.client.id


@dataclass(frozen=True)
class ClientList:
    """A piece of the list. ``after`` asks for the next piece; empty at the end. ``guessed``: nobody exact, these come close."""

    rows: tuple[ClientRow, ...]
    after: str = ""
    guessed: bool = False


@dataclass(frozen=True)
class AppointmentRow:
    """An appointment of a client, with the names of its type and practitioner."""

    appointment: Appointment
    kind: str
    practitioner: str

    @property
    def id(self) -> str:
        """The appointment's id."""
        return self.appointment.id


@dataclass(frozen=True)
class ComplaintCurve:
    """A complaint and its scores, oldest first."""

    complaint: Complaint
    scores: tuple[ComplaintScore, ...]


@dataclass(frozen=True)
class FlagLine:
    """A red flag that was answered with yes."""

    label: str
    assessed: bool


@dataclass(frozen=True)
class FlagSummary:
    """The last red-flag check of a client."""

    result: FlagResult
    asked_on: date
    yes: tuple[FlagLine, ...]
    override_reason: str


@dataclass(frozen=True)
class CareOverview:
    """Care content on one page: active complaints (main one first), calm, energy and resistance over time, the last red-flag check."""

    complaints: tuple[ComplaintCurve, ...]
    outcomes: tuple[OutcomeScore, ...]
    flags: FlagSummary | None


@dataclass(frozen=True)
class PlanSummary:
    """The active plan. ``current`` is the index of the phase one is in now; None before the first and after the last."""

    plan_id: str
    version: PlanVersion
    phases: tuple[PlanPhase, ...]
    current: int | None
    evaluate_on: date | None


@dataclass(frozen=True)
class ClientSheet:
    """Everything the first page of a client shows to this user.

    ``care`` is None when the role, or being another's client, keeps it closed; ``care_with_reason``: a written reason opens it;
    ``destroyed_on``: the last day on which a part of the file was destroyed; ``earlier_numbers``: of the clients merged into this one;
    ``sixteen``: what is to be done around the sixteenth birthday; ``points``: every phone number and address, in order;
    ``still_planned``: appointments to come of a client who has died; ``complaint_open``: for who may know, nothing of what it says.
    """

    client: Client
    age: int | None
    alerts: tuple[Alert, ...]
    practitioner: str
    practitioners: tuple[tuple[str, str], ...]
    may_assign: bool
    notes: int
    no_shows: int
    next_appointment: AppointmentRow | None
    next_step: FollowUp | None
    open_requests: int
    care: CareOverview | None = None
    care_with_reason: bool = False
    plan: PlanSummary | None = None
    destroyed_on: date | None = None
    earlier_numbers: tuple[str, ...] = ()
    sixteen: str = ""
    still_planned: int = 0
    complaint_open: bool = False
    points: tuple[ContactPoint, ...] = ()
    households: tuple[Household, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The client's name as people say it."""
        return self.client.name


@dataclass(frozen=True)
class DoublePair:
    """Two clients who may be one person, and why."""

    one: Client
    other: Client
    likeness: Likeness

    @property
    def id(self) -> str:
        """Their ids."""
        return f"{self.one.id} {self.other.id}"


@dataclass(frozen=True)
class DoubleList:
    """Pairs, the surest first. ``more``: how many did not fit; ``weak``: how many share a phone or e-mail only, as families do."""

    pairs: tuple[DoublePair, ...] = ()
    more: int = 0
    weak: int = 0


@dataclass(frozen=True)
class Double:
    """A client who may be the same person, and why."""

    client: Client
    likeness: Likeness
