"""What happened with a client in order of time, as far as the user may see it: one list, a piece at a time (EXPERIENCE §3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from nmx_desk.data import consults as care_data
from nmx_desk.data import merging
from nmx_desk.data import timeline as data
from nmx_desk.data.store import table_of
from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES, Appointment, AppointmentStatus, AppointmentType
from nmx_desk.domain.clients import Client
from nmx_desk.domain.consults import AdviceCall
from nmx_desk.domain.contact_views import Event, EventKind, Events
from nmx_desk.domain.contacts import CONTACT_WAY_NAMES, ContactMoment
from nmx_desk.domain.notes import NOTE_KIND_NAMES, NOTE_STATUS_NAMES, ConsultNote
from nmx_desk.domain.plans import PlanVersion
from nmx_desk.domain.referrals import Referral
from nmx_desk.domain.requests import ATTEMPT_RESULT_NAMES, REQUEST_STATUS_NAMES, AdviceRequest
from nmx_desk.domain.rights import Scope
from nmx_desk.i18n import _, language
from nmx_desk.services.clients import is_own
from nmx_desk.services.desk import Work, use_case

PIECE = 40
LONGEST = 160  # of a text that is shown in one line
_appointment = table_of(Appointment)


@dataclass(frozen=True)
class _Piece:
    """What is asked of each kind."""

    work: Work
    client_id: str
    upto: datetime | None
    limit: int

    @property
    def day(self) -> date | None:
        """The day of ``upto`` on the clinic's wall."""
        return self.upto.astimezone(self.work.zone).date() if self.upto is not None else None

    def midnight(self, day: date) -> datetime:
        """When a day begins."""
        return datetime.combine(day, datetime.min.time(), self.work.zone)


@use_case("clients.read", writes=False)
def timeline(work: Work, client_id: str, before: tuple[datetime, str] | None = None, limit: int = PIECE) -> Events:
    """Requests, calls, appointments, plans, letters, contacts, and of notes and documents the titles where these may be read.

    The newest first, ``limit`` at a time; ``before`` of the last piece asks for the next. The look is logged.
    """
    client = merging.current(work.store, client_id)
    work.seen("timeline", client.id, client.id)
    asked = _Piece(work, client.id, before[0] if before else None, limit + 1)
    found = [event for event in _everything(asked, client) if before is None or (event.at, event.ref_id) < before]
    rows = sorted(found, key=lambda event: (event.at, event.ref_id), reverse=True)
    shown = tuple(_named(work, rows[:limit]))
    return Events(shown, (shown[-1].at, shown[-1].ref_id) if len(rows) > limit else None)


def _named(work: Work, events: list[Event]) -> Iterator[Event]:
    """The events with the names of who did them."""
    names = care_data.user_names(work.store, {event.by for event in events if event.by})
    for event in events:
        yield replace(event, by=names.get(event.by, ""))


def _everything(asked: _Piece, client: Client) -> Iterator[Event]:
    yield from _requests(asked)
    yield from _calls(asked)
    yield from _appointments(asked)
    yield from _contacts(asked)
    for right, kinds in (("plans.read", (_plans,)), ("letters.read", (_letters,)), ("notes.read", (_notes, _documents))):
        reach = asked.work.reach(right)
        if reach is Scope.ALL or (reach is Scope.OWN and is_own(asked.work, client)):
            for kind in kinds:
                yield from kind(asked)


def _line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else flat[: LONGEST - 1] + "…"


def _requests(asked: _Piece) -> Iterator[Event]:
    for item in data.newest(asked.work.store, AdviceRequest, "received_at", asked.client_id, asked.upto, asked.limit):
        title = _("Request: {state}").format(state=_(REQUEST_STATUS_NAMES[item.status]))
        yield Event(kind=EventKind.REQUEST, ref_id=item.id, at=item.received_at, title=title, detail=_line(item.question))


def _calls(asked: _Piece) -> Iterator[Event]:
    store = asked.work.store
    for attempt in data.attempts(store, asked.client_id, asked.upto, asked.limit):
        title = _("Call: {result}").format(result=_(ATTEMPT_RESULT_NAMES[attempt.result]))
        yield Event(
            kind=EventKind.CALL, ref_id=attempt.id, at=attempt.at, title=title, detail=_line(attempt.note), by=attempt.created_by
        )
    for call in data.newest(store, AdviceCall, "started_at", asked.client_id, asked.upto, asked.limit):
        yield Event(kind=EventKind.CALL, ref_id=call.id, at=call.started_at, title=_("Advice call"), by=call.practitioner_id)


def _appointments(asked: _Piece) -> Iterator[Event]:
    store, there = asked.work.store, _appointment.c.status != AppointmentStatus.MOVED
    kinds = {kind.code: kind.name(language()) for kind in store.find(AppointmentType)}
    for item in data.newest(store, Appointment, "starts_at", asked.client_id, asked.upto, asked.limit, there):
        yield Event(
            kind=EventKind.APPOINTMENT, ref_id=item.id, at=item.starts_at, title=kinds.get(item.type_code, item.type_code),
            detail=_(APPOINTMENT_STATUS_NAMES[item.status]), by=item.practitioner_id,
        )  # fmt: skip


def _letters(asked: _Piece) -> Iterator[Event]:
    for letter in data.newest(asked.work.store, Referral, "written_on", asked.client_id, asked.day, asked.limit):
        to = ", ".join(filter(None, (letter.to_name, letter.to_practice, letter.to_city)))
        title = _("Letter to {who}").format(who=to) if to else _("Letter")
        at = asked.midnight(letter.written_on)
        yield Event(kind=EventKind.LETTER, ref_id=letter.id, at=at, title=title, by=letter.created_by, day_only=True)


def _contacts(asked: _Piece) -> Iterator[Event]:
    for moment in data.newest(asked.work.store, ContactMoment, "at", asked.client_id, asked.upto, asked.limit):
        way = _(CONTACT_WAY_NAMES[moment.way])
        title = _("{way} from {who}") if moment.incoming else _("{way} to {who}")
        shown = title.format(way=way, who=moment.who or _("the client"))
        yield Event(kind=EventKind.CONTACT, ref_id=moment.id, at=moment.at, title=shown, detail=_line(moment.text), by=moment.created_by)


def _plans(asked: _Piece) -> Iterator[Event]:
    for item in data.newest(asked.work.store, PlanVersion, "activated_at", asked.client_id, asked.upto, asked.limit):
        if item.activated_at is not None:
            title = _("Plan, version {n}").format(n=item.number)
            yield Event(
                kind=EventKind.PLAN, ref_id=item.plan_id, at=item.activated_at, title=title, detail=_line(item.reason),
                by=item.activated_by or "",
            )  # fmt: skip


def _notes(asked: _Piece) -> Iterator[Event]:
    """Titles only."""
    for note in data.newest(asked.work.store, ConsultNote, "care_date", asked.client_id, asked.day, asked.limit):
        written = note.created_at.astimezone(asked.work.zone)
        same = written.date() == note.care_date
        at = note.created_at if same else asked.midnight(note.care_date)
        yield Event(
            kind=EventKind.NOTE, ref_id=note.id, at=at, title=_("Note: {kind}").format(kind=_(NOTE_KIND_NAMES[note.kind])),
            detail=_(NOTE_STATUS_NAMES[note.status]), by=note.author_id, day_only=not same,
        )  # fmt: skip


def _documents(asked: _Piece) -> Iterator[Event]:
    for item in data.documents(asked.work.store, asked.client_id, asked.upto, asked.limit):
        title = _("Document: {name}").format(name=item.name)
        yield Event(kind=EventKind.DOCUMENT, ref_id=item.id, at=item.created_at, title=title, by=item.created_by)
