"""Incidents (VIM): what went wrong or nearly did, analysed to learn. A calamity is reported to the inspectorate within 3 working days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class IncidentStatus(StrEnum):
    """State machine *Incident*."""

    REPORTED = "reported"
    ANALYSING = "analysing"
    MEASURES = "measures"
    CLOSED = "closed"


INCIDENT_STATUS_NAMES = {
    IncidentStatus.REPORTED: N_("Reported"),
    IncidentStatus.ANALYSING: N_("Being analysed"),
    IncidentStatus.MEASURES: N_("Measures"),
    IncidentStatus.CLOSED: N_("Closed"),
}
_S = IncidentStatus
INCIDENT_STEPS: Final[dict[IncidentStatus, frozenset[IncidentStatus]]] = {
    _S.REPORTED: frozenset({_S.ANALYSING}),
    _S.ANALYSING: frozenset({_S.MEASURES, _S.CLOSED}),
    _S.MEASURES: frozenset({_S.CLOSED}),
    _S.CLOSED: frozenset(),
}


class IncidentKind(StrEnum):
    """What an incident is about."""

    CARE = "care"
    SUPPLEMENT = "supplement"
    COMMUNICATION = "communication"
    PRIVACY = "privacy"
    ORGANISATION = "organisation"
    MATERIAL = "material"
    FALL = "fall"
    OTHER = "other"


INCIDENT_KIND_NAMES = {
    IncidentKind.CARE: N_("Advice or treatment"),
    IncidentKind.SUPPLEMENT: N_("Supplement or medicine"),
    IncidentKind.COMMUNICATION: N_("Communication"),
    IncidentKind.PRIVACY: N_("Privacy, data leak"),
    IncidentKind.ORGANISATION: N_("Organisation"),
    IncidentKind.MATERIAL: N_("Material, lab sample"),
    IncidentKind.FALL: N_("Fall or accident"),
    IncidentKind.OTHER: N_("Other"),
}


class Harm(StrEnum):
    """What it did to somebody."""

    NONE = "none"
    SLIGHT = "slight"
    MODERATE = "moderate"
    SERIOUS = "serious"
    DEATH = "death"


HARM_NAMES = {
    Harm.NONE: N_("No harm"),
    Harm.SLIGHT: N_("Slight"),
    Harm.MODERATE: N_("Moderate"),
    Harm.SERIOUS: N_("Serious"),
    Harm.DEATH: N_("Death"),
}


class Calamity(StrEnum):
    """Whether an incident is a calamity: unintended, about the quality of care, with death or serious harm."""

    NO = "no"
    DOUBT = "doubt"
    ESTABLISHED = "established"


class IncidentCause(StrEnum):
    """The root of it, as the analysis found; "" while it has not."""

    NONE = ""
    HUMAN = "human"
    AGREEMENTS = "agreements"
    HANDOVER = "handover"
    TECHNICAL = "technical"
    SUPPLIER = "supplier"
    CLIENT = "client"
    OUTSIDE = "outside"


INCIDENT_CAUSE_NAMES = {
    IncidentCause.NONE: N_("Not yet known"),
    IncidentCause.HUMAN: N_("Human: slip, knowledge, attention"),
    IncidentCause.AGREEMENTS: N_("Agreements: missing, unclear or not followed"),
    IncidentCause.HANDOVER: N_("Handing over and telling each other"),
    IncidentCause.TECHNICAL: N_("Technical: device, program, building"),
    IncidentCause.SUPPLIER: N_("Supplier or laboratory"),
    IncidentCause.CLIENT: N_("On the side of the client"),
    IncidentCause.OUTSIDE: N_("Outside the clinic"),
}

CALAMITY_NAMES = {Calamity.NO: N_("No"), Calamity.DOUBT: N_("Being looked into"), Calamity.ESTABLISHED: N_("Yes, a calamity")}


CALAMITY_STEPS: Final[dict[Calamity, frozenset[Calamity]]] = {
    Calamity.NO: frozenset({Calamity.DOUBT, Calamity.ESTABLISHED}),
    Calamity.DOUBT: frozenset({Calamity.NO, Calamity.ESTABLISHED}),
    Calamity.ESTABLISHED: frozenset(),
}


@dataclass(frozen=True, kw_only=True)
class Incident(Record):
    """An incident: number, days and codes; it outlives the client's file. ``summary`` without names.

    ``chance`` 1–5: how likely it is to happen again. ``leak_found_at``: when a leak of personal data was found (72 hours to the authority).
    ``leak_none_on``: when it was settled that the authority need not be told. ``doubt_ended_on``: when the doubt was over.
    ``source``: what it came from, as ``table:id``. ``reporter_id`` None: reported without a name.
    ``stepped_at``, ``stepped_by``: the last step, which who took it takes back on the same day.
    """

    number: str = ""
    client_id: str | None = None
    client_no: str = ""
    reported_on: date = date(1970, 1, 1)
    reporter_id: str | None = None
    occurred_on: date | None = None
    place: str = ""
    kind: IncidentKind = IncidentKind.OTHER
    summary: str = ""
    harm: Harm = Harm.NONE
    chance: int | None = None
    status: IncidentStatus = IncidentStatus.REPORTED
    owner_id: str | None = None
    due_on: date | None = None
    analysed_on: date | None = None
    cause: IncidentCause = IncidentCause.NONE
    closed_on: date | None = None
    told_on: date | None = None
    calamity: Calamity = Calamity.NO
    doubt_on: date | None = None
    doubt_ended_on: date | None = None
    established_on: date | None = None
    authority_on: date | None = None
    authority_ref: str = ""
    leak_found_at: datetime | None = None
    leak_reported_at: datetime | None = None
    leak_ref: str = ""
    leak_none_on: date | None = None
    source: str = ""
    stepped_at: datetime | None = None
    stepped_by: str | None = None
    stepped_from: IncidentStatus = IncidentStatus.REPORTED


def may_step(now: IncidentStatus, then: IncidentStatus) -> bool:
    """Whether the state machine has this step."""
    return then in INCIDENT_STEPS[now]


def stepped(incident: Incident, then: IncidentStatus, day: date) -> Incident:
    """The incident after a step; its day stands with it."""
    analysed = day if incident.status is _S.ANALYSING else incident.analysed_on
    closed = day if then is _S.CLOSED else None
    return replace(incident, status=then, stepped_from=incident.status, analysed_on=analysed, closed_on=closed)


def stepped_back(incident: Incident) -> Incident:
    """As it was before its last step. What was written stays."""
    before = incident.stepped_from
    analysed = incident.analysed_on if before is _S.MEASURES else None
    return replace(incident, status=before, analysed_on=analysed, closed_on=None)


# -- how grave it is ---------------------------------------------------------------------------------------------------------------------


class Danger(StrEnum):
    """Harm and chance together."""

    UNKNOWN = ""
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    EXTREME = "extreme"


DANGER_NAMES = {
    Danger.UNKNOWN: N_("Not weighed yet"),
    Danger.LOW: N_("Low risk"),
    Danger.MODERATE: N_("Moderate risk"),
    Danger.HIGH: N_("High risk"),
    Danger.EXTREME: N_("Very high risk"),
}
CHANCE_NAMES = {
    1: N_("1 – almost never"),
    2: N_("2 – once in years"),
    3: N_("3 – once a year"),
    4: N_("4 – once a month"),
    5: N_("5 – every week or more"),
}
GRAVE: Final = frozenset({Harm.SERIOUS, Harm.DEATH})


def danger(incident: Incident) -> Danger:
    """Harm (1–5) times chance (1–5): up to 4 low, up to 9 moderate, up to 15 high, else very high. Grave harm is never less than high."""
    if incident.chance is None:
        return Danger.HIGH if incident.harm in GRAVE else Danger.UNKNOWN
    points = (list(Harm).index(incident.harm) + 1) * incident.chance
    if points > 15:
        return Danger.EXTREME
    if points > 9 or incident.harm in GRAVE:
        return Danger.HIGH
    return Danger.MODERATE if points > 4 else Danger.LOW


# -- what the law wants to be told in time -----------------------------------------------------------------------------------------------

LOOK_INTO_WITHIN: Final = timedelta(weeks=6)
REPORT_WORKING_DAYS: Final = 3
LEAK_WITHIN: Final = timedelta(hours=72)
ANALYSE_WITHIN: Final = timedelta(weeks=4)


class TimerKind(StrEnum):
    """What is waited for."""

    DOUBT = "doubt"
    CALAMITY = "calamity"
    LEAK = "leak"


TIMER_NAMES = {
    TimerKind.DOUBT: N_("Look into whether it is a calamity"),
    TimerKind.CALAMITY: N_("Report the calamity to the inspectorate (IGJ)"),
    TimerKind.LEAK: N_("Report the data leak to the authority (AP)"),
}


@dataclass(frozen=True, kw_only=True)
class Timer:
    """A term of the law. ``until``: when it is over; ``day``: the last day of it; ``met``: done, on ``met_on``."""

    kind: TimerKind
    until: datetime
    day: date
    met_on: date | None = None

    @property
    def runs(self) -> bool:
        """Whether it still waits for somebody."""
        return self.met_on is None

    def late(self, now: datetime) -> bool:
        """Whether the term passed without it."""
        return self.met_on > self.day if self.met_on is not None else now >= self.until


def working_days_after(start: date, days: int, holidays: Collection[date]) -> date:
    """The ``days``-th day after ``start`` from Monday to Friday that is no public holiday."""
    day, left = start, days
    while left:
        day += timedelta(days=1)
        left -= day.isoweekday() <= 5 and day not in holidays
    return day


def timers(incident: Incident, zone: ZoneInfo, holidays: Collection[date]) -> tuple[Timer, ...]:
    """Every term that began, met or not. A term in days ends with its last day on the clinic's wall."""
    found = []
    if incident.doubt_on is not None:
        met = incident.doubt_ended_on or incident.established_on
        found.append(_by_day(TimerKind.DOUBT, incident.doubt_on + LOOK_INTO_WITHIN, met, zone))
    if incident.established_on is not None:
        last = working_days_after(incident.established_on, REPORT_WORKING_DAYS, holidays)
        found.append(_by_day(TimerKind.CALAMITY, last, incident.authority_on, zone))
    if incident.leak_found_at is not None:
        until = incident.leak_found_at + LEAK_WITHIN
        told = incident.leak_reported_at
        met = told.astimezone(zone).date() if told is not None else incident.leak_none_on
        found.append(Timer(kind=TimerKind.LEAK, until=until, day=until.astimezone(zone).date(), met_on=met))
    return tuple(found)


def _by_day(kind: TimerKind, last: date, met_on: date | None, zone: ZoneInfo) -> Timer:
    until = datetime.combine(last + timedelta(days=1), time(), zone).astimezone(UTC)
    return Timer(kind=kind, until=until, day=last, met_on=met_on)


def still_wanted(incident: Incident, zone: ZoneInfo) -> tuple[TimerKind, ...]:
    """The terms that must be met before it is closed."""
    return tuple(timer.kind for timer in timers(incident, zone, ()) if timer.runs)
