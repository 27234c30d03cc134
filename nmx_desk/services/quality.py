"""What the quality system waits for: every deadline of every register in one list (EXPERIENCE §3 Quality)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.audits import AuditStatus, QualityAudit
from nmx_desk.domain.competence import Competence, Standing
from nmx_desk.domain.deviations import Deviation, DeviationStatus
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.incidents import Incident
from nmx_desk.domain.objectives import Objective, ObjectiveStatus
from nmx_desk.domain.risks import Risk, RiskStatus
from nmx_desk.domain.suppliers import Agreement, Supplier, SupplierReview, agreement_of, due_on
from nmx_desk.services import incidents
from nmx_desk.services.competences import competence_sheet
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.papers import rows_of, stored_documents

SOON = timedelta(days=30)
EXPIRY_SOON = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something a register waits for. ``part``: the part of the quality page it stands in; ``what`` is one of its deadlines.

    ``title`` names no client. ``owner``: a name, empty when it is nobody's.
    """

    part: str
    id: str
    number: str
    title: str
    what: str
    due_on: date
    owner_id: str | None = None
    owner: str = ""
    late: bool = False


@use_case("registers.read", writes=False)
def list_deadlines(work: Work) -> tuple[Due, ...]:
    """What is late or due within a month (competences and agreements: three) in all registers, the longest late first."""
    work.seen("quality_due", work.today().isoformat(), None)
    return due_items(work)


def due_items(work: Work) -> tuple[Due, ...]:
    """The same for other use cases, unlogged."""
    today, names = work.today(), names_by_id(work.store)
    found = sorted((one for look in _LOOKS for one in look(work)), key=lambda one: (one.due_on, one.number, one.id))
    return tuple(
        replace(one, owner=names.get(one.owner_id or "", ""), late=one.due_on < today)
        for one in found
        if one.due_on <= today + (EXPIRY_SOON if one.part == "competence" or one.what == "agreement" else SOON)
    )


def _due(part: str, one: Any, title: str, what: str, due_on: date, owner_id: str | None) -> Due:
    return Due(part=part, id=one.id, number=getattr(one, "number", ""), title=title, what=what, due_on=due_on, owner_id=owner_id)


def _grievances(work: Work) -> Iterable[Due]:
    for one in work.store.find(Grievance, table_of(Grievance).c.closed_on.is_(None)):
        if one.judged_on is None:
            yield _due("grievances", one, one.summary, "judge", one.due_on, one.owner_id)


def _incidents(work: Work) -> Iterable[Due]:
    for one, timer in incidents.running(work):
        yield _due("incidents", one, one.summary, timer.kind, timer.day, one.owner_id)
    for one in work.store.find(Incident, table_of(Incident).c.closed_on.is_(None)):
        if one.due_on is not None and one.analysed_on is None:
            yield _due("incidents", one, one.summary, "analyse", one.due_on, one.owner_id)


def _deviations(work: Work) -> Iterable[Due]:
    for one in work.store.find(Deviation, table_of(Deviation).c.closed_on.is_(None)):
        if one.status is DeviationStatus.DONE:
            if one.test_due_on is not None:
                yield _due("deviations", one, one.summary, "test", one.test_due_on, one.owner_id)
        elif one.status is not DeviationStatus.TESTED and one.due_on is not None:
            yield _due("deviations", one, one.summary, "carry_out", one.due_on, one.owner_id)


def _audits(work: Work) -> Iterable[Due]:
    for one in work.store.find(QualityAudit, status=AuditStatus.PLANNED):
        yield _due("audits", one, one.title, "audit", one.planned_on, one.auditor_id)


def _risks(work: Work) -> Iterable[Due]:
    for one in work.store.find(Risk, table_of(Risk).c.review_on.is_not(None)):
        if one.status is not RiskStatus.CLOSED and one.review_on is not None:
            yield _due("risks", one, one.title, "review", one.review_on, one.owner_id)


def _objectives(work: Work) -> Iterable[Due]:
    for one in work.store.find(Objective, status=ObjectiveStatus.RUNNING):
        yield _due("objectives", one, one.title, "conclude", one.last_on, one.owner_id)


def _competences(work: Work) -> Iterable[Due]:
    columns = table_of(Competence).c
    for one in work.store.find(Competence, columns.valid_to.is_not(None), columns.replaced_by.is_(None), columns.ended_on.is_(None)):
        if one.valid_to is not None:
            yield replace(_due("competence", one, one.name, "expires", one.valid_to, one.user_id), number="")
    yield from _gaps(work)


def _gaps(work: Work) -> Iterable[Due]:
    """What is asked of somebody who cannot show it: from the day on which it was first asked."""
    for row in competence_sheet(work).needs:
        since = row.need.created_at.astimezone(work.zone).date()
        for user_id, cell in row.cells.items():
            if cell.standing in {Standing.MISSING, Standing.SHORT}:
                yield replace(_due("competence", row, row.need.name, "gap", since, user_id), number="")


def _suppliers(work: Work) -> Iterable[Due]:
    reviews: dict[str, list[SupplierReview]] = {}
    for review in work.store.find(SupplierReview):
        reviews.setdefault(review.supplier_id, []).append(review)
    for one in work.store.find(Supplier, table_of(Supplier).c.ended_on.is_(None)):
        scored = due_on(one, reviews.get(one.id, ()))
        if scored is not None:
            yield _due("suppliers", one, one.name, "score", scored, one.owner_id)
        by = _agreement_by(one, work.today())
        if by is not None:
            yield _due("suppliers", one, one.name, "agreement", by, one.owner_id)


def _agreement_by(one: Supplier, today: date) -> date | None:
    """The last day of an agreement that ends, or the day since when one is missing."""
    state = agreement_of(one, today)
    return one.since or today if state is Agreement.MISSING else one.agreement_to if state in {Agreement.ENDED, Agreement.ENDING} else None


def _documents(work: Work) -> Iterable[Due]:
    """Versions in force to be looked at again, and copies on paper of versions that ended."""
    found = stored_documents(work)
    owners = {document.id: document.owner_id for document, _versions in found}
    for row in rows_of(work, found):
        for what, day in (("review", row.review_on), ("take_back", row.copies_since)):
            if day is not None:
                yield Due(
                    part="documents", id=row.key, number=row.code, title=row.title, what=what, due_on=day, owner_id=owners[row.key]
                )


_LOOKS: tuple[Callable[[Work], Iterable[Due]], ...] = (
    _grievances, _incidents, _deviations, _audits, _risks, _objectives, _competences, _suppliers, _documents,
)  # fmt: skip
