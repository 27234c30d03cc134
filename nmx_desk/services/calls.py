"""The free advice call: script, forced red-flag check, complaints, outcome (DOMAIN §2, §4 Adviesgesprek, Alarmcheck)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from nmx_desk.data import consults as query
from nmx_desk.domain.agenda import Appointment, AppointmentStatus
from nmx_desk.domain.agenda import may_become as may_step
from nmx_desk.domain.clients import Client, ClientStatus
from nmx_desk.domain.code_lists import COMPLAINTS, RED_FLAGS
from nmx_desk.domain.consults import (
    CALL_OUTCOME_NAMES,
    FIT_NAMES,
    MOST_COMPLAINTS_IN_CALL,
    AdviceCall,
    Answer,
    CallOutcome,
    CallStatus,
    FlagResult,
    RedFlagAnswer,
    RedFlagCheck,
)
from nmx_desk.domain.errors import Conflict, UserError
from nmx_desk.domain.flags import allowed_outcomes, blank_questions, flag_result, open_flags
from nmx_desk.domain.intervals import from_minutes
from nmx_desk.domain.notes import RETENTION_YEARS, Draft, years_later
from nmx_desk.domain.people import CodeItem, User
from nmx_desk.domain.requests import AdviceRequest, RequestStatus, may_become
from nmx_desk.domain.walltime import start_minute
from nmx_desk.i18n import _, ngettext
from nmx_desk.services import agenda
from nmx_desk.services.clients import client_from_request
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.drafts import drop_draft
from nmx_desk.services.red_flags import raise_alarm
from nmx_desk.services.scores import ComplaintEntry, put_complaints, sheet_of

DRAFT_KIND = "call"
CALL_TYPE = "advice_call"
INTAKE_TYPE = "intake"
LEAST_REASON = 10
RETENTION_ADVICE = "advice"
RECALL_AT = 9 * 60  # minutes on the clinic's wall


@dataclass(frozen=True, kw_only=True)
class CallSheet:
    """Everything on the table during a call. ``editor`` names the colleague who holds it; ``draft`` is what was typed and not left."""

    call: AdviceCall
    request: AdviceRequest
    client: Client
    check: RedFlagCheck
    questions: tuple[CodeItem, ...]
    answers: tuple[RedFlagAnswer, ...]
    complaints: tuple[ComplaintEntry, ...]
    catalogue: tuple[CodeItem, ...] = ()
    draft: Draft | None = None
    editor: str = ""

    @property
    def actions(self) -> dict[str, str]:
        """What a Yes to each question asks for."""
        return {question.code: question.action for question in self.questions}

    @property
    def read_only(self) -> bool:
        """Whether the call is over or somebody else's."""
        return bool(self.editor) or self.call.status is CallStatus.COMPLETED


@use_case("calls.hold")
def open_call(work: Work, request_id: str, appointment_id: str | None = None) -> CallSheet:
    """Begin the advice call of a request, or go on with it. A new call links or makes the client and says that the call is held."""
    request = work.store.get(AdviceRequest, request_id)
    call = query.last_call(work.store, request.id)
    if call is None or (call.status is CallStatus.COMPLETED and request.status is RequestStatus.BOOKED):
        call = _begin(work, request, appointment_id)
    sheet = _sheet(work, call)
    work.seen("advice_call", call.id, call.client_id)
    return sheet


def _begin(work: Work, request: AdviceRequest, appointment_id: str | None) -> AdviceCall:
    if request.status is not RequestStatus.HELD and not may_become(request.status, RequestStatus.HELD):
        raise Conflict(_("This request has no call that is booked. Book the call first, then open it."))
    appointment = _appointment(work, request, appointment_id)
    client = client_from_request(work, request)
    request = work.store.get(AdviceRequest, request.id)
    if request.status is not RequestStatus.HELD:
        work.store.change(request, status=RequestStatus.HELD)
    if appointment is not None and appointment.client_id is None:
        work.store.change(appointment, client_id=client.id)
    call = work.store.add(
        AdviceCall(
            request_id=request.id,
            client_id=client.id,
            appointment_id=appointment.id if appointment else None,
            practitioner_id=work.user.id,
            started_at=work.now(),
            question=request.question,
        )
    )
    questions = query.current_list(work.store, RED_FLAGS)
    if not questions:
        raise Conflict(_("There is no list of red-flag questions. Ask the manager to put one in the settings."))
    work.store.add(RedFlagCheck(client_id=client.id, call_id=call.id, list_version=questions[0].list_version))
    return call


def _appointment(work: Work, request: AdviceRequest, appointment_id: str | None) -> Appointment | None:
    if appointment_id is not None:
        found = work.store.get(Appointment, appointment_id)
        if found.request_id != request.id:
            raise Conflict(_("This appointment belongs to another request. Go back and open it again."))
        return found
    waiting = [
        item
        for item in query.live_appointments(work.store, CALL_TYPE, request_id=request.id)
        if item.status not in {AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW}
    ]
    return waiting[-1] if waiting else None


def _sheet(work: Work, call: AdviceCall) -> CallSheet:
    store = work.store
    check = store.find_one(RedFlagCheck, call_id=call.id)
    if check is None:
        raise Conflict(_("The red-flag check of this call is missing. Verify the log."))
    mine = call.practitioner_id == work.user.id
    writable = mine and call.status is CallStatus.OPEN
    return CallSheet(
        call=call,
        request=store.get(AdviceRequest, call.request_id),
        client=store.get(Client, call.client_id),
        check=check,
        questions=tuple(query.list_version(store, RED_FLAGS, check.list_version)),
        answers=tuple(store.find(RedFlagAnswer, check_id=check.id)),
        complaints=_entries(work, call),
        catalogue=tuple(query.current_list(store, COMPLAINTS)),
        draft=store.find_one(Draft, owner_id=work.user.id, kind=DRAFT_KIND, ref_id=call.id) if writable else None,
        editor="" if mine else store.get(User, call.practitioner_id).display_name,
    )


def _entries(work: Work, call: AdviceCall) -> tuple[ComplaintEntry, ...]:
    found = [series for series in sheet_of(work, call.client_id).complaints if series.complaint.is_active]
    return tuple(
        ComplaintEntry(
            id=series.complaint.id,
            words=series.complaint.words,
            onset=series.complaint.onset,
            code=series.complaint.code,
            score=series.measured_in(call.id),
        )
        for series in found[:MOST_COMPLAINTS_IN_CALL]
    )


@use_case("calls.hold")
def save_call(work: Work, call: AdviceCall, answers: Sequence[RedFlagAnswer], complaints: Sequence[ComplaintEntry]) -> CallSheet:
    """Save an open call as it is now. ``answers`` are all that were given: a question not among them is blank again."""
    stored = _own_open(work, call.id)
    if stored.version != call.version:
        raise Conflict(_("Somebody else changed this in the meantime. Reload it and make your change again."))
    if len([entry for entry in complaints if entry.words.strip()]) > MOST_COMPLAINTS_IN_CALL:
        raise UserError("complaints", _("Write down at most {n} complaints in a call.").format(n=MOST_COMPLAINTS_IN_CALL))
    if call.fit and call.fit not in FIT_NAMES:
        raise UserError("fit", _("Choose one from the list."))
    kept = replace(
        call, id=stored.id, request_id=stored.request_id, client_id=stored.client_id, appointment_id=stored.appointment_id,
        practitioner_id=stored.practitioner_id, status=stored.status, started_at=stored.started_at, ended_at=None, outcome=None,
        created_at=stored.created_at, created_by=stored.created_by,
    )  # fmt: skip
    if kept != stored:
        stored = work.store.change(kept)
    _put_answers(work, stored, answers)
    put_complaints(work, stored.client_id, stored.id, "advice", complaints)
    drop_draft(work, DRAFT_KIND, stored.id)
    return _sheet(work, stored)


def _own_open(work: Work, call_id: str) -> AdviceCall:
    call = work.store.get(AdviceCall, call_id)
    if call.status is CallStatus.COMPLETED:
        raise Conflict(_("This call has been completed and cannot be changed any more."))
    if call.practitioner_id != work.user.id:
        raise Conflict(_("A colleague is holding this call. Only that colleague can change it."))
    return call


def _put_answers(work: Work, call: AdviceCall, answers: Sequence[RedFlagAnswer]) -> None:
    sheet = _sheet(work, call)
    check, kept = sheet.check, {answer.code: answer for answer in sheet.answers}
    given = {answer.code: _tidy(work, sheet, answer) for answer in answers}
    for code, answer in given.items():
        old = kept.get(code)
        if old is None:
            work.store.add(answer)
        elif (merged := replace(answer, id=old.id, version=old.version, created_at=old.created_at, created_by=old.created_by)) != old:
            work.store.change(merged)
    for code, old in kept.items():
        if code not in given:
            work.store.remove(old)
    result = flag_result(sheet.actions, list(given.values()))
    stale = check.override_by is not None and bool(open_flags(given.values()) - open_flags(kept.values()))
    wanted = replace(check, result=result)
    if stale:
        wanted = replace(wanted, override_by=None, override_reason="")
    if wanted != check:
        work.store.change(wanted)


def _tidy(work: Work, sheet: CallSheet, answer: RedFlagAnswer) -> RedFlagAnswer:
    if answer.code not in sheet.actions:
        raise Conflict(_("The list of red-flag questions has changed. Open the call again."))
    assessed = answer.answer is Answer.YES and answer.assessed
    assessed_on = answer.assessed_on if assessed else None
    if assessed_on is not None and assessed_on > work.today():
        raise UserError("flags", _("The day on which a doctor looked at it cannot lie in the future."))
    return RedFlagAnswer(
        check_id=sheet.check.id, client_id=sheet.client.id, code=answer.code, answer=answer.answer, assessed=assessed,
        assessed_on=assessed_on, note=answer.note.strip(),
    )  # fmt: skip


@use_case("flags.override")
def override_flags(work: Work, check_id: str, reason: str) -> RedFlagCheck:
    """A practitioner's written decision that the call may end otherwise than the red flags ask. It lapses when a further Yes is given."""
    check = work.store.get(RedFlagCheck, check_id)
    if check.call_id is not None and work.store.get(AdviceCall, check.call_id).status is CallStatus.COMPLETED:
        raise Conflict(_("This call has been completed and cannot be changed any more."))
    if check.result in {FlagResult.INCOMPLETE, FlagResult.CLEAR}:
        raise UserError("flags", _("There is nothing to override: answer every question first."))
    if len(reason.strip()) < LEAST_REASON:
        raise UserError("override_reason", _("Write the reason in at least {n} characters.").format(n=LEAST_REASON))
    return work.store.change(check, override_by=work.user.id, override_reason=reason.strip())


@use_case("calls.hold")
def complete_call(work: Work, call_id: str, outcome: CallOutcome, *, intake: agenda.Offer | None = None, next_date: date | None = None,
                  fit_reason: str = "", file_agreed: bool | None = None) -> CallSheet:  # fmt: skip
    """End a saved call with its outcome; an intake offered as ``intake`` is booked in the same unit of work."""
    call = _own_open(work, call_id)
    sheet = _sheet(work, call)
    result = _check_flags(sheet, outcome)
    agreed = call.file_agreed if file_agreed is None else file_agreed
    _check_outcome(work, outcome, next_date, fit_reason or call.fit_reason)
    if outcome is CallOutcome.INTAKE_BOOKED:
        if not agreed:
            raise UserError("file_agreed", _("An intake needs the client's agreement that a file is opened. Ask for it and tick it."))
        _book_intake(work, sheet.client, sheet.request, intake)
    now = work.now()
    work.store.change(
        call, status=CallStatus.COMPLETED, outcome=outcome, ended_at=now, file_agreed=agreed, next_date=next_date,
        fit_reason=fit_reason or call.fit_reason, fit="not" if outcome is CallOutcome.NOT_FITTING else call.fit,
    )  # fmt: skip
    checked = work.store.change(sheet.check, result=result, completed_at=now)
    raise_alarm(work, checked, sheet.questions, sheet.answers)
    _finish_request(work, sheet.request, outcome, next_date)
    _finish_appointment(work, call)
    _finish_client(work, call.client_id, active=outcome is CallOutcome.INTAKE_BOOKED, file=agreed)
    drop_draft(work, DRAFT_KIND, call.id)
    return _sheet(work, work.store.get(AdviceCall, call.id))


@use_case("calls.hold")
def reopen_call(work: Work, call_id: str) -> CallSheet:
    """Take back, on the same day, how one's own call ended: the call goes on, and an intake that was booked in it is cancelled."""
    call = work.store.get(AdviceCall, call_id)
    request = work.store.get(AdviceRequest, call.request_id)
    if call.practitioner_id != work.user.id:
        raise Conflict(_("A colleague held this call. Only that colleague can take its outcome back."))
    if call.ended_at is None or request.status is not RequestStatus.DONE or query.last_call(work.store, request.id) != call:
        raise Conflict(_("There is nothing to take back."))
    if call.ended_at.astimezone(work.zone).date() != work.today():
        raise UserError("", _("This can only be taken back on the same day."))
    _unbook_intake(work, call)
    appointment = work.store.find_one(Appointment, id=call.appointment_id) if call.appointment_id else None
    if appointment is not None and appointment.status is AppointmentStatus.COMPLETED:
        agenda.undo_status(work, appointment.id)
    check = work.store.find_one(RedFlagCheck, call_id=call.id)
    if check is not None:
        work.store.change(check, completed_at=None)
    work.store.change(request, status=RequestStatus.HELD, outcome="", closed_at=None, next_action_at=None)
    return _sheet(work, work.store.change(call, status=CallStatus.OPEN, outcome=None, ended_at=None, next_date=None))


def _unbook_intake(work: Work, call: AdviceCall) -> None:
    """Cancel the intake that was booked during a call; who became a client only by it is a prospect again."""
    ended = call.ended_at or work.now()
    intakes = query.live_appointments(work.store, INTAKE_TYPE, request_id=call.request_id)
    booked = [item for item in intakes if call.started_at <= item.created_at <= ended]
    for item in booked:
        agenda.cancel(work, item.id, "clinic", _("The outcome of the call was taken back."))
    client = work.store.get(Client, call.client_id)
    if booked and client.status is ClientStatus.ACTIVE and not query.notes_of(work.store, client.id):
        work.store.change(client, status=ClientStatus.PROSPECT)


def _check_flags(sheet: CallSheet, outcome: CallOutcome) -> FlagResult:
    blank = blank_questions(sheet.actions, sheet.answers)
    if blank:
        text = ngettext(
            "{n} red-flag question has no answer yet. Ask it first.",
            "{n} red-flag questions have no answer yet. Ask them first.",
            len(blank),
        )
        raise UserError("flags", text.format(n=len(blank)))
    result = flag_result(sheet.actions, sheet.answers)
    allowed = allowed_outcomes(result, overridden=sheet.check.override_by is not None)
    if outcome not in allowed:
        wanted = CallOutcome.EMERGENCY if result is FlagResult.EMERGENCY else CallOutcome.REFERRED_GP
        text = _("A red flag has not been assessed by a doctor: choose “{outcome}”, or write down why not.")
        raise UserError("outcome", text.format(outcome=_(CALL_OUTCOME_NAMES[wanted])))
    return result


def _check_outcome(work: Work, outcome: CallOutcome, next_date: date | None, fit_reason: str) -> None:
    if outcome is CallOutcome.CALL_LATER and (next_date is None or next_date < work.today()):
        raise UserError("next_date", _("Choose the day to call back, today or later."))
    if outcome is CallOutcome.NOT_FITTING and not fit_reason.strip():
        raise UserError("fit_reason", _("Write down why our offer does not fit."))


def _book_intake(work: Work, client: Client, request: AdviceRequest, intake: agenda.Offer | None) -> None:
    if intake is not None:
        if intake.type_code != INTAKE_TYPE:
            raise UserError("intake", _("Choose a moment for the intake first."))
        agenda.book(work, INTAKE_TYPE, intake.practitioner_id, intake.starts_at, client_id=client.id, request_id=request.id)
        return
    coming = [item for item in query.live_appointments(work.store, INTAKE_TYPE, client_id=client.id) if item.starts_at > work.now()]
    if not coming:
        raise UserError("intake", _("Choose a moment for the intake first."))


def _finish_request(work: Work, request: AdviceRequest, outcome: CallOutcome, next_date: date | None) -> None:
    recall = None if next_date is None else from_minutes(start_minute(work.clinic.zone, next_date, RECALL_AT))
    work.store.change(
        request, status=RequestStatus.DONE, outcome=str(outcome), closed_at=work.now(), next_action_at=recall,
        retention_class=RETENTION_ADVICE,
    )  # fmt: skip


def _finish_appointment(work: Work, call: AdviceCall) -> None:
    if call.appointment_id is None:
        return
    appointment = work.store.get(Appointment, call.appointment_id)
    if not may_step(appointment.status, AppointmentStatus.COMPLETED):
        return
    if appointment.starts_at.astimezone(work.zone).date() > work.today():
        agenda.cancel(work, appointment.id, "clinic", _("The call was held earlier."))
    else:
        agenda.complete(work, appointment.id)


def _finish_client(work: Work, client_id: str, *, active: bool, file: bool) -> None:
    """An intake makes a prospect a client; with a file agreed, the retention clock starts with the call."""
    client = work.store.get(Client, client_id)
    status = ClientStatus.ACTIVE if active and client.status in {ClientStatus.PROSPECT, ClientStatus.RESTING} else client.status
    wanted = replace(client, status=status)
    if file:
        wanted = replace(wanted, last_clinical_change=work.now(), retention_until=years_later(work.today(), RETENTION_YEARS))
    if wanted != client:
        work.store.change(wanted)
