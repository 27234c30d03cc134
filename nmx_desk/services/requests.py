"""Requests for a free advice call: the list, one request with all that is known, and every step until the call is booked (DOMAIN §4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from nmx_desk.data import agenda as agenda_data
from nmx_desk.data import doubles, merging
from nmx_desk.data import requests as data
from nmx_desk.domain import names
from nmx_desk.domain.agenda import Appointment, Channel
from nmx_desk.domain.agenda_views import Offer
from nmx_desk.domain.clients import Client, birth_date_ok
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.likeness import likeness
from nmx_desk.domain.matching import ORDER, match
from nmx_desk.domain.opening_hours import desk_time
from nmx_desk.domain.request_views import AttemptRow, NewRequest, PossibleDouble, RequestCounts, RequestRow, RequestSheet
from nmx_desk.domain.requests import (
    CALLED_STATES,
    MOST_RETURNS,
    OPEN_STATES,
    AdviceRequest,
    AttemptResult,
    CallAttempt,
    RequestStatus,
    Source,
    may_be_unreachable,
    may_become,
)
from nmx_desk.exchange.emails import normalise_email
from nmx_desk.exchange.phones import normalise_phone
from nmx_desk.i18n import _
from nmx_desk.services import agenda
from nmx_desk.services.desk import Work, use_case

_S = RequestStatus
CALL_TYPE = "advice_call"
LONGEST = {"first_name": 60, "prefix": 30, "surname": 80, "question": 2000, "preferred_times": 200}
LONGEST_NOTE = 300
MOST_DOUBLES = 10
_TAKEN_BACK = frozenset({_S.CLOSED, _S.UNREACHABLE, _S.DUPLICATE, _S.INVALID, _S.WITHDRAWN})


# -- looking -----------------------------------------------------------------------------------------------------------------------------


@use_case("requests.read", writes=False)
def list_requests(
    work: Work, states: Collection[RequestStatus] = OPEN_STATES, source: Source | None = None, owner: str | None = None, text: str = "",
    *, recall_by: datetime | None = None,
) -> list[RequestRow]:  # fmt: skip
    """Requests in these states (none: all), who waits longest first; lists with closed ones begin with the newest. At most 500.

    ``recall_by``: instead those that somebody promised to call by then, whatever their state, the longest overdue first.
    """
    newest_first = recall_by is None and (not states or not OPEN_STATES.issuperset(states))
    found = data.find_requests(work.store, states, source=source, owner=owner, text=text, newest_first=newest_first, recall_by=recall_by)
    if text.strip():
        work.seen("request_list", "search", None, code="SEARCH", values={"words": text.strip()[:200]})
    elif recall_by is not None:
        work.seen("request_list", "recalls", None)
    else:
        work.seen("request_list", "all" if newest_first else "open", None)
    return _rows(work, found)


@use_case("requests.read", writes=False)
def due_recalls(work: Work, until: datetime | None = None) -> list[RequestRow]:
    """Requests whose recall time has come (or comes before ``until``), the longest overdue first."""
    return list_requests(work, recall_by=until or work.now())


@use_case("requests.read", writes=False)
def counts(work: Work) -> RequestCounts:
    """How many requests are new, have a recall due, are open."""
    is_open = data.has_state(*OPEN_STATES)
    return RequestCounts(
        data.count(work.store, data.has_state(_S.NEW)),
        data.count(work.store, data.recall_due(work.now())),
        data.count(work.store, is_open),
    )


@use_case("requests.read", writes=False)
def open_request(work: Work, request_id: str) -> RequestSheet:
    """A request with all a caller needs: attempts, earlier contact, who may be the same person. The look is logged, also at the others."""
    request = work.store.get(AdviceRequest, request_id)
    work.seen("advice_request", request.id, request.client_id)
    attempts = data.attempts(work.store, request.id)
    by = data.names(work.store, {attempt.created_by for attempt in attempts})
    earlier = data.requests_of(work.store, request.client_id) if request.client_id else []
    planned = data.planned(work.store, request.id)
    return RequestSheet(
        row=_rows(work, [request])[0],
        attempts=tuple(AttemptRow(attempt, by.get(attempt.created_by, "")) for attempt in attempts),
        doubles=tuple(_doubles(work, request)),
        client=work.store.find_one(Client, id=request.client_id) if request.client_id else None,
        earlier_requests=tuple(other for other in earlier if other.id != request.id),
        earlier_appointments=tuple(data.appointments_of(work.store, request.client_id)) if request.client_id else (),
        appointment=planned[0] if planned else None,
        original=work.store.find_one(AdviceRequest, id=request.duplicate_of) if request.duplicate_of else None,
        may_be_unreachable=may_be_unreachable(attempts, work.zone),
    )


def _rows(work: Work, requests: Sequence[AdviceRequest]) -> list[RequestRow]:
    now = work.now()
    owners = data.names(work.store, {request.owner_id for request in requests})
    calls = data.live_calls(work.store, [request.id for request in requests if request.status in {_S.BOOKED, _S.HELD}])
    people = data.names(work.store, {call.practitioner_id for call in calls.values()})
    gone = data.who_died(work.store, {request.client_id for request in requests if request.client_id})
    rows = []
    closures = agenda_data.closures(work.store, *_days(work, requests)) if requests else []
    for request in requests:
        call = calls.get(request.id)
        waits = request.status in OPEN_STATES or request.is_called
        due = waits and request.next_action_at is not None and request.next_action_at <= now
        rows.append(RequestRow(
            request, now - request.received_at, due, owners.get(request.owner_id or "", ""),
            call.starts_at if call else None, people.get(call.practitioner_id, "") if call else "",
            desk_time(request.received_at, request.first_attempt_at, work.clinic, closures) if request.first_attempt_at else None,
            request.client_id in gone,
        ))  # fmt: skip
    return rows


def _days(work: Work, requests: Sequence[AdviceRequest]) -> tuple[date, date]:
    """The days of the clinic from the first request to the last attempt."""
    came, called = [request.received_at for request in requests], [request.first_attempt_at for request in requests]
    return min(came).astimezone(work.zone).date(), max([*filter(None, called), *came]).astimezone(work.zone).date()


def _doubles(work: Work, request: AdviceRequest) -> list[PossibleDouble]:
    """Other requests and clients that may be the same person, strong ones first; not those that are known to belong together."""
    alike_clients = doubles.alike(work.store, request.person)
    found = {who: PossibleDouble(work.store.get(Client, who), why) for who, why in alike_clients.items() if who != request.client_id}
    family = {request.id, request.duplicate_of or request.id}
    for earlier in data.plausible_requests(work.store, data.Sought([request.person])):
        alike = likeness(request.person, earlier.person)
        known = earlier.id in family or earlier.root_id in family or (earlier.client_id and earlier.client_id == request.client_id)
        if alike and not known and earlier.id not in found:
            found[earlier.id] = PossibleDouble(work.store.get(AdviceRequest, earlier.id), alike)
    shown = sorted(found.values(), key=lambda one: (ORDER[one.likeness.strength], not one.is_client, one.record.created_at))[:MOST_DOUBLES]
    for one in shown:
        client = one.record.id if isinstance(one.record, Client) else one.record.client_id
        work.seen("possible_double", one.record.id, client)
    return shown


# -- writing down ------------------------------------------------------------------------------------------------------------------------


@use_case("requests.change")
def new_request(work: Work, new: NewRequest) -> AdviceRequest:
    """A request by phone, e-mail or at the desk. Linked to the client when exactly one surely is the same person."""
    received = new.received_at or work.now()
    if received > work.now():
        raise UserError("received_at", _("A request cannot come in later than now."))
    fields = {name: getattr(new, name) for name in (*LONGEST, "phone", "email", "birth_date", "source")}
    request = _tidy(work, AdviceRequest(**fields, received_at=received))
    known = merging.current(work.store, new.client_id).id if new.client_id else _known_client(work, request)
    return work.store.add(replace(request, client_id=known))


@use_case("requests.change")
def change_request(work: Work, request: AdviceRequest) -> AdviceRequest:
    """Mend name, contact data, question or wished times, over the version it was read at. States change through their own steps."""
    old = work.store.get(AdviceRequest, request.id)
    mended = {name: getattr(request, name) for name in (*LONGEST, "phone", "email", "birth_date")}
    return work.store.change(_tidy(work, replace(old, **mended, version=request.version)))


def _tidy(work: Work, request: AdviceRequest) -> AdviceRequest:
    """As it is stored: trimmed, phone E.164, e-mail lower case. Raises ``UserError`` for what cannot be."""
    clean: dict[str, Any] = {name: names.clean_name(getattr(request, name)) for name in ("first_name", "prefix", "surname")}
    clean |= {name: getattr(request, name).strip() for name in ("question", "preferred_times")}
    for name, longest in LONGEST.items():
        if len(clean[name]) > longest:
            raise UserError(name, _("This is too long: use at most {n} characters.").format(n=longest))
    if not clean["first_name"] and not clean["surname"]:
        raise UserError("surname", _("Fill in a name."))
    if not clean["prefix"]:
        clean["prefix"], clean["surname"] = names.split_prefix(clean["surname"])
    if not birth_date_ok(request.birth_date, work.today()):
        raise UserError("birth_date", _("This birth date cannot be right. Check day, month and year."))
    phone, email = request.phone.strip(), request.email.strip()
    clean["phone"], clean["email"] = normalise_phone(phone).e164, normalise_email(email).address
    if phone and not clean["phone"]:
        raise UserError("phone", _("This is not a phone number. Check the digits, or leave it empty."))
    if email and not clean["email"]:
        raise UserError("email", _("This is not an e-mail address. Check it, or leave it empty."))
    if not phone and not email:
        raise UserError("phone", _("Fill in a phone number or an e-mail address."))
    return replace(request, **clean)


def _known_client(work: Work, request: AdviceRequest) -> str | None:
    people = data.plausible_clients(work.store, data.Sought([request.person]))
    found = {who for who, person in people if match(request.person, person) == "strong"}
    return found.pop() if len(found) == 1 else None


@use_case("requests.change")
def link_client(work: Work, request_id: str, client_id: str | None) -> AdviceRequest:
    """Say which client asked, or None: somebody new. What is planned for the request follows."""
    request = work.store.get(AdviceRequest, request_id)
    if client_id is not None:
        work.store.get(Client, client_id)
    for appointment in data.planned(work.store, request.id):
        work.store.change(appointment, client_id=client_id)
    return work.store.change(request, client_id=client_id)


# -- calling -----------------------------------------------------------------------------------------------------------------------------


@use_case("requests.change")
def log_attempt(
    work: Work, request_id: str, result: AttemptResult, note: str = "", recall_at: datetime | None = None
) -> CallAttempt:
    """Write down a call attempt. A request that waits is then in progress; ``recall_at`` is when to call again.

    After an advice call that ended with “call back later” the request stays handled; without ``recall_at`` nobody calls again.
    """
    request = work.store.get(AdviceRequest, request_id)
    if request.status not in OPEN_STATES and not request.is_called:
        raise Conflict(_("This request is closed. Take its last step back, or write down a new request."))
    if len(note.strip()) > LONGEST_NOTE:
        raise UserError("note", _("This is too long: use at most {n} characters.").format(n=LONGEST_NOTE))
    now = work.now()
    if recall_at is not None and recall_at <= now:
        raise UserError("recall_at", _("Choose a moment that is still to come."))
    waits = request.status in CALLED_STATES and request.status is not _S.IN_PROGRESS
    if waits:
        _check_return(work, request)
    work.store.change(
        request, status=_S.IN_PROGRESS if waits else request.status, status_before=request.status if waits else None,
        attempts=request.attempts + 1, first_attempt_at=request.first_attempt_at or now, next_action_at=recall_at,
        owner_id=request.owner_id or work.user.id,
    )  # fmt: skip
    return work.store.add(
        CallAttempt(request_id=request.id, client_id=request.client_id, at=now, result=result, note=note.strip(), recall_at=recall_at)
    )


@use_case("requests.change")
def undo_attempt(work: Work, attempt_id: str) -> AdviceRequest:
    """Take back one's last call attempt on the day it was made; the log keeps both."""
    attempt = work.store.get(CallAttempt, attempt_id)
    request = work.store.get(AdviceRequest, attempt.request_id)
    last, *others = data.attempts(work.store, request.id)
    recalled = request.status is _S.DONE and bool(request.closed_at and attempt.at > request.closed_at)
    if last.id != attempt.id or not (request.status in OPEN_STATES or recalled):
        raise Conflict(_("The request has gone on meanwhile. Look at it again."))
    _check_today(work, attempt.at)
    status, before = request.status, request.status_before
    if status is _S.IN_PROGRESS and (before is not None or not others):
        status, before = before or _S.NEW, None
    work.store.remove(attempt)
    promised = others[0].recall_at if others else None
    return work.store.change(
        request, status=status, status_before=before, attempts=len(others), first_attempt_at=others[-1].at if others else None,
        next_action_at=promised or attempt.at if recalled else promised,
    )  # fmt: skip


@use_case("requests.book")
def book_call(
    work: Work, request_id: str, moment: Offer | tuple[str, datetime], *, channel: Channel | None = None, double_booking_reason: str = "",
    spoken: bool = False, by_choice: bool = False,
) -> Appointment:  # fmt: skip
    """Book the advice call at an offered moment, or (practitioner, start): appointment and request in one go.

    ``spoken``: also log that the person was reached just now; ``by_choice``: the client wanted a later moment than the first.

    Raises as ``agenda.book``; ``Conflict`` when the request cannot be booked.
    """
    request = work.store.get(AdviceRequest, request_id)
    if not may_become(request.status, _S.BOOKED):
        raise Conflict(_("This request has a call already, or is closed. Look at it again."))
    _check_return(work, request)
    if spoken:
        log_attempt(work, request.id, AttemptResult.SPOKEN)
        request = work.store.get(AdviceRequest, request.id)
    who, start = (moment.practitioner_id, moment.starts_at) if isinstance(moment, Offer) else moment
    kind = moment.type_code if isinstance(moment, Offer) else CALL_TYPE
    made = agenda.book(work, kind, who, start, request_id=request.id, channel=channel, double_booking_reason=double_booking_reason)
    if by_choice:
        made = work.store.change(made, by_choice=True)
    work.store.change(
        request, status=_S.BOOKED, status_before=request.status, next_action_at=None, owner_id=request.owner_id or work.user.id
    )
    return made


def _check_return(work: Work, request: AdviceRequest) -> None:
    if request.status in {_S.NO_SHOW, _S.CANCELLED} and data.fallen_through(work.store, request.id) > MOST_RETURNS:
        raise UserError("", _("This call has fallen through {n} times. Close the request.").format(n=MOST_RETURNS + 1))


# -- ending ------------------------------------------------------------------------------------------------------------------------------


@use_case("requests.change")
def mark_unreachable(work: Work, request_id: str) -> AdviceRequest:
    """Give up calling: after at least three attempts that reached nobody, on at least two days."""
    if not may_be_unreachable(data.attempts(work.store, request_id), work.zone):
        raise UserError("", _("Call at least three times, on at least two days, before giving up."))
    return _end(work, request_id, _S.UNREACHABLE)


@use_case("requests.change")
def mark_duplicate(work: Work, request_id: str, of: str) -> AdviceRequest:
    """Say that a request is the double of another one; it then belongs to the same client."""
    original = work.store.get(AdviceRequest, of)
    if original.duplicate_of is not None:
        original = work.store.get(AdviceRequest, original.duplicate_of)
    if original.id == request_id:
        raise UserError("of", _("A request cannot be the double of itself. Choose the other one."))
    return _end(work, request_id, _S.DUPLICATE, duplicate_of=original.id, client_id=original.client_id)


@use_case("requests.change")
def mark_invalid(work: Work, request_id: str, reason: str) -> AdviceRequest:
    """Spam, a test, not meant for us."""
    return _end(work, request_id, _S.INVALID, close_reason=_given(reason))


@use_case("requests.change")
def withdraw_request(work: Work, request_id: str, reason: str = "") -> AdviceRequest:
    """The person does not want the call any more."""
    return _end(work, request_id, _S.WITHDRAWN, close_reason=reason.strip()[:LONGEST_NOTE])


@use_case("requests.change")
def close_request(work: Work, request_id: str, reason: str) -> AdviceRequest:
    """Close after a no-show or a cancelled call."""
    return _end(work, request_id, _S.CLOSED, close_reason=_given(reason))


def _given(reason: str) -> str:
    if not reason.strip():
        raise UserError("reason", _("Write down why; a few words will do."))
    return reason.strip()[:LONGEST_NOTE]


def _end(work: Work, request_id: str, then: RequestStatus, **changes: Any) -> AdviceRequest:
    request = work.store.get(AdviceRequest, request_id)
    if not may_become(request.status, then):
        raise Conflict(_("This step is not possible for this request any more. Look at it again."))
    if data.planned(work.store, request.id):
        raise UserError("", _("A call is planned for this request. Cancel it first."))
    changes = {name: value for name, value in changes.items() if name != "client_id" or value is not None}
    return work.store.change(
        request, status=then, status_before=request.status, next_action_at=None, closed_at=work.now(), **changes
    )


@use_case("requests.change")
def undo_request_step(work: Work, request_id: str) -> AdviceRequest:
    """Take back, on the same day, how a request was ended, or a call that was booked by mistake: a change of its own in the log.

    That something is a double can be taken back on any day.
    """
    request = work.store.get(AdviceRequest, request_id)
    if request.status is _S.BOOKED:
        return _undo_booking(work, request)
    if request.status not in _TAKEN_BACK or request.status_before is None or request.closed_at is None:
        raise UserError("", _("There is nothing to take back."))
    if request.status is not _S.DUPLICATE:  # a false double hides somebody who waits: that can be mended on any day
        _check_today(work, request.closed_at)
    return work.store.change(
        request, status=request.status_before, status_before=None, closed_at=None, close_reason="", duplicate_of=None
    )


def _undo_booking(work: Work, request: AdviceRequest) -> AdviceRequest:
    planned = data.planned(work.store, request.id)
    if not planned:
        raise UserError("", _("There is nothing to take back."))
    for call in planned:
        _check_today(work, call.created_at)
        agenda.cancel(work, call.id, "clinic", _("Booked by mistake"))
    request = work.store.get(AdviceRequest, request.id)
    then = request.status_before or (_S.IN_PROGRESS if request.attempts else _S.NEW)
    return work.store.change(request, status=then, status_before=None)


def _check_today(work: Work, moment: datetime) -> None:
    if moment.astimezone(work.zone).date() != work.today():
        raise UserError("", _("This can only be taken back on the same day."))
