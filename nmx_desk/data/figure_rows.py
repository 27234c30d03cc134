"""The rows behind a figure, by their ids: of whom, when, whose work, how it stands. No content of a file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from nmx_desk.data.dialect import one_of
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import Appointment
from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import AdviceCall, RedFlagCheck
from nmx_desk.domain.deviations import Deviation
from nmx_desk.domain.grievances import Grievance
from nmx_desk.domain.plans import FollowUp, Plan, PlanItem, PlanPhase, PlanVersion
from nmx_desk.domain.requests import AdviceRequest
from nmx_desk.domain.satisfaction import SatisfactionAnswer

_request, _call, _check, _appointment = (table_of(kind) for kind in (AdviceRequest, AdviceCall, RedFlagCheck, Appointment))
_contact, _plan, _item, _phase = (table_of(kind) for kind in (FollowUp, Plan, PlanItem, PlanPhase))
_version, _client, _answer = (table_of(kind) for kind in (PlanVersion, Client, SatisfactionAnswer))
_grievance, _deviation = table_of(Grievance), table_of(Deviation)
_NOTHING = sa.null()


@dataclass(frozen=True)
class Behind:
    """One row. ``how``: what its state or kind is called in its table; ``words``: a text without names, of the registers only."""

    id: str
    client_id: str | None
    request_id: str | None
    at: datetime | date | None
    practitioner_id: str | None
    how: Any = None
    more: Any = None
    words: str | None = None


def _plain(table: sa.Table, at: sa.ColumnElement[Any], how: Any = _NOTHING, more: Any = _NOTHING, **other: Any) -> sa.Select[Any]:
    c = table.c
    return sa.select(
        c.id, other.get("client", c.client_id if "client_id" in c else _NOTHING), other.get("request", _NOTHING), at,
        other.get("practitioner", c.practitioner_id if "practitioner_id" in c else _NOTHING), how, more, other.get("words", _NOTHING),
    )  # fmt: skip


_CHECKED = sa.func.coalesce(_call.c.started_at, _check.c.completed_at, _check.c.created_at, type_=_check.c.created_at.type)
_SELECTS: Final[dict[str, sa.Select[Any]]] = {
    "advice_request": _plain(_request, _request.c.received_at, _request.c.status, _request.c.source, request=_request.c.id),
    "advice_call": _plain(_call, _call.c.started_at, _call.c.outcome, request=_call.c.request_id),
    "appointment": _plain(
        _appointment, _appointment.c.starts_at, _appointment.c.status, _appointment.c.type_code, request=_appointment.c.request_id
    ),
    "red_flag_check": _plain(
        _check, _CHECKED, request=_call.c.request_id, practitioner=sa.func.coalesce(_call.c.practitioner_id, _client.c.practitioner_id)
    ).select_from(_check.outerjoin(_call, _call.c.id == _check.c.call_id).join(_client, _client.c.id == _check.c.client_id)),
    "follow_up": _plain(_contact, _contact.c.due_on, _contact.c.status, _contact.c.done_on),
    "plan": _plain(_plan, _plan.c.ended_on, _plan.c.status),
    "plan_item": _plain(_item, _item.c.begun_on, _item.c.status, _item.c.stop_reason, practitioner=_plan.c.practitioner_id).select_from(
        _item.join(_phase, _phase.c.id == _item.c.phase_id).join(_version, _version.c.id == _phase.c.version_id)
        .join(_plan, _plan.c.id == _version.c.plan_id)
    ),
    "client": _plain(_client, _NOTHING, client=_client.c.id),
    "satisfaction_answer": _plain(_answer, _answer.c.answered_on, _answer.c.recommend),
    "grievance": _plain(_grievance, _grievance.c.opened_on, _grievance.c.status, _grievance.c.number, words=_grievance.c.summary),
    "deviation": _plain(_deviation, _deviation.c.found_on, _deviation.c.status, _deviation.c.number, words=_deviation.c.summary),
}  # fmt: skip


def behind(store: Store, table: str, ids: Collection[str]) -> dict[str, Behind]:
    """The rows of a table by id; what is not there any more is left out."""
    statement, key = _SELECTS[table], _SELECTS[table].selected_columns[0]
    return {row[0]: Behind(*row) for row in store.connection.execute(statement.where(one_of(key, ids)))}


def names(store: Store, client_ids: Collection[str], request_ids: Collection[str]) -> dict[str, str]:
    """How clients and requests are called, by id."""
    found = {one.id: one.name for one in store.find(Client, one_of(_client.c.id, client_ids))}
    return found | {one.id: one.name for one in store.find(AdviceRequest, one_of(_request.c.id, request_ids))}
