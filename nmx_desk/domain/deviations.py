"""Nonconformities with what was done about them (*afwijking*, CAPA; ISO 9001 10.2): correction, cause, action, tested for effect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from nmx_desk.domain.base import Record
from nmx_desk.i18n import N_


class DeviationStatus(StrEnum):
    """State machine *CAPA*."""

    OPEN = "open"
    CORRECTION = "correction"
    CAUSE = "cause"
    ACTION = "action"
    DONE = "done"
    TESTED = "tested"
    CLOSED = "closed"
    REOPENED = "reopened"


DEVIATION_STATUS_NAMES = {
    DeviationStatus.OPEN: N_("Open"),
    DeviationStatus.CORRECTION: N_("Corrected"),
    DeviationStatus.CAUSE: N_("Cause found"),
    DeviationStatus.ACTION: N_("Action planned"),
    DeviationStatus.DONE: N_("Action carried out"),
    DeviationStatus.TESTED: N_("Tested for effect"),
    DeviationStatus.CLOSED: N_("Closed"),
    DeviationStatus.REOPENED: N_("Reopened"),
}
_S = DeviationStatus
DEVIATION_STEPS: Final[dict[DeviationStatus, frozenset[DeviationStatus]]] = {
    _S.OPEN: frozenset({_S.CORRECTION}),
    _S.CORRECTION: frozenset({_S.CAUSE}),
    _S.CAUSE: frozenset({_S.ACTION}),
    _S.ACTION: frozenset({_S.DONE}),
    _S.DONE: frozenset({_S.TESTED}),
    _S.TESTED: frozenset({_S.CLOSED, _S.REOPENED}),
    _S.REOPENED: frozenset({_S.CAUSE}),
    _S.CLOSED: frozenset(),
}


TERM: Final = timedelta(weeks=4)
"""Within which the action is to be carried out, unless another day is chosen."""
TEST_AFTER: Final = relativedelta(months=3)
"""After which its effect is tested, unless another day is chosen."""
LATEST: Final = timedelta(days=3 * 366)


class Origin(StrEnum):
    """Where a nonconformity came to light."""

    WORK = "work"
    GRIEVANCE = "grievance"
    INCIDENT = "incident"
    INTERNAL_AUDIT = "internal_audit"
    EXTERNAL_AUDIT = "external_audit"
    SUPPLIER = "supplier"
    FIGURES = "figures"
    REVIEW = "review"
    LOG = "log"


ORIGIN_NAMES = {
    Origin.WORK: N_("Daily work"),
    Origin.GRIEVANCE: N_("Formal complaint"),
    Origin.INCIDENT: N_("Incident"),
    Origin.INTERNAL_AUDIT: N_("Internal audit"),
    Origin.EXTERNAL_AUDIT: N_("External audit"),
    Origin.SUPPLIER: N_("Supplier"),
    Origin.FIGURES: N_("Figures"),
    Origin.REVIEW: N_("Management review"),
    Origin.LOG: N_("The log"),
}


class Grade(StrEnum):
    """How heavy a nonconformity or a finding weighs."""

    MINOR = "minor"
    MAJOR = "major"
    OBSERVATION = "observation"
    OPPORTUNITY = "opportunity"
    STRENGTH = "strength"


GRADE_NAMES = {
    Grade.MINOR: N_("Minor nonconformity"),
    Grade.MAJOR: N_("Major nonconformity"),
    Grade.OBSERVATION: N_("Observation"),
    Grade.OPPORTUNITY: N_("Room for improvement"),
    Grade.STRENGTH: N_("Strong point"),
}


@dataclass(frozen=True, kw_only=True)
class Deviation(Record):
    """A nonconformity: number, days and codes; it outlives the client's file. ``summary`` without names.

    ``due_on``: the action must be carried out; ``test_due_on``: its effect must be tested. ``effective`` None: not tested yet.
    ``reopened``: how often it turned out not to be effective. ``source``: what it came from, as ``table:id``. The actions are tasks.
    """

    number: str = ""
    client_id: str | None = None
    client_no: str = ""
    found_on: date = date(1970, 1, 1)
    origin: Origin = Origin.WORK
    source: str = ""
    clause: str = ""
    grade: Grade = Grade.MINOR
    summary: str = ""
    owner_id: str | None = None
    status: DeviationStatus = DeviationStatus.OPEN
    corrected_on: date | None = None
    cause_on: date | None = None
    planned_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None
    done_by: str | None = None
    test_due_on: date | None = None
    tested_on: date | None = None
    tested_by: str | None = None
    effective: bool | None = None
    reopened: int = 0
    closed_on: date | None = None


NONCONFORMITIES: Final = (Grade.MINOR, Grade.MAJOR)
"""Grades that ask for correction and cause; the others of a finding do not."""
_AGAIN: Final[dict[str, Any]] = {
    "planned_on": None, "done_on": None, "done_by": None, "test_due_on": None, "tested_on": None, "tested_by": None, "effective": None,
}  # fmt: skip


def explained(one: Deviation, day: date) -> Deviation:
    """Its cause is found; of one that was reopened everything after that begins again, with a new term."""
    again = _AGAIN | {"due_on": day + TERM} if one.reopened else {}
    return replace(one, status=DeviationStatus.CAUSE, cause_on=day, **again)


def stepped_back(one: Deviation) -> Deviation | None:
    """It as it was before its last step; None where there is nothing to take back."""
    before: dict[DeviationStatus, dict[str, Any]] = {
        _S.CORRECTION: {"status": _S.OPEN, "corrected_on": None},
        _S.CAUSE: {"status": _S.REOPENED if one.reopened else _S.CORRECTION, "cause_on": None},
        _S.ACTION: {"status": _S.CAUSE, "planned_on": None},
        _S.DONE: {"status": _S.ACTION, "done_on": None, "done_by": None, "test_due_on": None},
        _S.TESTED: {"status": _S.DONE, "tested_on": None, "tested_by": None, "effective": None},
        _S.CLOSED: {"status": _S.TESTED, "closed_on": None},
    }
    if one.tested_on is not None:
        before[_S.REOPENED] = {"status": _S.TESTED, "reopened": one.reopened - 1}
    return replace(one, **before[one.status]) if one.status in before else None


def stepped_on(one: Deviation) -> date | None:
    """The day of its last step, as it was entered."""
    return {
        _S.CORRECTION: one.corrected_on, _S.CAUSE: one.cause_on, _S.ACTION: one.planned_on, _S.DONE: one.done_on, _S.TESTED: one.tested_on,
        _S.CLOSED: one.closed_on,
    }.get(one.status, one.found_on)  # fmt: skip


def deadline(one: Deviation) -> date | None:
    """The day by which the next thing must be done: the action, or the test of its effect; None when nothing is left to be waited for."""
    if one.status in {_S.CLOSED, _S.TESTED}:
        return None
    return one.test_due_on if one.status is _S.DONE else one.due_on


def may_step(now: DeviationStatus, then: DeviationStatus) -> bool:
    """Whether the state machine has this step."""
    return then in DEVIATION_STEPS[now]
