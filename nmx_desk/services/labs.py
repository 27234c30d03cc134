"""Lab tests: advised, ordered, followed until discussed, and the results as the lab gave them (DOMAIN §0.10, §4 Labaanvraag).

Nothing here judges a value. What a test costs is told before it is ordered; a result that was reviewed changes only after the review was
taken back, which stands in the log.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from nmx_desk.data import agenda as agenda_data
from nmx_desk.data import documents as document_data
from nmx_desk.data import labs as query
from nmx_desk.data.people import names_by_id
from nmx_desk.data.store import table_of
from nmx_desk.domain.clients import Client
from nmx_desk.domain.documents import DocumentRow
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.lab_lines import LONGEST, MOST_LINES
from nmx_desk.domain.labs import (
    AWAITED,
    LAB_STATUS_NAMES,
    OPEN_STATES,
    LabDomain,
    LabOrder,
    LabResult,
    LabStatus,
    is_late,
    may_step,
    reached,
    stepped,
    stepped_back,
)
from nmx_desk.i18n import _
from nmx_desk.services.care_file import read_file, write_file
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.documents import add_document
from nmx_desk.services.typed import one_line

MOST_CENTS = 1_000_000
_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")
_TEXTS = {"analyte": 120, "text": LONGEST, "unit": 60, "ref_text": 60, "flag": 20}
_TOLD = ("lab", "panel", "material", "expected_on", "cost_cents", "cost_told_on", "note")
_OWN = ("position", "analyte", "comparator", "value", "text", "unit", "ref_low", "ref_high", "ref_text", "flag", "domain", "measured_on")


@dataclass(frozen=True, kw_only=True)
class OrderSheet:
    """An order with its results in the lab's order, its documents, and who reviewed it."""

    order: LabOrder
    results: tuple[LabResult, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
    reviewer: str = ""

    @property
    def id(self) -> str:
        """Id of the order."""
        return self.order.id


@dataclass(frozen=True, kw_only=True)
class LabsSheet:
    """All orders of a client, the newest first; ``known``: what each analyte was last said to be about, by its folded name."""

    orders: tuple[OrderSheet, ...]
    known: dict[str, LabDomain]
    today: date

    def trend(self, analyte: str) -> list[LabResult]:
        """The results of one analyte over all orders, oldest first."""
        found = [one for sheet in self.orders for one in sheet.results if one.analyte.casefold() == analyte.casefold()]
        return sorted(found, key=lambda one: (one.measured_on or date.min, one.id))


@dataclass(frozen=True, kw_only=True)
class LabRow:
    """An order in the list of all that wait: whose, since when; no result."""

    order: LabOrder
    client: Client
    late: bool

    @property
    def id(self) -> str:
        """Id of the order."""
        return self.order.id


@use_case("notes.read", writes=False)
def open_labs(work: Work, client_id: str) -> LabsSheet:
    """A client's orders with results. Own clients; others with a reason. The look is logged."""
    client = read_file(work, client_id, "lab_result")
    results, documents = query.results_of(work.store, client.id), document_data.rows(work.store, client.id)
    of_order, names = query.orders_by_document(work.store, client.id), names_by_id(work.store)
    orders = tuple(
        OrderSheet(
            order=order, results=tuple(one for one in results if one.order_id == order.id),
            documents=tuple(one for one in documents if of_order.get(one.id) == order.id), reviewer=names.get(order.reviewed_by or "", ""),
        )
        for order in query.orders_of(work.store, client.id)
    )  # fmt: skip
    return LabsSheet(orders=orders, known=query.known_domains(work.store), today=work.today())


@use_case("labs.use", writes=False)
def list_lab_orders(work: Work) -> tuple[LabRow, ...]:
    """Orders of one's own clients with something still to be done: what to review first, then what is late. The look is logged."""
    rows = lab_rows(work)
    work.seen("lab_order_list", work.today().isoformat(), None)
    return rows


@use_case("labs.use", writes=False)
def count_lab_orders(work: Work) -> int:
    """How many orders of one's own clients have a result to review, or are late."""
    return len(wanting(lab_rows(work)))


def wanting(rows: Sequence[LabRow]) -> list[LabRow]:
    """Those that want attention now: a result to review, or one that is late."""
    return [row for row in rows if row.late or row.order.status is LabStatus.RECEIVED]


def lab_rows(work: Work) -> tuple[LabRow, ...]:
    """The open orders of the clients whom the user treats, also for a colleague; the caller logs the view."""
    rows = query.open_orders(work.store, OPEN_STATES)
    whose = {one.practitioner_id for one in rows}
    mine = {one for one in whose if one == work.user.id or agenda_data.stands_in(work.store, work.user.id, one, work.today())}
    found = [
        LabRow(order=one.order, client=one.client, late=is_late(one.order, work.today())) for one in rows if one.practitioner_id in mine
    ]
    return tuple(sorted(found, key=lambda row: (row.order.status is not LabStatus.RECEIVED, not row.late)))


# -- orders ------------------------------------------------------------------------------------------------------------------------------


def _own(work: Work, order_id: str) -> LabOrder:
    order = work.store.get(LabOrder, order_id)
    write_file(work, order.client_id)
    return order


def _tidy(work: Work, order: LabOrder) -> LabOrder:
    lab, panel = one_line("lab", order.lab, 120), one_line("panel", order.panel, 200)
    if not panel:
        raise UserError("panel", _("Write which test it is."))
    if order.cost_cents is not None and not 0 <= order.cost_cents <= MOST_CENTS:
        raise UserError("cost_cents", _("Write what the test costs, up to € {n}.").format(n=MOST_CENTS // 100))
    if order.cost_told_on is not None and order.cost_told_on > work.today():
        raise UserError("cost_told_on", _("This day is still to come. Choose the day on which the client was told."))
    if order.cost_told_on is not None and order.cost_cents is None:
        raise UserError("cost_cents", _("Write what the client was told that it costs; 0 is an amount too."))
    return replace(order, lab=lab, panel=panel, note=one_line("note", order.note, 500))


@use_case("labs.use")
def add_lab_order(work: Work, client_id: str, asked: LabOrder) -> LabOrder:
    """Write down a test that was advised, today."""
    client = write_file(work, client_id)
    blank = LabOrder(client_id=client.id, practitioner_id=work.user.id, advised_on=work.today())
    told: dict[str, Any] = {name: getattr(asked, name) for name in _TOLD}
    return work.store.add(_tidy(work, replace(blank, **told)))


@use_case("labs.use")
def change_lab_order(work: Work, wanted: LabOrder) -> LabOrder:
    """Other words, material, expected day or costs; what was told of the costs stands once the test is ordered."""
    stored = _own(work, wanted.id)
    told: dict[str, Any] = {name: getattr(wanted, name) for name in _TOLD}
    wanted = _tidy(work, replace(stored, version=wanted.version, **told))
    if stored.ordered_on is not None and (wanted.cost_cents, wanted.cost_told_on) != (stored.cost_cents, stored.cost_told_on):
        raise UserError("cost_cents", _("The costs were told before this test was ordered. Take the order back first."))
    return stored if wanted == stored else work.store.change(wanted)


@use_case("labs.use")
def step_lab_order(work: Work, order_id: str, to: LabStatus | str, on: date | None = None, reason: str = "") -> LabOrder:
    """The next step of an order, on a day (today). Raises ``Conflict`` for one that is not next, ``UserError`` for what is missing."""
    order, wanted, day = _own(work, order_id), LabStatus(to), on or work.today()
    if not may_step(order.status, wanted):
        raise Conflict(
            _("This order is at “{now}” and cannot become “{then}”. Look at it again.").format(
                now=_(LAB_STATUS_NAMES[order.status]), then=_(LAB_STATUS_NAMES[wanted])
            )
        )
    _check_day(work, order, day)
    if wanted is LabStatus.ORDERED and (order.cost_cents is None or order.cost_told_on is None or order.cost_told_on > day):
        raise UserError("cost_cents", _("Tell the client first what it costs, and write down the amount and the day."))
    if wanted is LabStatus.LAPSED and not (reason := one_line("reason", reason, 300)):
        raise UserError("reason", _("Write down why; a few words will do."))
    if wanted is LabStatus.REVIEWED and not _has_content(work, order):
        raise UserError("", _("There is no result to review yet. Enter the values, or add the document."))
    return work.store.change(stepped(order, wanted, day, work.user.id, reason))


def _check_day(work: Work, order: LabOrder, day: date) -> None:
    if day > work.today():
        raise UserError("on", _("This day is still to come. Choose today or a day before."))
    before = max((done for _status, done in reached(order)), default=day)
    if day < before:
        raise UserError("on", _("This lies before the step that came before it. Choose another day."))


def _has_content(work: Work, order: LabOrder) -> bool:
    return work.store.find_one(LabResult, order_id=order.id, position=1) is not None or order.id in set(
        query.orders_by_document(work.store, order.client_id).values()
    )


@use_case("labs.use")
def take_back_lab_step(work: Work, order_id: str) -> LabOrder:
    """The order as it was before its last step; the log keeps both."""
    before = stepped_back(_own(work, order_id))
    if before is None:
        raise Conflict(_("There is nothing to take back."))
    return work.store.change(before)


# -- results -----------------------------------------------------------------------------------------------------------------------------


@use_case("labs.use")
def save_lab_results(
    work: Work, order_id: str, results: Sequence[LabResult], measured_on: date | None = None, name: str = "", content: bytes = b"",
) -> LabOrder:  # fmt: skip
    """The values of an order as the lab gave them, all of them, and its document if there is one; the order is received with that."""
    order = _own(work, order_id)
    if order.status not in AWAITED | {LabStatus.RECEIVED}:
        sentence = _("Results can be entered while a test is awaited or not reviewed yet. Take the last step back first.")
        raise Conflict(sentence)
    day = measured_on or order.received_on or work.today()
    if day > work.today():
        raise UserError("measured_on", _("This day is still to come. Choose today or a day before."))
    if len(results) > MOST_LINES:
        raise UserError("lines", _("Enter at most {n} results at once.").format(n=MOST_LINES))
    _put(work, order, [_checked(replace(one, position=n, measured_on=day)) for n, one in enumerate(results, 1)])
    if content:
        add_document(work, order.client_id, name, content, "", order.id)
    if not _has_content(work, order):
        raise UserError("lines", _("Enter at least one value, or add the document of the lab."))
    return order if order.status is LabStatus.RECEIVED else work.store.change(stepped(order, LabStatus.RECEIVED, work.today(), ""))


def _put(work: Work, order: LabOrder, wanted: Sequence[LabResult]) -> None:
    """Keep rows by their place: what is the same stays as it is, what is more is added, what is less goes."""
    kept = work.store.find(LabResult, order_id=order.id, order=[table_of(LabResult).c.position])
    for place, one in enumerate(wanted):
        values = {name: getattr(one, name) for name in _OWN}
        if place >= len(kept):
            work.store.add(LabResult(order_id=order.id, client_id=order.client_id, **values))
        elif (changed := replace(kept[place], **values)) != kept[place]:
            work.store.change(changed)
    for gone in kept[len(wanted) :]:
        work.store.remove(gone)


def _checked(result: LabResult) -> LabResult:
    """A result that can be one. Raises ``UserError`` at ``lines``."""
    texts: dict[str, Any] = {name: one_line("lines", getattr(result, name), most) for name, most in _TEXTS.items()}
    numbers = [getattr(result, name) for name in ("value", "ref_low", "ref_high") if getattr(result, name)]
    if not texts["analyte"] or bool(result.value) == bool(texts["text"]):
        raise UserError("lines", _("Every result needs an analyte and either a number or words."))
    if result.comparator not in {"", "<", ">"} or not all(map(_DECIMAL.fullmatch, numbers)):
        raise UserError("lines", _("This is no number of a lab: {line}").format(line=texts["analyte"]))
    return replace(result, **texts)

