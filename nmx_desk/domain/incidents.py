"""Incidents (VIM): what went wrong or nearly did, analysed to learn. A calamity is reported to the inspectorate within 3 working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

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


CALAMITY_NAMES = {Calamity.NO: N_("No"), Calamity.DOUBT: N_("Being looked into"), Calamity.ESTABLISHED: N_("Yes, a calamity")}


@dataclass(frozen=True, kw_only=True)
class Incident(Record):
    """An incident: number, days and codes; it outlives the client's file. ``summary`` without names.

    ``chance`` 1–5: how likely it is to happen again. ``leak_found_at``: when a leak of personal data was found (72 hours to the authority).
    ``source``: what it came from, as ``table:id``. ``reporter_id`` None: reported without a name.
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
    closed_on: date | None = None
    told_on: date | None = None
    calamity: Calamity = Calamity.NO
    doubt_on: date | None = None
    established_on: date | None = None
    authority_on: date | None = None
    authority_ref: str = ""
    leak_found_at: datetime | None = None
    leak_reported_at: datetime | None = None
    leak_ref: str = ""
    source: str = ""


def may_step(now: IncidentStatus, then: IncidentStatus) -> bool:
    """Whether the state machine has this step."""
    return then in INCIDENT_STEPS[now]
