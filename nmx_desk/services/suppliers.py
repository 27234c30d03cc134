"""External providers (ISO 9001 8.4): who they are, the agreement on personal data, a score every year. No client in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from nmx_desk.data import labs as lab_data
from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.cases import subject_of
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.suppliers import (
    POINTS,
    Agreement,
    Supplier,
    SupplierKind,
    SupplierReview,
    Verdict,
    agreement_of,
    due_on,
    mean_score,
    next_after,
)
from nmx_desk.domain.tasks import Task
from nmx_desk.i18n import _
from nmx_desk.services import cases
from nmx_desk.services.case_parts import CaseParts, parts, people
from nmx_desk.services.cases import CaseFileRow, known_owner
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.typed import fitting, one_line

TABLE = "supplier"
LONGEST_NAME = 120
LONGEST_TEXT = 2000
MOST_MONTHS = 60
FURTHEST = timedelta(days=10 * 366)


@dataclass(frozen=True, kw_only=True)
class SupplierRow:
    """A supplier in the list. ``reviews``: the oldest first; ``due_on``: when it is to be scored; ``owner``: a name."""

    supplier: Supplier
    reviews: tuple[SupplierReview, ...]
    agreement: Agreement
    due_on: date | None
    owner: str = ""

    @property
    def id(self) -> str:
        """Id of the supplier."""
        return self.supplier.id

    @property
    def newest(self) -> SupplierReview | None:
        """The last score."""
        return self.reviews[-1] if self.reviews else None

    @property
    def mean(self) -> float | None:
        """The mean of the last score."""
        return mean_score(self.newest) if self.newest else None


@dataclass(frozen=True, kw_only=True)
class UnlistedLab:
    """A lab that orders name but the register does not; ``orders``: how many."""

    name: str
    orders: int


@dataclass(frozen=True, kw_only=True)
class SuppliersSheet:
    """All suppliers by name, the ended ones too; ``owners``: ids and names of who may look after one."""

    rows: tuple[SupplierRow, ...]
    unlisted: tuple[UnlistedLab, ...]
    owners: tuple[tuple[str, str], ...]
    today: date


@dataclass(frozen=True, kw_only=True)
class SupplierView:
    """One supplier with its files and actions."""

    row: SupplierRow
    parts: CaseParts


# -- reading -----------------------------------------------------------------------------------------------------------------------------


@use_case("registers.read", writes=False)
def list_suppliers(work: Work) -> SuppliersSheet:
    """The register."""
    work.seen("supplier_list", work.today().isoformat(), None)
    rows = supplier_rows(work)
    listed = {row.supplier.name.casefold() for row in rows}
    unlisted = tuple(
        UnlistedLab(name=name, orders=n) for name, n in lab_data.labs_named(work.store) if name.casefold() not in listed
    )  # fmt: skip
    return SuppliersSheet(rows=rows, unlisted=unlisted, owners=people(work), today=work.today())


def supplier_rows(work: Work) -> tuple[SupplierRow, ...]:
    """All suppliers, those that are used first, by name; for other use cases, unlogged."""
    names = names_by_id(work.store)
    scored: dict[str, list[SupplierReview]] = {}
    columns = table_of(SupplierReview).c
    for review in work.store.find(SupplierReview, order=[columns.reviewed_on, columns.created_at, columns.id]):
        scored.setdefault(review.supplier_id, []).append(review)
    found = sorted(work.store.find(Supplier), key=lambda one: (one.ended_on is not None, one.name.casefold(), one.id))
    return tuple(
        SupplierRow(
            supplier=one, reviews=tuple(scored.get(one.id, ())), agreement=agreement_of(one, work.today()),
            due_on=due_on(one, scored.get(one.id, ())), owner=names.get(one.owner_id or "", ""),
        ) for one in found
    )  # fmt: skip


@use_case("registers.read", writes=False)
def open_supplier(work: Work, supplier_id: str) -> SupplierView:
    """One supplier with everything that belongs to it."""
    work.store.get(Supplier, supplier_id)
    work.seen(TABLE, supplier_id, None)
    row = next(row for row in supplier_rows(work) if row.id == supplier_id)
    return SupplierView(row=row, parts=parts(work, subject_of(TABLE, supplier_id)))


# -- writing -----------------------------------------------------------------------------------------------------------------------------


@use_case("quality.manage")
def save_supplier(work: Work, supplier: Supplier) -> Supplier:
    """Write a supplier down (without id), or change one. Ending it is another step."""
    name = one_line("name", supplier.name, LONGEST_NAME)
    if not name:
        raise UserError("name", _("Fill this in."))
    if any(one.name.casefold() == name.casefold() and one.id != supplier.id for one in work.store.find(Supplier)):
        raise UserError("name", _("There is a supplier with this name already."))
    kept = work.store.get(Supplier, supplier.id) if supplier.id else Supplier()
    if supplier.id and kept.version != supplier.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    if not 1 <= supplier.review_months <= MOST_MONTHS:
        raise UserError("review_months", _("Choose 1 to {n} months.").format(n=MOST_MONTHS))
    if supplier.agreement_to and supplier.agreement_on and supplier.agreement_to < supplier.agreement_on:
        raise UserError("agreement_to", _("This day lies before the day of the agreement."))
    wanted = replace(
        kept, name=name, kind=SupplierKind(supplier.kind), provides=one_line("provides", supplier.provides, 200),
        contact=one_line("contact", supplier.contact, 200), email=one_line("email", supplier.email, 200),
        phone=one_line("phone", supplier.phone, 60), is_critical=supplier.is_critical, has_data=supplier.has_data,
        agreement_on=supplier.agreement_on, agreement_to=supplier.agreement_to, since=supplier.since or kept.since or work.today(),
        review_months=supplier.review_months, owner_id=known_owner(work, supplier.owner_id),
        note=fitting("note", supplier.note.strip(), LONGEST_TEXT),
    )  # fmt: skip
    if not wanted.id:
        return work.store.add(wanted)
    return kept if wanted == kept else work.store.change(wanted)


@use_case("quality.manage")
def end_supplier(work: Work, supplier_id: str, reason: str) -> Supplier:
    """It is not used any more, and why; it stays in the register with its scores."""
    kept = work.store.get(Supplier, supplier_id)
    if kept.ended_on is not None:
        raise Conflict(_("This supplier was ended already."))
    text = one_line("reason", reason, 200)
    if not text:
        raise UserError("reason", _("Write down why; a few words will do."))
    return work.store.change(kept, ended_on=work.today(), end_reason=text)


@use_case("quality.manage")
def resume_supplier(work: Work, supplier_id: str) -> Supplier:
    """It is used again."""
    kept = work.store.get(Supplier, supplier_id)
    if kept.ended_on is None:
        raise Conflict(_("There is nothing to take back."))
    return work.store.change(kept, ended_on=None, end_reason="")


@use_case("quality.manage")
def score_supplier(work: Work, supplier_id: str, told: SupplierReview) -> SupplierReview:
    """Keep a score: one to five each, what does not apply left open. When it is scored again follows from the verdict, or is said."""
    supplier = work.store.get(Supplier, supplier_id)
    if supplier.ended_on is not None:
        raise Conflict(_("This supplier is not used any more."))
    if mean_score(told) is None:
        raise UserError("quality", _("Score at least one of these."))
    for name in POINTS:
        if (value := getattr(told, name)) is not None and not 1 <= value <= 5:
            raise UserError(name, _("Choose 1 to 5."))
    if told.reviewed_on > work.today():
        raise UserError("reviewed_on", _("This day is still to come. Choose today or a day before."))
    text = fitting("text", told.text.strip(), LONGEST_TEXT)
    verdict = Verdict(told.verdict)
    if verdict is not Verdict.KEEP and not text:
        raise UserError("text", _("Write down what is asked of it, or why it is replaced."))
    following = told.next_on or next_after(told.reviewed_on, supplier.review_months)
    if not told.reviewed_on < following <= told.reviewed_on + FURTHEST:
        raise UserError("next_on", _("Choose a day after the one it was scored on."))
    return work.store.add(
        SupplierReview(
            supplier_id=supplier.id, reviewed_on=told.reviewed_on, **{name: getattr(told, name) for name in POINTS}, verdict=verdict,
            text=text, next_on=following,
        )
    )  # fmt: skip


@use_case("quality.manage")
def take_back_score(work: Work, review_id: str) -> None:
    """Take a score back, on the day on which it was given and by who gave it; the log keeps it."""
    review = work.store.get(SupplierReview, review_id)
    if review.created_by != work.user.id or review.created_at.astimezone(work.zone).date() != work.today():
        raise Conflict(_("Only who gave this score can take it back, on the same day."))
    work.store.remove(review)


@use_case("quality.manage")
def add_supplier_file(work: Work, supplier_id: str, name: str, content: bytes, note: str = "") -> CaseFileRow:
    """Keep a contract, an agreement or a certificate with a supplier."""
    work.store.get(Supplier, supplier_id)
    return cases.add_file(work, subject_of(TABLE, supplier_id), None, name, content, note)


@use_case("quality.manage")
def add_supplier_action(work: Work, supplier_id: str, title: str, owner_id: str | None, day: date) -> Task:
    """Something to do about a supplier."""
    work.store.get(Supplier, supplier_id)
    return cases.add_action(work, subject_of(TABLE, supplier_id), title, owner_id, day)
