"""Today: what waits for the reception, for the practitioner and for the manager, from one use case (EXPERIENCE §3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from nmx_desk.data import agenda as agenda_data
from nmx_desk.data import figures
from nmx_desk.data import today as data
from nmx_desk.data.family import born_between
from nmx_desk.data.today import DraftNote
from nmx_desk.domain import deciding
from nmx_desk.domain.agenda import NO_SHOW_AFTER, Appointment, AppointmentStatus, AppointmentType
from nmx_desk.domain.agenda import may_become as may_step
from nmx_desk.domain.intervals import from_minutes
from nmx_desk.domain.kpi import Period, month_figures
from nmx_desk.domain.people import Role
from nmx_desk.domain.plan_rules import FollowUpState
from nmx_desk.domain.request_views import RequestRow
from nmx_desk.domain.requests import RequestStatus
from nmx_desk.domain.walltime import start_minute
from nmx_desk.i18n import language
from nmx_desk.services.agenda import day_item
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.followups import FollowUpRow, list_follow_ups
from nmx_desk.services.labs import LabRow, lab_rows, wanting
from nmx_desk.services.overdue import Overdue, overdue_items
from nmx_desk.services.paper_readings import PapersWaiting, waiting_papers
from nmx_desk.services.requests import due_recalls, list_requests
from nmx_desk.services.tasks import TaskRow, waiting_tasks

__all__ = ["DraftNote", "FrontDesk", "Month", "MyDay", "Overdue", "Tile", "TodaySheet", "Turning", "Visit", "today"]
TILES = ("requests", "reached", "booked", "held", "no_show")


@dataclass(frozen=True)
class Visit:
    """An appointment of today. ``reason`` in one line, for who treats the client; ``client_id`` is None for somebody not yet known."""

    appointment: Appointment
    who: str
    kind: str
    practitioner: str
    phone: str = ""
    call_instruction: str = ""
    reason: str = ""
    room: str = ""

    @property
    def id(self) -> str:
        """The appointment's id."""
        return self.appointment.id

    @property
    def may_check_in(self) -> bool:
        """Whether the client can arrive."""
        return may_step(self.appointment.status, AppointmentStatus.ARRIVED)

    @property
    def may_start(self) -> bool:
        """Whether the client waits to be brought into the room."""
        return self.appointment.status is AppointmentStatus.ARRIVED

    @property
    def may_complete(self) -> bool:
        """Whether it can be said to be done; the call of a request is done when its outcome is written."""
        in_room = self.appointment.status is AppointmentStatus.IN_ROOM
        return in_room and self.appointment.request_id is None

    def may_no_show(self, now: datetime) -> bool:
        """Whether one may say that nobody came."""
        return may_step(self.appointment.status, AppointmentStatus.NO_SHOW) and now >= self.appointment.starts_at + NO_SHOW_AFTER


@dataclass(frozen=True)
class Turning:
    """A client whose sixteenth birthday is near: parents stop deciding then. ``words``: when, and what to do."""

    client_id: str
    name: str
    words: str


@dataclass(frozen=True)
class FrontDesk:
    """The reception's day: new requests (longest waiting first), recalls of today, everybody's appointments, who becomes 16, own tasks."""

    new: tuple[RequestRow, ...]
    recalls: tuple[RequestRow, ...]
    visits: tuple[Visit, ...]
    turning: tuple[Turning, ...] = ()
    tasks: tuple[TaskRow, ...] = ()


@dataclass(frozen=True)
class MyDay:
    """A practitioner's day: own appointments, unsigned notes, follow-ups due, lab results to review or late, who becomes 16, own tasks."""

    visits: tuple[Visit, ...]
    unsigned: tuple[DraftNote, ...]
    follow_ups: tuple[FollowUpRow, ...]
    turning: tuple[Turning, ...] = ()
    labs: tuple[LabRow, ...] = ()
    tasks: tuple[TaskRow, ...] = ()


@dataclass(frozen=True)
class Tile:
    """A count of this month so far, and of as many days of the month before. ``key`` is one of ``TILES``."""

    key: str
    count: int
    before: int


@dataclass(frozen=True)
class Month:
    """The manager's month."""

    first: date
    tiles: tuple[Tile, ...]
    overdue: tuple[Overdue, ...]


@dataclass(frozen=True)
class TodaySheet:
    """What the user's roles ask for; a part is None for who has not that role."""

    day: date
    desk: FrontDesk | None = None
    mine: MyDay | None = None
    month: Month | None = None
    papers: PapersWaiting = field(default_factory=PapersWaiting)


@use_case("today.read", writes=False)
def today(work: Work) -> TodaySheet:
    """The day of the user. The look at lists of people is logged."""
    return TodaySheet(
        work.today(),
        _front_desk(work) if Role.RECEPTIONIST in work.roles else None,
        _my_day(work) if Role.PRACTITIONER in work.roles else None,
        _month(work) if Role.MANAGER in work.roles else None,
        waiting_papers(work),
    )


def _front_desk(work: Work) -> FrontDesk:
    new = [row for row in list_requests(work, {RequestStatus.NEW}) if not row.has_died]
    recalls = due_recalls(work, _day_bounds(work, work.today())[1])
    return FrontDesk(tuple(new), tuple(recalls), _visits(work), _turning(work), _tasks(work))


def _tasks(work: Work) -> tuple[TaskRow, ...]:
    """One's own tasks that are due or late; whoever is reception and practitioner sees them once, with the practitioner's day."""
    found = waiting_tasks(work)
    if found:
        work.seen("task_list", work.today().isoformat(), None)
    return found


def _turning(work: Work, practitioner_id: str | None = None) -> tuple[Turning, ...]:
    """Clients around their sixteenth birthday, the first one first; of one practitioner only the own ones and nobody's."""
    found = [
        Turning(client.id, client.name, words)
        for client in born_between(work.store, *deciding.turning_born(work.today()))
        if (practitioner_id is None or client.practitioner_id in {None, practitioner_id})
        and (words := deciding.sixteen_words(client.birth_date, work.today()))
    ]
    if found:
        work.seen("client_list", "sixteen", None)
    return tuple(found)


def _my_day(work: Work) -> MyDay:
    attention = (FollowUpState.OVERDUE, FollowUpState.DUE)
    mine = [row for row in list_follow_ups(work) if row.follow_up.practitioner_id == work.user.id and row.state in attention]
    turning = () if Role.RECEPTIONIST in work.roles else _turning(work, work.user.id)
    waiting = wanting(lab_rows(work)) if work.reach("labs.use") else []
    if waiting:
        work.seen("lab_order_list", work.today().isoformat(), None)
    unsigned = tuple(data.draft_notes(work.store, work.user.id))
    return MyDay(_visits(work, mine_only=True), unsigned, tuple(mine), turning, tuple(waiting), _tasks(work))


def _visits(work: Work, *, mine_only: bool = False) -> tuple[Visit, ...]:
    lo, hi = start_minute(work.clinic.zone, work.today()), start_minute(work.clinic.zone, work.today() + timedelta(days=1))
    found = agenda_data.booked_between(work.store, lo, hi, work.user.id if mine_only else None, live=True)
    kinds = {kind.code: kind.name(language()) for kind in work.store.find(AppointmentType)}
    names = {user.id: user.display_name for user in agenda_data.practitioners(work.store)}
    reasons = _reasons(work, found) if mine_only else {}
    work.seen("agenda_day", work.today().isoformat(), None)
    visits = []
    for booked in found:
        item, row = day_item(booked), booked.appointment
        kind, who = kinds.get(row.type_code, row.type_code), names.get(row.practitioner_id, "")
        visits.append(Visit(row, item.who, kind, who, item.phone, item.call_instruction, reasons.get(row.id, ""), item.room))
    return tuple(visits)


def _reasons(work: Work, found: list[agenda_data.Booked]) -> dict[str, str]:
    """Why each of one's own clients comes, in one line: the main complaint, else what the request asked. What is shown is logged."""
    complaints = data.main_complaints(work.store, {item.client.id for item in found if item.client is not None})
    reasons = {}
    for item in found:
        complaint = complaints.get(item.client.id) if item.client is not None else None
        if complaint is not None:
            work.seen("complaint", complaint.id, complaint.client_id)
        text = complaint.words if complaint is not None else item.request.question if item.request is not None else ""
        reasons[item.appointment.id] = " ".join(text.split())
    return reasons


def _month(work: Work) -> Month:
    day = work.today()
    first = day.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    so_far, then = _counts(work, first, day), _counts(work, before, min(before + (day - first), first - timedelta(days=1)))
    tiles = tuple(Tile(key, so_far[key], then[key]) for key in TILES)
    return Month(first, tiles, overdue_items(work))


def _counts(work: Work, first: date, last: date) -> dict[str, int]:
    """The same figures as the month report's, as counts."""
    found = month_figures(figures.facts(work.store, work.clinic, work.now(), first, last, whole=False), Period(first, last))
    keys = {"requests": "requests", "reached": "K3", "booked": "booked", "held": "held", "no_show": "K7"}
    return {tile: found.figure(key).numerator or 0 for tile, key in keys.items()}


def _day_bounds(work: Work, day: date) -> tuple[datetime, datetime]:
    zone = work.clinic.zone
    return from_minutes(start_minute(zone, day)), from_minutes(start_minute(zone, day + timedelta(days=1)))
