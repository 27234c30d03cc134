"""Queries of the outbox: what waits and when, what a client was told last, and the account it goes out by."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from nmx_desk.data.agenda import Booked, booked
from nmx_desk.data.store import Store, in_parts, table_of
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.calendars import AccountSecret
from nmx_desk.domain.clients import Client
from nmx_desk.domain.mailing import MailKind, MailSender, MailState, OutgoingMail
from nmx_desk.domain.requests import AdviceRequest

_mail, _secret, _appointment = table_of(OutgoingMail), table_of(AccountSecret), table_of(Appointment)
_client, _request = table_of(Client), table_of(AdviceRequest)
TOLD = (MailState.SENDING, MailState.SENT, MailState.UNSURE)
"""States in which a message may have reached its reader."""


@dataclass(frozen=True)
class Posted:
    """A message with whom it is for."""

    mail: OutgoingMail
    client: Client | None
    request: AdviceRequest | None


def sender(store: Store) -> MailSender | None:
    """The clinic's account for mail; None when none was set."""
    found = store.find(MailSender, limit=1)
    return found[0] if found else None


def password(store: Store, account_id: str) -> str:
    """The password of an account; empty when it has none."""
    found = store.find_one(AccountSecret, account_id=account_id)
    return found.password if found else ""


def set_password(store: Store, account_id: str, password: str) -> None:
    """Keep the password of an account in place of the one before; an empty one takes it away."""
    store.connection.execute(sa.delete(_secret).where(_secret.c.account_id == account_id))
    if password:
        store.add(AccountSecret(account_id=account_id, password=password))


def of_appointment(store: Store, made: Appointment) -> list[OutgoingMail]:
    """All messages about an appointment, wherever it was moved, in the order in which they were made; of a series that names it too."""
    about = _appointment.c.uid == made.uid
    if made.series_id is not None:
        about |= sa.and_(_appointment.c.series_id == made.series_id, _mail.c.calendar.contains(made.uid, autoescape=True))
    return _about(store, about)


def waiting_of_series(store: Store, series_id: str) -> OutgoingMail | None:
    """The confirmation of a series that waits to go out."""
    columns = _mail.c
    kind = sa.and_(columns.state == MailState.WAITING, columns.kind == MailKind.CONFIRMATION)
    return next(iter(_about(store, sa.and_(_appointment.c.series_id == series_id, kind))), None)


def _about(store: Store, about: sa.ColumnElement[bool]) -> list[OutgoingMail]:
    statement = (
        sa.select(_mail).join(_appointment, _appointment.c.id == _mail.c.appointment_id)
        .where(about).order_by(_mail.c.created_at, _mail.c.id)
    )  # fmt: skip
    return store.read(OutgoingMail, statement)


def coming_of_series(store: Store, series_id: str, now: datetime) -> list[Appointment]:
    """Appointments of a series that are on and still to come, in order of time."""
    c = _appointment.c
    return store.find(
        Appointment, c.starts_at > now, series_id=series_id, status=AppointmentStatus.CONFIRMED, order=[c.starts_at, c.id]
    )


def due(store: Store, now: datetime) -> list[OutgoingMail]:
    """Messages whose time has come, in the order in which they were made."""
    c = _mail.c
    when = sa.or_(c.next_try_at.is_(None), c.next_try_at <= now)
    return store.find(OutgoingMail, when, state=MailState.WAITING, order=[c.created_at, c.id])


def stuck(store: Store, before: datetime) -> list[OutgoingMail]:
    """Messages that somebody began to send and never came back to."""
    return store.find(OutgoingMail, _mail.c.state_at < before, state=MailState.SENDING)


def posted(store: Store, states: Collection[MailState], limit: int) -> list[Posted]:
    """The latest messages in these states, the newest first, with whom they are for."""
    statement = (
        sa.select(_mail, _client, _request)
        .select_from(_mail.outerjoin(_client, _client.c.id == _mail.c.client_id).outerjoin(_request, _request.c.id == _mail.c.request_id))
        .where(_mail.c.state.in_(sorted(states))).order_by(_mail.c.state_at.desc(), _mail.c.id).limit(limit)
    )  # fmt: skip
    kinds = (OutgoingMail, Client, AdviceRequest)
    names = [[field.name for field in fields(kind)] for kind in kinds]
    found = []
    for row in store.connection.execute(statement):
        at, made = 0, []
        for kind, columns in zip(kinds, names, strict=True):
            values = row[at : at + len(columns)]
            made.append(kind(**dict(zip(columns, values, strict=True))) if values[0] else None)
            at += len(columns)
        found.append(Posted(*made))  # type: ignore[arg-type]
    return found


def counts(store: Store) -> dict[MailState, int]:
    """How many messages there are in each state."""
    statement = sa.select(_mail.c.state, sa.func.count()).group_by(_mail.c.state)
    return {MailState(state): count for state, count in store.connection.execute(statement)}


def to_remind(store: Store, now: datetime, until: datetime) -> list[Booked]:
    """Confirmed appointments that begin within these instants, in order of time."""
    c = _appointment.c
    return booked(store, c.status == AppointmentStatus.CONFIRMED, c.starts_at > now, c.starts_at < until)


def reminded(store: Store, appointment_ids: Sequence[str]) -> set[str]:
    """Which of these appointments have a reminder already, on its way or gone."""
    c = _mail.c
    found: set[str] = set()
    for part in in_parts(appointment_ids):
        statement = sa.select(c.appointment_id).where(
            c.appointment_id.in_(part), c.kind == MailKind.REMINDER, c.state != MailState.WITHDRAWN
        )
        found.update(store.connection.execute(statement).scalars())
    return found
