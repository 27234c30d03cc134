"""What is long past, written in one step each instead of many: two years of calls, notes and plans in a minute.

The records are those the real use cases leave behind; here they are written as they ended up, by the same user, under the same right and
name in the log. The last weeks of a demo clinic are never written this way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from nmx_desk.data import consults as query
from nmx_desk.domain.agenda import Appointment, AppointmentStatus, AppointmentType, Channel
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.code_lists import RED_FLAGS
from nmx_desk.domain.complaints import AxisAssessment, Complaint, ComplaintScore, OutcomeScore
from nmx_desk.domain.consults import AdviceCall, CallOutcome, CallStatus, RedFlagAnswer, RedFlagCheck
from nmx_desk.domain.flags import flag_result
from nmx_desk.domain.history import EventComplaint, HistoryAsked, HistoryTopic, LifeEvent, LifestyleMeasurement
from nmx_desk.domain.history_rules import Told
from nmx_desk.domain.intervals import to_minutes
from nmx_desk.domain.lab_lines import read_lines
from nmx_desk.domain.labs import LabOrder, LabStatus
from nmx_desk.domain.notes import RETENTION_YEARS, SECTIONS, ConsultNote, NoteKind, NoteSection, NoteStatus, is_late, note_hash, years_later
from nmx_desk.domain.plan_rules import evaluation_day, phase_starts, plan_hash
from nmx_desk.domain.plans import (
    Adherence,
    FollowUp,
    FollowUpStatus,
    ItemStatus,
    Plan,
    PlanGoal,
    PlanItem,
    PlanPhase,
    PlanStatus,
    PlanVersion,
)
from nmx_desk.domain.requests import AdviceRequest, RequestStatus
from nmx_desk.domain.walltime import wall_time
from nmx_desk.services.agenda import Offer
from nmx_desk.services.calls import RETENTION_ADVICE
from nmx_desk.services.clients import client_from_request
from nmx_desk.services.desk import UseCase, Work
from nmx_desk.services.plan_sheets import raw_templates, template_in
from nmx_desk.services.scores import ComplaintEntry

T = TypeVar("T")
Own = Callable[[Sequence[PlanPhase], Sequence[PlanItem]], list[PlanItem]]
Aims = Callable[[Sequence[PlanPhase]], list[PlanGoal]]


@dataclass(frozen=True, kw_only=True)
class HeldCall:
    """A call as it went. ``call`` holds what was written down; ``override`` why a red flag was set aside."""

    call: AdviceCall
    answers: list[RedFlagAnswer]
    entries: list[ComplaintEntry]
    override: str = ""
    intake: Offer | None = None


@dataclass(frozen=True, kw_only=True)
class HeldConsult:
    """A consult as it went; ``written``: text by section, blank where nothing particular was found or it was left out.

    ``contact``: the plan's contact that it was, with how well the client could keep to the plan, and to each item (``kept``).
    """

    kind: NoteKind
    entries: list[ComplaintEntry]
    outcome: OutcomeScore
    lived: LifestyleMeasurement
    written: dict[str, str]
    nothing: str = ""
    minutes: int = 0
    attendees: str = ""
    late_reason: str = ""
    ended: Appointment = field(default_factory=Appointment)
    contact: str = ""
    adherence: int | None = None
    remark: str = ""
    kept: dict[str, int] = field(default_factory=dict)


def _complete_call(work: Work, request_id: str, appointment: Appointment, held: HeldCall) -> str:
    store, now = work.store, work.now()
    client = client_from_request(work, store.get(AdviceRequest, request_id))
    questions = query.current_list(store, RED_FLAGS)
    call = store.add(replace(
        held.call, request_id=request_id, client_id=client.id, appointment_id=appointment.id, practitioner_id=work.user.id, ended_at=now,
        status=CallStatus.COMPLETED,
    ))  # fmt: skip
    result = flag_result({item.code: item.action for item in questions}, held.answers)
    check = store.add(RedFlagCheck(
        client_id=client.id, call_id=call.id, list_version=questions[0].list_version, result=result, completed_at=now,
        override_by=work.user.id if held.override else None, override_reason=held.override,
    ))  # fmt: skip
    store.add_all(replace(answer, check_id=check.id, client_id=client.id) for answer in held.answers)
    _measured(work, client.id, call.id, "advice", held.entries)
    if held.intake is not None:
        _book(work, held.intake, client.name, client_id=client.id, request_id=request_id)
    store.change(appointment, client_id=client.id, status=AppointmentStatus.COMPLETED, status_at=now, status_before=appointment.status)
    request = store.get(AdviceRequest, request_id)
    store.change(request, status=RequestStatus.DONE, outcome=str(call.outcome), closed_at=now, retention_class=RETENTION_ADVICE)
    if call.file_agreed:
        active = call.outcome is CallOutcome.INTAKE_BOOKED and client.status is ClientStatus.PROSPECT
        _touched(work, client, ClientStatus.ACTIVE if active else client.status)
    return client.id


def _book(
    work: Work, offer: Offer, who: str, *, client_id: str | None = None, request_id: str | None = None, channel: Channel | None = None
) -> Appointment:  # fmt: skip
    """Book a moment that was offered this instant; the database still refuses one that is taken."""
    kind = next(kind for kind in work.store.find(AppointmentType) if kind.code == offer.type_code)
    start = to_minutes(offer.starts_at)
    busy_from, busy_to = kind.slot.busy(start)
    return work.store.add(Appointment(
        client_id=client_id, request_id=request_id, type_code=kind.code, practitioner_id=offer.practitioner_id, starts_at=offer.starts_at,
        ends_at=offer.ends_at, wall_start=wall_time(work.clinic.zone, start).replace(tzinfo=None).isoformat(timespec="minutes"),
        zone=work.clinic.zone, busy_from=busy_from, busy_to=busy_to, status_at=work.now(), channel=channel or kind.channel, who=who,
        uid=work.new_id(),
    ))  # fmt: skip


def _book_call(work: Work, request_id: str, offer: Offer) -> Appointment:
    request = work.store.get(AdviceRequest, request_id)
    booked = _book(work, offer, request.name, client_id=request.client_id, request_id=request.id)
    work.store.change(
        request, status=RequestStatus.BOOKED, status_before=request.status, next_action_at=None, owner_id=request.owner_id or work.user.id
    )
    return booked


def _book_follow_up(work: Work, plan_id: str, due: date, channel: Channel, offer: Offer) -> str:
    plan = work.store.get(Plan, plan_id)
    booked = _book(work, offer, work.store.get(Client, plan.client_id).name, client_id=plan.client_id, channel=channel)
    return work.store.add(FollowUp(
        plan_id=plan.id, client_id=plan.client_id, practitioner_id=plan.practitioner_id, due_on=due, channel=str(channel),
        appointment_id=booked.id,
    )).id  # fmt: skip


def _measured(work: Work, client_id: str, source_id: str, moment: str, entries: Sequence[ComplaintEntry]) -> None:
    """Complaints not known yet, and what was scored."""
    known = {complaint.code: complaint.id for complaint in query.complaints_of(work.store, client_id)}
    new = [(rank, entry) for rank, entry in enumerate(entries, 1) if entry.code not in known]
    made = work.store.add_all(Complaint(client_id=client_id, words=e.words, onset=e.onset, code=e.code, rank=rank) for rank, e in new)
    known |= {complaint.code: complaint.id for complaint in made}
    work.store.add_all(
        ComplaintScore(complaint_id=known[e.code], client_id=client_id, score=e.score, measured_on=work.today(), moment=moment,
                       source_id=source_id)
        for e in entries if e.score is not None
    )  # fmt: skip


def _touched(work: Work, client: Client, status: ClientStatus, practitioner_id: str | None = None) -> None:
    work.store.change(
        client, status=status, last_clinical_change=work.now(), retention_until=years_later(work.today(), RETENTION_YEARS),
        practitioner_id=client.practitioner_id or practitioner_id,
    )  # fmt: skip


def _sign_note(work: Work, client_id: str, held: HeldConsult) -> str:
    store, now, appointment = work.store, work.now(), held.ended
    day = appointment.starts_at.astimezone(work.zone).date()
    late = is_late(day, appointment.ends_at, now, work.zone)
    note = store.add(ConsultNote(
        client_id=client_id, appointment_id=appointment.id, kind=held.kind, care_date=day, author_id=work.user.id, attendees=held.attendees,
        duration_minutes=held.minutes,
    ))  # fmt: skip
    sections = store.add_all(
        NoteSection(note_id=note.id, client_id=client_id, code=section.code, position=place, text=held.written[section.code],
                    nothing_particular=section.code == held.nothing)
        for place, section in enumerate(SECTIONS[held.kind], 1)
    )  # fmt: skip
    _measured(work, client_id, note.id, str(held.kind), held.entries)
    store.add(replace(held.outcome, client_id=client_id, measured_on=work.today(), moment=str(held.kind), source_id=note.id))
    store.add(replace(held.lived, client_id=client_id, measured_on=work.today(), moment=str(held.kind), source_id=note.id))
    signed = replace(note, status=NoteStatus.SIGNED, signed_at=now, late=late, late_reason=held.late_reason if late else "")
    store.change(signed, hash=note_hash(signed, sections))
    store.change(appointment, status=AppointmentStatus.COMPLETED, status_at=now, status_before=appointment.status)
    if held.contact:
        contact = store.get(FollowUp, held.contact)
        store.change(contact, status=FollowUpStatus.DONE, done_on=day, adherence=held.adherence, note=held.remark)
        store.add_all(
            Adherence(client_id=client_id, plan_id=contact.plan_id, item_line=line, percent=kept, told_on=work.today(), source_id=note.id)
            for line, kept in held.kept.items()
        )  # fmt: skip
    client = store.get(Client, client_id)
    _touched(work, client, ClientStatus.ACTIVE if client.status is ClientStatus.PROSPECT else client.status, work.user.id)
    return note.id


def _activate(work: Work, client_id: str, template_code: str, own: Own, aims: Aims) -> str:
    store, today = work.store, work.today()
    template = template_in(next(raw for raw in raw_templates() if raw["code"] == template_code), "nl")
    plan = store.add(Plan(client_id=client_id, practitioner_id=work.user.id, status=PlanStatus.ACTIVE))
    version = store.add(PlanVersion(plan_id=plan.id, client_id=client_id, agreed_on=today))
    phases = store.add_all(replace(part.phase, version_id=version.id, client_id=client_id) for part in template.phases)
    starts = phase_starts(phases, today)
    proposed = [
        replace(item, phase_id=phase.id, evaluate_on=evaluation_day(phase, starts[phase.id]))
        for phase, part in zip(phases, template.phases, strict=True)
        for item in part.items
    ]
    chosen = own(phases, proposed)
    placed = [replace(item, id="", client_id=client_id, position=place) for place, item in enumerate(chosen, 1)]
    begins = {phase_id for phase_id, day in starts.items() if day <= today}
    items = store.add_all(replace(item, status=ItemStatus.ACTIVE, begun_on=today) if item.phase_id in begins else item for item in placed)
    signed = replace(version, status=PlanStatus.ACTIVE, valid_from=today, activated_at=work.now(), activated_by=work.user.id)
    wanted = enumerate(aims(phases), 1)
    goals = store.add_all(replace(goal, version_id=version.id, client_id=client_id, position=place) for place, goal in wanted)
    store.change(signed, hash=plan_hash(signed, phases, items, goals))
    client = store.get(Client, client_id)
    _touched(work, client, client.status, work.user.id)
    return plan.id


def _judge_axes(work: Work, client_id: str, judged: Sequence[AxisAssessment]) -> None:
    work.store.add_all(replace(one, client_id=client_id, assessed_on=work.today()) for one in judged)


def _write_life(
    work: Work, client_id: str, told: Sequence[Told], nothing: Sequence[HistoryTopic], lived: Sequence[tuple[LifeEvent, Sequence[str]]]
) -> None:  # fmt: skip
    """What was asked and told at an intake, list by list, and what happened in a life with the complaints that belong to it."""
    work.store.add_all(HistoryAsked(client_id=client_id, topic=topic, asked_on=work.today()) for topic in nothing)
    for place, one in enumerate(told, 1):
        work.store.add(replace(one, client_id=client_id, position=place))
    for event, links in lived:
        made = work.store.add(replace(event, client_id=client_id))
        work.store.add_all(EventComplaint(event_id=made.id, complaint_id=one, client_id=client_id) for one in links)


def _discuss_labs(work: Work, client_id: str, asked: LabOrder, ordered: date, lines: str) -> str:
    """A test that went its way: ordered, received and reviewed in between, discussed today."""
    today = work.today()
    received = ordered + (today - ordered) * 2 / 3
    order = work.store.add(replace(
        asked, client_id=client_id, practitioner_id=work.user.id, status=LabStatus.DISCUSSED, advised_on=ordered, ordered_on=ordered,
        received_on=received, reviewed_on=received, reviewed_by=work.user.id, discussed_on=today,
    ))  # fmt: skip
    found, _bad = read_lines(lines)
    work.store.add_all(replace(one, order_id=order.id, client_id=client_id, measured_on=received) for one in found)
    return order.id


def _named(name: str, case: Callable[..., T], right: str, code: str = "") -> UseCase[..., T]:
    """A use case under the name of the real one, which it stands for in the log; it is not offered to anybody else."""
    made: UseCase[..., T] = UseCase(case, right, writes=True, code=code, rescue=False, aside=False)
    made.name = name
    return made


complete_call = _named("complete_call", _complete_call, "calls.hold")
sign_note = _named("sign_note", _sign_note, "notes.write", "SIGN")
book_call = _named("book_call", _book_call, "requests.book")
book_follow_up = _named("book_follow_up", _book_follow_up, "followups.change")
write_life = _named("add_told", _write_life, "notes.write")
judge_axes = _named("judge_axis", _judge_axes, "notes.write")
discuss_labs = _named("step_lab_order", _discuss_labs, "labs.use")
activate = _named("activate", _activate, "plans.write", "SIGN")
