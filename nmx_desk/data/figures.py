"""What the figures and the lists on paper are made of: narrow rows of requests, attempts, calls and appointments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from nmx_desk.data import figures_care, figures_quality
from nmx_desk.data.dialect import one_of
from nmx_desk.data.figures_reach import Reach, clients_sources, place, plain
from nmx_desk.data.requests import waits_for_call
from nmx_desk.data.store import Store, table_of
from nmx_desk.domain.agenda import ADVICE_CALL, INTAKE, Appointment, AppointmentStatus, AppointmentType, Closure, free_cancel_until
from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import AdviceCall, CallOutcome, FlagResult, RedFlagCheck
from nmx_desk.domain.kpi_facts import AppointmentFact, CallFact, End, Facts, Kind, RequestFact
from nmx_desk.domain.kpi_shapes import Filters, OpeningHours
from nmx_desk.domain.notes import ConsultNote, NoteStatus
from nmx_desk.domain.people import Clinic, User
from nmx_desk.domain.requests import AdviceRequest, AttemptResult, CallAttempt, RequestStatus

_request, _attempt, _call, _check = (table_of(kind) for kind in (AdviceRequest, CallAttempt, AdviceCall, RedFlagCheck))
_appointment, _client, _closure, _note = (table_of(kind) for kind in (Appointment, Client, Closure, ConsultNote))
_user = table_of(User)

NOT_VALID = frozenset({RequestStatus.DUPLICATE, RequestStatus.INVALID})
TO_THE_GP = frozenset({CallOutcome.REFERRED_GP, CallOutcome.EMERGENCY})
LOOK_AHEAD = timedelta(days=400)
_ENDS: dict[str, End] = {
    AppointmentStatus.COMPLETED: End.COMPLETED, AppointmentStatus.NO_SHOW: End.NO_SHOW, AppointmentStatus.MOVED: End.MOVED
}  # fmt: skip
_KINDS = {str(kind): kind for kind in Kind}
_MINUTE, DAY_HOURS = timedelta(minutes=1), 24


def facts(
    store: Store, clinic: Clinic, cut_off: datetime, first: date, last: date, filters: Filters | None = None, *, whole: bool = True
) -> Facts:
    """Everything the figures of these days (inclusive) are counted from, as known at ``cut_off``, and no more than they look at.

    Not ``whole``: only what the front desk's figures need. What a filter asks for is filled in only then.
    """
    wanted = filters or Filters()
    sources = clients_sources(store) if wanted.source else {}
    reach = Reach(store, clinic.zone, first, last, sources, by_location=bool(wanted.location_id))
    calls, booked = _calls(reach), _booked(reach, reach.within(_appointment.c.starts_at))
    asked = _asked(reach, {call.request_id for call in calls} | {row.request_id for row in booked if row.request_id})
    clients = {row.client_id for row in asked if row.client_id} | {call.client_id for call in calls}
    booked += _booked_for(reach, {row.id for row in asked}, clients)
    appointments = _appointments(reach, booked, {row.id: row.source for row in asked}, _signed(reach) if whole else {})
    front = Facts(
        requests=tuple(_requests(reach, asked, calls, appointments)), calls=tuple(calls), appointments=tuple(appointments), cut_off=cut_off,
        hours=opening_hours(store, clinic, first, last), illness_is_late=clinic.illness_is_late,
    )  # fmt: skip
    if not whole:
        return front
    return replace(
        front, flags=figures_care.flags(reach), contacts=figures_care.contacts(reach),
        plans=figures_care.plans(reach), courses=figures_care.courses(reach), items=figures_care.items(reach),
        answers=figures_quality.answers(reach), grievances=figures_quality.grievances(reach),
        deviations=figures_quality.deviations(reach), roster=figures_quality.working_time(reach),
    )  # fmt: skip


def _run(reach: Reach, statement: sa.Select[Any]) -> list[Any]:
    return list(reach.store.connection.execute(statement).all())


def _received(reach: Reach) -> sa.Select[Any]:
    return sa.select(_request.c.id).where(reach.within(_request.c.received_at))


def _asked(reach: Reach, also: Collection[str]) -> list[Any]:
    """The requests of these days, and others: those of calls and appointments on these days."""
    r = _request.c
    asked = sa.select(*plain(r.id, r.received_at, r.status, r.client_id, r.source)).order_by(r.received_at, r.id)
    rows = _run(reach, asked.where(reach.within(r.received_at)))
    return rows + _run(reach, asked.where(one_of(r.id, set(also) - {row.id for row in rows})))


def _requests(reach: Reach, asked: Iterable[Any], calls: Iterable[CallFact], booked: Iterable[AppointmentFact]) -> list[RequestFact]:
    """A call that was held is an attempt that reached somebody, also when nobody wrote the attempt down."""
    held: dict[str, datetime] = {}
    for call in calls:
        held[call.request_id] = min(call.held_at, held.get(call.request_id, call.held_at))
    first: dict[str, datetime] = dict(held)
    spoken: dict[str, datetime] = dict(held)
    c, run = _attempt.c, reach.store.connection.execute
    for request_id, text, result in run(sa.select(*plain(c.request_id, c.at, c.result)).where(c.request_id.in_(_received(reach)))).all():
        at = datetime.fromisoformat(text)
        first[request_id] = min(at, first.get(request_id, at))
        if result == AttemptResult.SPOKEN:
            spoken[request_id] = min(at, spoken.get(request_id, at))
    whose, where = _whose(calls, booked), _where(booked) if reach.by_location else {}
    return [
        RequestFact(
            id=id_, received_at=datetime.fromisoformat(received_at), valid=status not in NOT_VALID, first_attempt_at=first.get(id_),
            spoken_at=spoken.get(id_), client_id=client_id or "", practitioner_id=whose.get(id_, ""), source=source,
            location_id=where.get(id_, ""),
        ) for id_, received_at, status, client_id, source in asked
    ]  # fmt: skip


def _whose(calls: Iterable[CallFact], booked: Iterable[AppointmentFact]) -> dict[str, str]:
    """Who held the call of each request, or else with whom it was booked last."""
    made = sorted((one for one in booked if one.kind is Kind.ADVICE_CALL), key=lambda one: (one.booked_at, one.id))
    whose = {one.request_id: one.practitioner_id for one in made if one.request_id}
    return whose | {call.request_id: call.practitioner_id for call in calls}


def _where(booked: Iterable[AppointmentFact]) -> dict[str, str]:
    """Where the last appointment of each request is or was."""
    made = sorted((one for one in booked if one.end is not End.MOVED), key=lambda one: (one.start, one.id))
    return {one.request_id: one.location_id for one in made if one.request_id}


def _calls(reach: Reach) -> list[CallFact]:
    c, a, r = _call.c, _appointment.c, _request.c
    asked = (
        sa.select(
            *plain(c.id, c.request_id, c.client_id, c.practitioner_id, c.started_at, c.outcome, _check.c.result, r.source), place(a),
            a.by_choice,
        )
        .select_from(
            _call.join(_request, r.id == c.request_id).outerjoin(_check, _check.c.call_id == c.id)
            .outerjoin(_appointment, a.id == c.appointment_id)
        )
        .where(sa.or_(reach.within(c.started_at), c.request_id.in_(_received(reach))))
        .order_by(c.started_at, c.id)
    )  # fmt: skip
    return [
        CallFact(
            id=id_, request_id=request_id, client_id=client_id, practitioner_id=practitioner_id,
            held_at=datetime.fromisoformat(started_at), referred_to_gp=outcome in TO_THE_GP, source=source,
            red_flags_complete=result not in {None, FlagResult.INCOMPLETE}, later_by_choice=bool(by_choice), location_id=where,
        ) for id_, request_id, client_id, practitioner_id, started_at, outcome, result, source, where, by_choice in _run(reach, asked)
    ]  # fmt: skip


def _booked(reach: Reach, which: sa.ColumnElement[bool]) -> list[Any]:
    """Appointments; an option is none yet."""
    c = _appointment.c
    columns = plain(
        c.id, c.type_code, c.starts_at, c.ends_at, c.created_at, c.status, c.request_id, c.moved_from, c.client_id, c.practitioner_id,
        c.wall_start, c.zone, c.cancelled_at, _client.c.deceased_on,
    )  # fmt: skip
    asked = sa.select(*columns, c.late, c.illness, place(c)).select_from(_appointment.outerjoin(_client, _client.c.id == c.client_id))
    return _run(reach, asked.where(which, c.status != AppointmentStatus.OPTION).order_by(c.starts_at, c.id))


def _booked_for(reach: Reach, requests: Collection[str], clients: Collection[str]) -> list[Any]:
    """What these requests came to on other days, and the intakes of these clients that were booked without a request."""
    c = _appointment.c
    loose = sa.and_(one_of(c.client_id, clients), c.type_code == INTAKE, c.request_id.is_(None))
    return _booked(reach, sa.and_(sa.or_(one_of(c.request_id, requests), loose), sa.not_(reach.within(c.starts_at))))


def _appointments(
    reach: Reach, booked: Iterable[Any], sources: Mapping[str, str], signed: Mapping[str, datetime]
) -> list[AppointmentFact]:  # fmt: skip
    """``sources``: how the request of an appointment came in, by request; ``signed``: when its note was signed."""
    windows = {kind.code: kind.cancel_window_hours for kind in reach.store.find(AppointmentType)}
    found = []
    for (
        id_, code, starts_at, ends_at, created_at, status, request_id, moved_from, client_id, practitioner_id, wall, zone, cancelled_at,
        died_on, in_window, illness, where,
    ) in booked:  # fmt: skip
        start, late = datetime.fromisoformat(starts_at), bool(in_window)
        if illness and cancelled_at and not late:
            late = datetime.fromisoformat(cancelled_at) > _free_until(wall, zone, windows.get(code, DAY_HOURS))
        found.append(AppointmentFact(
            id=id_, kind=_KINDS.get(code, Kind.FOLLOW_UP), start=start, booked_at=datetime.fromisoformat(created_at),
            end=_end(status, late=late), request_id=request_id, moved_from=moved_from, illness=bool(illness),
            excluded=died_on is not None, client_id=client_id or "", practitioner_id=practitioner_id,
            source=sources.get(request_id, "") or reach.sources.get(client_id or "", ""), type_code=code,
            minutes=(datetime.fromisoformat(ends_at) - start) // _MINUTE, signed_at=signed.get(id_),
            location_id=where,
        ))  # fmt: skip
    return found


def _end(status: str, *, late: bool) -> End:
    """``late`` counts for what the client cancelled only; illness within the window too, for the clinic says whether it counts."""
    if status == AppointmentStatus.CANCELLED:
        return End.CANCELLED_LATE if late else End.CANCELLED
    return _ENDS.get(status, End.OPEN)


def _free_until(wall_start: str, zone: str, window: int) -> datetime:
    return free_cancel_until(Appointment(wall_start=wall_start, zone=zone), window)


def _signed(reach: Reach) -> dict[str, datetime]:
    """When the note of each consult of these days was signed first; a note that names none belongs to its client's consult on that day."""
    n, a, run = _note.c, _appointment.c, reach.store.connection.execute
    counts = (n.status.in_((NoteStatus.SIGNED, NoteStatus.AMENDED)), n.signed_at.is_not(None))
    consults = (reach.within(a.starts_at), a.type_code != ADVICE_CALL, a.status == AppointmentStatus.COMPLETED)
    named = sa.select(a.id, *plain(sa.func.min(n.signed_at))).join_from(_note, _appointment, n.appointment_id == a.id)
    signed = {id_: datetime.fromisoformat(at) for id_, at in run(named.where(*counts, *consults).group_by(a.id)).all()}
    loose = sa.select(*plain(a.id, a.starts_at, n.care_date, n.signed_at)).join_from(_appointment, _note, n.client_id == a.client_id)
    for id_, starts_at, care_date, at in run(loose.where(*counts, *consults, n.appointment_id.is_(None)).order_by(n.signed_at)):
        if datetime.fromisoformat(starts_at).astimezone(reach.zone).date().isoformat() == care_date:
            signed.setdefault(id_, datetime.fromisoformat(at))
    return signed


def whose_work(store: Store) -> dict[str, str]:
    """Everybody who ever had an appointment, by id with the name."""
    mine = sa.exists().where(_appointment.c.practitioner_id == _user.c.id)
    return dict(store.connection.execute(sa.select(_user.c.id, _user.c.display_name).where(mine)).all())


def opening_hours(store: Store, clinic: Clinic, first: date, last: date) -> OpeningHours:
    """When the front desk answers, closures out."""
    week = {int(day) - 1: ((_at(clinic.desk_opens), _at(clinic.desk_closes)),) for day in clinic.desk_days}
    closed = {
        closure.date_from + timedelta(days=n)
        for closure in store.find(Closure, _closure.c.date_to >= first, _closure.c.date_from <= last + LOOK_AHEAD)
        for n in range((closure.date_to - closure.date_from).days + 1)
    }
    return OpeningHours(week, frozenset(closed), ZoneInfo(clinic.zone))


def _at(minute: int) -> time:
    return time.max if minute >= 1440 else time(minute // 60, minute % 60)


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
