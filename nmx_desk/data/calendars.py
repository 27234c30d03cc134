"""Queries of other calendars: busy times by their source, the passwords of accounts, and what is published."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.calendars import AccountSecret, BusyTime
from nmx_desk.domain.intervals import Interval

_appointment, _busy, _secret = (table_of(kind) for kind in (Appointment, BusyTime, AccountSecret))


def password_of(store: Store, account_id: str) -> str:
    """The password of an account elsewhere; empty when none is known."""
    found = store.find_one(AccountSecret, account_id=account_id) if account_id else None
    return found.password if found else ""


def set_password(store: Store, account_id: str, password: str) -> None:
    """Keep a password in place of the one before; an empty one only takes it away."""
    store.connection.execute(sa.delete(_secret).where(_secret.c.account_id == account_id))
    if password:
        store.add(AccountSecret(account_id=account_id, password=password))


def replace_busy(store: Store, source_id: str, practitioner_id: str, spans: list[Interval]) -> int:
    """Make these the busy times of a source; how many came or went."""
    there = {(one.busy_from, one.busy_to): one for one in store.find(BusyTime, source_id=source_id)}
    wanted = set(spans)
    gone = [one.id for span, one in there.items() if span not in wanted]
    for part in in_parts(gone):
        store.connection.execute(sa.delete(_busy).where(_busy.c.id.in_(part)))
    fresh = [
        BusyTime(source_id=source_id, practitioner_id=practitioner_id, busy_from=begin, busy_to=end)
        for begin, end in spans
        if (begin, end) not in there
    ]
    store.add_all(fresh)
    return len(gone) + len(fresh)


def busy_counts(store: Store) -> dict[str, int]:
    """How many busy times each source has."""
    statement = sa.select(_busy.c.source_id, sa.func.count()).group_by(_busy.c.source_id)
    return {str(source): int(count) for source, count in store.connection.execute(statement)}


def appointments_of(store: Store, practitioner_id: str, since: datetime) -> list[Appointment]:
    """The appointments of a practitioner that stand, from an instant on, in order; an option that is held is none yet."""
    c = _appointment.c
    return store.find(
        Appointment, c.live == sa.true(), c.status != AppointmentStatus.OPTION, c.ends_at >= since,
        order=[c.starts_at, c.id], practitioner_id=practitioner_id,
    )  # fmt: skip
