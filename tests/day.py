"""One whole day at the clinic, at the door: the steps of the issue, each yielded once it is acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nmx_desk.domain.consults import Answer, CallOutcome, RedFlagAnswer
from nmx_desk.domain.notes import NoteKind
from nmx_desk.domain.requests import AttemptResult
from nmx_desk.services import agenda, calls, drafts, followups, imports, notes, plans, requests
from nmx_desk.services.scores import ComplaintEntry
from tests.clinic import TestClinic

FORMS = Path(__file__).parent / "data" / "website_forms"
FILES = ("gravity_forms", "elementor", "excel_opgeslagen", "flamingo", "calendly")
THURSDAY = datetime(2026, 9, 17, 6, 30, tzinfo=UTC)  # 08:30 on the clinic's wall, after the last website request


def reception(clinic: TestClinic) -> Iterator[tuple[str, Any]]:
    """Import, call attempt with recall, booking in a moment that was offered, the day view."""
    desk = clinic.as_("receptie")
    for name in FILES:
        data = (FORMS / f"{name}.csv").read_bytes()
        preview = desk.do(imports.preview_import, f"{name}.csv", data)
        result = desk.do(imports.import_requests, f"{name}.csv", data)
        assert result.batch.rows == preview.rows
        yield "import", result
    waiting = desk.do(requests.list_requests)
    first = waiting[0].id
    recall = clinic.clock() + timedelta(hours=2)
    yield "attempt", desk.do(requests.log_attempt, first, AttemptResult.NO_ANSWER, "", recall)
    clinic.clock.move(hours=2)
    yield "attempt", desk.do(requests.log_attempt, first, AttemptResult.SPOKEN)
    offers = desk.do(agenda.next_free, "advice_call")
    booked = desk.do(requests.book_call, first, offers[0])
    yield "booked", booked
    day = desk.do(agenda.day_agenda, offers[0].starts_at.date())
    assert booked.id in {item.appointment.id for column in day.columns for item in column.items}


def the_call(clinic: TestClinic) -> Iterator[tuple[str, Any]]:
    """Script, forced red-flag check, complaints with scores, intake booked."""
    desk = clinic.as_("behandelaar")
    row = next(row for row in desk.do(requests.list_requests) if row.booked_at)
    assert row.booked_at is not None
    clinic.clock.moment = max(clinic.clock.moment, row.booked_at)
    sheet = desk.do(calls.open_call, row.id)
    yield "call", sheet.call
    answers = [RedFlagAnswer(code=question.code, answer=Answer.NO) for question in sheet.questions]
    entries = [ComplaintEntry(words="moe", onset="2019", score=7), ComplaintEntry(words="opgeblazen gevoel", onset="2021-05", score=0)]
    sheet = desk.do(calls.save_call, replace(sheet.call, information_given=True, file_agreed=True), answers, entries)
    yield "call_saved", sheet.call
    offer = desk.do(agenda.next_free, "intake", practitioner_id=desk.user.id)[0]
    yield "call_completed", desk.do(calls.complete_call, sheet.call.id, CallOutcome.INTAKE_BOOKED, intake=offer).call


def the_consult(clinic: TestClinic) -> Iterator[tuple[str, Any]]:
    """Intake note typed, restored, signed; plan from the three-phase template, activated; the next contact dated."""
    desk = clinic.as_("behandelaar")
    with desk.database.reading() as connection:
        client_id, starts_at = connection.exec_driver_sql(
            "SELECT client_id, starts_at FROM appointment WHERE type_code = 'intake' ORDER BY starts_at LIMIT 1"
        ).one()
    clinic.clock.moment = max(clinic.clock.moment, datetime.fromisoformat(starts_at))
    sheet = desk.do(notes.open_note, client_id, NoteKind.INTAKE)
    yield "note", sheet.note
    desk.do(drafts.keep_draft, notes.DRAFT_KIND, sheet.note.id, client_id, '{"complaints": "al jaren moe"}')
    filled = [replace(section, text=f"tekst bij {section.code}") for section in sheet.sections]
    sheet = desk.do(notes.save_note, sheet.note, filled)
    yield "note_saved", sheet.note
    yield "note_signed", desk.do(notes.sign_note, sheet.note.id, sheet.sections).note
    template = desk.do(plans.plan_templates)[0]
    drafted = desk.do(plans.create_plan, client_id, template.code, "nl")
    plan = drafted.plan
    agreed = [replace(item, stop_when="bij kramp") for item in drafted.items]
    desk.do(plans.save_version, drafted.version, drafted.phases, agreed)
    yield "plan", plan
    desk.do(plans.discuss, plan.id)
    yield "plan_active", desk.do(plans.activate, plan.id).plan
    due = desk.do(agenda.next_free, "follow_up", practitioner_id=desk.user.id)[0].starts_at.date() + timedelta(days=28)
    yield "follow_up", desk.do(followups.plan_follow_up, plan.id, due, "phone")


def whole_day(clinic: TestClinic) -> Iterator[tuple[str, Any]]:
    """Everything people write in a day, in order."""
    clinic.clock.moment = max(clinic.clock.moment, THURSDAY)
    yield from reception(clinic)
    yield from the_call(clinic)
    yield from the_consult(clinic)
