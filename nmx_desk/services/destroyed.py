"""What was destroyed, remembered outside the clinic's file: an order a destruction, applied again to every restored backup (AUDIT §5).

The list stands beside the witness. An order is announced before the commit and settled after it; what a kill or a lost folder took from
the list is made again from the tombstones and ERASE entries of the database at the next opening.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from nmx_desk.audit import storage
from nmx_desk.domain.errors import EnvironmentProblem
from nmx_desk.domain.privacy import ErasureScope, Ground
from nmx_desk.i18n import _
from nmx_desk.vault import erasures

if TYPE_CHECKING:
    from nmx_desk.services.desk import Desk

_program_log = logging.getLogger(__name__)
GAP = {"missing": True}
"""A line that is no order: more was destroyed than the list says, as far as anybody knows."""
_STONES = (
    "SELECT client_id, client_no, scope, ground, request_no, destroyed_on, proposed_by, approved_by, executed_by FROM tombstone"
    " ORDER BY created_at, row_count DESC, id"
)


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be destroyed and who decided it. No names.

    ``subject``: one note, or bare requests, one a line; ``pending``: announced, and nobody has seen yet that it was carried out.
    """

    client_id: str | None
    client_no: str
    scope: str
    subject: str
    ground: str
    request: str
    on: str
    requester: str
    approver: str
    executor: str
    merged: tuple[str, ...] = ()
    pending: bool = False

    @property
    def clients(self) -> list[str]:
        """The client, and those who had been merged into it: in an older backup they are still apart."""
        return [self.client_id, *self.merged] if self.client_id else []

    def covers(self, other: Order) -> bool:
        """Whether who carries out this one has carried out the other one too."""
        same = (self.request, self.scope) == (other.request, other.scope)
        return same and set(self.subject.split()) >= set(other.subject.split()) and set(self.clients) >= set(other.clients)


@dataclass(frozen=True)
class Known:
    """The orders that this workstation knows. ``whole``: its list was there and every line of it could be read."""

    orders: tuple[Order, ...] = ()
    whole: bool = False


def known(db_uuid: str) -> Known:
    """What this workstation's list says."""
    lines = erasures.read(db_uuid)
    orders = [_order(line) for line in lines or ()]
    return Known(tuple(order for order in orders if order is not None), lines is not None and None not in orders)


def _order(line: Any) -> Order | None:
    """A line of the list; None for what is none."""
    if not isinstance(line, dict) or not line.keys() <= {item.name for item in fields(Order)}:
        return None
    merged = line.get("merged", [])
    texts = [value for name, value in line.items() if name not in {"client_id", "merged", "pending"}]
    texts += [line["client_id"]] if line.get("client_id") is not None else []
    sound = isinstance(merged, list) and all(isinstance(text, str) for text in [*texts, *merged])
    if not sound or line.get("scope") not in set(ErasureScope) or line.get("ground") not in set(Ground):
        return None
    try:
        return Order(**line | {"merged": tuple(merged), "pending": line.get("pending") is True})
    except TypeError:
        return None


_NAMED: dict[str, tuple[str, ...]] = {
    ErasureScope.NOTE: ("consult_note",), ErasureScope.REQUESTS: ("advice_request",), ErasureScope.CASES: ("case_text", "case_file"),
}  # fmt: skip
"""Whose rows an order names as its subject, by its scope."""


def in_database(driver: Any) -> list[Order]:
    """The destructions that the database itself remembers: its tombstones, and the rows that their ERASE entries list."""
    found = []
    for client_id, client_no, scope, ground, request, on, requester, approver, executor in driver.execute(_STONES).fetchall():
        rows = _rows(driver, client_id, request)
        subject = [row for table in _NAMED.get(scope, ()) for row in rows.get(table, ())]
        merged = tuple(row for row in rows.get("client", ()) if row != client_id)
        found.append(Order(
            client_id=client_id, client_no=client_no, scope=scope, subject="\n".join(subject), ground=ground, request=request, on=on,
            requester=requester, approver=approver, executor=executor, merged=merged,
        ))  # fmt: skip
    return found


def _rows(driver: Any, client_id: str | None, request: str) -> dict[str, list[str]]:
    """The rows that the ERASE entries of a request list, by table."""
    erase = storage.Words(driver).id("ERASE")
    wanted = "SELECT seq FROM audit_entry WHERE obj_id = ? AND code = ? AND action = 'E' ORDER BY seq"
    rows: dict[str, list[str]] = {}
    for (seq,) in driver.execute(wanted, (storage.pack_id(client_id or request), erase)).fetchall():
        with suppress(LookupError, ValueError, TypeError):  # garbage in the log is the verifier's business
            (stored,) = storage.entries(driver, seq, seq + 1)
            said = {value.field: value.new for value in stored.values}
            for table, row in json.loads(str(said["rows"])) if said["request"] == request else ():
                rows.setdefault(table, []).append(row)
    return rows


def joined(orders: Iterable[Order], others: Iterable[Order]) -> list[Order]:
    """The orders, and those of the others that they do not cover; what the others know to be done is no longer pending."""
    others = list(others)
    made = [replace(order, pending=order.pending and not any(other.covers(order) for other in others)) for order in orders]
    for other in others:
        if not any(order.covers(other) for order in made):
            made.append(other)
    return made


def announce(db_uuid: str, order: Order) -> None:
    """Write down, before the commit, what is about to be destroyed. Raises EnvironmentProblem: then nothing is destroyed."""
    try:
        _replace(db_uuid, replace(order, pending=True))
    except OSError as error:
        raise EnvironmentProblem(
            _("Nothing was destroyed: the list for restored backups could not be written ({reason}). Tell the administrator.").format(
                reason=error.strerror or ""
            )
        ) from error


def settle(db_uuid: str, order: Order) -> None:
    """It was carried out. What cannot be written now is made good at the next opening."""
    try:
        _replace(db_uuid, order)
    except OSError as error:
        _program_log.warning("the list of destructions could not be settled: %s", error.strerror)


def _replace(db_uuid: str, order: Order) -> None:
    had = known(db_uuid)
    others = [other for other in had.orders if replace(other, pending=False) != replace(order, pending=False)]
    _keep(db_uuid, [*others, order], whole=had.whole)


def _keep(db_uuid: str, orders: Iterable[Order], *, whole: bool) -> None:
    erasures.write(db_uuid, [*(asdict(order) for order in orders), *([] if whole else [GAP])])


def at_opening(desk: Desk) -> None:
    """Hold the list against the database: what it lacks is added, what was announced and never carried out is struck off."""
    if desk.witness_path is None or desk.rescue:
        return
    with desk.database.reading():
        done = in_database(desk.database.reading_driver)
    try:
        complete(desk.db_uuid, done)
    except OSError as error:
        _program_log.warning("the list of destructions could not be written: %s", error.strerror)


def complete(db_uuid: str, done: Iterable[Order], *, newest: bool = True) -> None:
    """Add to the list what a database of the clinic says to be done; the newest one says also what was not done. Raises OSError."""
    had = known(db_uuid)
    orders = [order for order in joined(had.orders, done) if not (newest and order.pending)]
    whole = had.whole or newest
    if (orders, whole) != (list(had.orders), had.whole):
        _keep(db_uuid, orders, whole=whole)
