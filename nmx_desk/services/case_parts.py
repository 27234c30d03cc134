"""What stands in the panel of every case of a register: its files, its actions, where it came from, who can be given it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from nmx_desk.data.people import names_by_id
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.audits import AuditFinding, QualityAudit
from nmx_desk.domain.cases import parts_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.incidents import Incident
from nmx_desk.domain.notes import ConsultNote
from nmx_desk.domain.objectives import Objective
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.domain.reviews import ManagementReview
from nmx_desk.domain.risks import Risk
from nmx_desk.domain.satisfaction import SatisfactionAnswer
from nmx_desk.domain.suppliers import Supplier
from nmx_desk.domain.tasks import TaskStatus
from nmx_desk.i18n import N_, _
from nmx_desk.services import cases
from nmx_desk.services.cases import CaseFileRow
from nmx_desk.services.desk import Work


@dataclass(frozen=True, kw_only=True)
class Action:
    """A task that came from a case. ``owner`` is a name, empty when it is for whoever is there."""

    id: str
    title: str
    due_on: date
    status: TaskStatus
    owner: str = ""
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseParts:
    """What every case has. ``people``: (id, name) of who can be given it or an action.

    ``source`` as ``table:id`` (``source_day``: of an appointment), ``came_from`` in words.
    """

    subject: str
    files: tuple[CaseFileRow, ...] = ()
    actions: tuple[Action, ...] = ()
    source: str = ""
    source_day: date | None = None
    came_from: str = ""
    people: tuple[tuple[str, str], ...] = ()

    @property
    def open_actions(self) -> int:
        """How many actions still wait."""
        return sum(one.status is TaskStatus.OPEN for one in self.actions)


def parts(work: Work, subject: str, source: str = "", *, whole: bool = True) -> CaseParts:
    """The parts of a case. ``whole`` False: for who may not know whom it is about, so without files, whose names may say it."""
    names, today = names_by_id(work.store), work.today()
    return CaseParts(
        subject=subject, files=cases.files(work, subject) if whole else (), source=source if whole else "", people=people(work),
        actions=tuple(
            Action(
                id=one.id, title=one.title, due_on=one.due_on, status=one.status, owner=names.get(one.owner_id or "", ""),
                late=one.status is TaskStatus.OPEN and one.due_on < today,
            ) for one in cases.actions(work, subject)
        ), came_from=came_from(work, source, whole=whole), source_day=_day_of(work, source),
    )  # fmt: skip


def _day_of(work: Work, source: str) -> date | None:
    table, record_id = parts_of(source)
    found = work.store.find_one(Appointment, id=record_id) if table == "appointment" else None
    return found.starts_at.astimezone(work.zone).date() if found is not None else None


def people(work: Work) -> tuple[tuple[str, str], ...]:
    """(id, name) of everybody who works here and can be given a case or an action, by name; the auditor cannot."""
    held = {row.user_id for row in work.store.find(UserRole) if row.role is not Role.AUDITOR}
    found = [user for user in work.store.find(User) if user.is_active and user.id in held]
    return tuple((user.id, user.display_name) for user in sorted(found, key=lambda user: user.display_name))


# -- what it came from -------------------------------------------------------------------------------------------------------------------

_NUMBERED: Final[dict[str, tuple[type[Any], str]]] = {
    "grievance": (Grievance, N_("Formal complaint {number}")),
    "incident": (Incident, N_("Incident {number}")),
    "deviation": (Deviation, N_("Nonconformity {number}")),
    "risk": (Risk, N_("Risk {number}")),
    "objective": (Objective, N_("Objective {number}")),
    "management_review": (ManagementReview, N_("Management review {number}")),
}
_DATED: Final[dict[str, tuple[type[Any], str, Callable[[Any, Work], date]]]] = {
    "appointment": (Appointment, N_("Appointment of {day}"), lambda one, work: one.starts_at.astimezone(work.zone).date()),
    "consult_note": (ConsultNote, N_("Consult note of {day}"), lambda one, _work: one.care_date),
    "advice_request": (AdviceRequest, N_("Request of {day}"), lambda one, work: one.received_at.astimezone(work.zone).date()),
    "satisfaction_answer": (SatisfactionAnswer, N_("Answer about satisfaction of {day}"), lambda one, _work: one.answered_on),
}


def came_from(work: Work, source: str, *, whole: bool = True) -> str:
    """What a case came from, in words without a name; a client's number only for who may know it. Empty when it came from nothing."""
    table, record_id = parts_of(source)
    if table in _NUMBERED:
        kind, words = _NUMBERED[table]
        found = work.store.find_one(kind, id=record_id)
        return _(words).format(number=found.number) if found is not None else ""
    if table in _DATED:
        kind, words, day = _DATED[table]
        found = work.store.find_one(kind, id=record_id)
        return _(words).format(day=f"{day(found, work):%d-%m-%Y}") if found is not None else _("What it came from was destroyed")
    if table == "client":
        return _client(work, record_id if whole else "")
    return _OTHERS[table](work, record_id) if table in _OTHERS else ""


def _client(work: Work, client_id: str) -> str:
    client = work.store.find_one(Client, id=client_id) if client_id else None
    return _("Client {number}").format(number=client.client_no) if client is not None else _("A client")


def _supplier(work: Work, supplier_id: str) -> str:
    supplier = work.store.find_one(Supplier, id=supplier_id)
    return supplier.name if supplier is not None else ""


def _finding(work: Work, finding_id: str) -> str:
    finding = work.store.find_one(AuditFinding, id=finding_id)
    audit = work.store.find_one(QualityAudit, id=finding.audit_id) if finding is not None else None
    return _("Finding of audit {number}").format(number=audit.number) if audit is not None else ""


_OTHERS: Final[dict[str, Callable[[Work, str], str]]] = {
    "supplier": _supplier, "audit_finding": _finding, "log": lambda _work, seq: _("Entry {seq} of the log").format(seq=seq),
}  # fmt: skip
