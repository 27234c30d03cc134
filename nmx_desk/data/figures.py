"""What the figures and the lists on paper are made of: narrow rows of requests, attempts, calls and appointments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from nmx_desk.data.requests import waits_for_call
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import Appointment, AppointmentStatus, Closure, RosterRule
from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import AdviceCall, CallOutcome, FlagResult, RedFlagCheck
from nmx_desk.domain.kpi import AppointmentFact, CallFact, End, Facts, Kind, OpeningHours, RequestFact
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, CallAttempt, RequestStatus

_request, _attempt, _call, _check = (table_of(kind) for kind in (AdviceRequest, CallAttempt, AdviceCall, RedFlagCheck))
_appointment, _client, _closure, _rule = (table_of(kind) for kind in (Appointment, Client, Closure, RosterRule))

NOT_VALID = frozenset({RequestStatus.DUPLICATE, RequestStatus.INVALID})
TO_THE_GP = frozenset({CallOutcome.REFERRED_GP, CallOutcome.EMERGENCY})
_ENDS = {AppointmentStatus.COMPLETED: End.COMPLETED, AppointmentStatus.NO_SHOW: End.NO_SHOW, AppointmentStatus.MOVED: End.MOVED}
OFFICE_HOURS = {weekday: ((time(9), time(17)),) for weekday in range(5)}


def facts(store: Store, zone: str, cut_off: datetime, first: date, last: date) -> Facts:
    """Everything the figures of these days (inclusive) are counted from, as known at ``cut_off``."""
    calls = _calls(store)
    return Facts(
        requests=tuple(_requests(store, calls)), calls=tuple(calls), appointments=tuple(_appointments(store)), cut_off=cut_off,
        hours=opening_hours(store, zone, first, last),
    )  # fmt: skip


def _requests(store: Store, calls: Sequence[CallFact]) -> list[RequestFact]:
    """A call that was held is an attempt that reached somebody, also when nobody wrote the attempt down."""
    held: dict[str, datetime] = {}
    for call in calls:
        held[call.request_id] = min(call.held_at, held.get(call.request_id, call.held_at))
    first: dict[str, datetime] = dict(held)
    spoken: dict[str, datetime] = dict(held)
    c = _attempt.c
    for request_id, at, result in store.connection.execute(sa.select(c.request_id, c.at, c.result)):
        first[request_id] = min(at, first.get(request_id, at))
        if result is AttemptResult.SPOKEN:
            spoken[request_id] = min(at, spoken.get(request_id, at))
    rows = store.connection.execute(sa.select(_request.c.id, _request.c.received_at, _request.c.status).order_by(_request.c.received_at))
    return [
        RequestFact(
            id=id_, received_at=received_at, valid=status not in NOT_VALID, first_attempt_at=first.get(id_), spoken_at=spoken.get(id_)
        )
        for id_, received_at, status in rows
    ]


def _calls(store: Store) -> list[CallFact]:
    c = _call.c
    rows = store.connection.execute(
        sa.select(c.request_id, c.started_at, c.outcome, _check.c.result)
        .select_from(_call.outerjoin(_check, _check.c.call_id == c.id))
        .order_by(c.started_at)
    )
    return [
        CallFact(
            request_id=request_id, held_at=started_at, referred_to_gp=outcome in TO_THE_GP,
            red_flags_complete=result not in {None, FlagResult.INCOMPLETE},
        ) for request_id, started_at, outcome, result in rows
    ]  # fmt: skip


def _appointments(store: Store) -> list[AppointmentFact]:
    c = _appointment.c
    rows = store.connection.execute(
        sa.select(c.id, c.type_code, c.starts_at, c.created_at, c.status, c.late, c.request_id, c.moved_from, _client.c.deceased_on)
        .select_from(_appointment.outerjoin(_client, _client.c.id == c.client_id))
        .order_by(c.starts_at)
    )
    return [
        AppointmentFact(
            id=id_, kind=Kind(code) if code in set(Kind) else Kind.FOLLOW_UP, start=start, booked_at=booked, end=_end(status, late=late),
            request_id=request_id, moved_from=moved_from, excluded=deceased_on is not None,
        ) for id_, code, start, booked, status, late, request_id, moved_from, deceased_on in rows
    ]  # fmt: skip


def _end(status: AppointmentStatus, *, late: bool) -> End:
    if status is AppointmentStatus.CANCELLED:
        return End.CANCELLED_LATE if late else End.CANCELLED
    return _ENDS.get(status, End.OPEN)


def opening_hours(store: Store, zone: str, first: date, last: date) -> OpeningHours:
    """When somebody works in this period, closures out: the union of the rosters; office hours where there is no roster."""
    spans: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for rule in store.find(RosterRule):
        if (rule.valid_from or first) <= last and (rule.valid_to or last) >= first:
            spans[rule.weekday].append((rule.start_minute, min(rule.end_minute, 1440)))
    week = {weekday: tuple((_at(a), _at(b)) for a, b in _union(found)) for weekday, found in spans.items()}
    closed = {
        closure.date_from + timedelta(days=n)
        for closure in store.find(Closure, _closure.c.date_to >= first - timedelta(days=400))
        for n in range((closure.date_to - closure.date_from).days + 1)
    }
    return OpeningHours(week or OFFICE_HOURS, frozenset(closed), ZoneInfo(zone))


def _at(minute: int) -> time:
    return time.max if minute >= 1440 else time(minute // 60, minute % 60)


def _union(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


# -- lists -------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """A request that waits for a call, with the outcome of the last attempt and the call instruction of its client."""

    request: AdviceRequest
    last_result: AttemptResult | None
    call_instruction: str


def waiting(store: Store) -> list[Waiting]:
    """Requests that wait for a call: promised ones by their time, then the others by age."""
    waits = waits_for_call()
    found = store.find(AdviceRequest, waits, order=[_request.c.received_at])
    statement = (
        sa.select(_attempt.c.request_id, _attempt.c.result)
        .join(_request, _request.c.id == _attempt.c.request_id)
        .where(waits)
        .order_by(_attempt.c.at)
    )
    last = dict(store.connection.execute(statement).all())  # the last of each request wins
    instructions = dict(
        store.connection.execute(
            sa.select(_request.c.id, _client.c.call_instruction).join(_client, _client.c.id == _request.c.client_id).where(waits)
        ).all()
    )
    made = [Waiting(request, last.get(request.id), instructions.get(request.id, "")) for request in found]
    return sorted(made, key=lambda item: (item.request.next_action_at is None, item.request.next_action_at or item.request.received_at))
