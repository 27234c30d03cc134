"""The lists of the front desk: who comes on a day (A1), who waits for a call (A2)."""

from __future__ import annotations

from datetime import timedelta

from nmx_desk.data import agenda as agenda_data
from nmx_desk.data import figures as data
from nmx_desk.data.people import names_by_id
from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES, MAIN, AppointmentType
from nmx_desk.domain.people import Role
from nmx_desk.domain.requests import ATTEMPT_RESULT_NAMES
from nmx_desk.domain.walltime import start_minute
from nmx_desk.i18n import _, language
from nmx_desk.reports.records import CallBackPrint, CallBackRow, DayPrint, DayRow, PrintContext
from nmx_desk.reports.sheets import Sheet
from nmx_desk.services.agenda import died_words
from nmx_desk.services.desk import Work
from nmx_desk.services.report_base import Made, Wanted, log_people, print_progress, wall


def daylist(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """Who comes on a day. As a file a practitioner who is nothing else has the own clients only."""
    zone, day, chosen = work.clinic.zone, wanted.first, wanted.chosen
    only = work.user.id if work.roles & {Role.PRACTITIONER} and not work.roles & {Role.RECEPTIONIST, Role.MANAGER} else None
    lo, hi = start_minute(zone, day), start_minute(zone, day + timedelta(days=1))
    booked = [
        item for item in agenda_data.booked_between(work.store, lo, hi, only if wanted.as_table else None, live=True)
        if chosen.practitioner_id in {"", item.appointment.practitioner_id} and chosen.type_code in {"", item.appointment.type_code}
        and chosen.location_id in {"", item.appointment.location_id or MAIN}
    ]  # fmt: skip
    kinds = {kind.code: kind.name(language()) for kind in work.store.find(AppointmentType)}
    people = names_by_id(work.store)
    rows = tuple(_day_row(item, kinds, people) for item in booked)
    log_people(work, "daylist", wanted, ((item.appointment.client_id, item.appointment.request_id) for item in booked))
    if wanted.as_table:
        columns = (_("Start"), _("End"), _("Client"), _("Client number"), _("Phone"), _("Appointment"), _("Practitioner"), _("State"),
                   _("Call instruction"))  # fmt: skip
        return Sheet(columns, tuple(
            (wall(r.start, work.zone), wall(r.end, work.zone), r.client, r.client_no, r.phone, r.type_name, r.practitioner, r.status,
             r.call_instruction) for r in rows
        ))  # fmt: skip
    from nmx_desk.reports.reception import day_list

    return day_list(ctx, DayPrint(day=day, rows=rows), progress=print_progress(work))


def _day_row(item: agenda_data.Booked, kinds: dict[str, str], people: dict[str, str]) -> DayRow:
    appointment, client, request = item.appointment, item.client, item.request
    died = client is not None and client.has_died
    return DayRow(
        start=appointment.starts_at, end=appointment.ends_at,
        client=client.name if client else request.name if request else appointment.who,
        client_no=client.client_no if client else "", phone="" if died else client.phone if client else request.phone if request else "",
        type_name=kinds.get(appointment.type_code, appointment.type_code), practitioner=people.get(appointment.practitioner_id, "–"),
        room=item.where,
        status=_(APPOINTMENT_STATUS_NAMES[appointment.status]),
        call_instruction=died_words() if died else client.call_instruction if client else "",
    )  # fmt: skip


def recalls(work: Work, ctx: PrintContext, wanted: Wanted) -> Made:
    """Who waits for a call, promised calls first."""
    people = names_by_id(work.store)
    found = [item for item in data.waiting(work.store) if wanted.chosen.source in {"", item.request.source}]
    log_people(work, "recalls", wanted, ((item.request.client_id, item.request.id) for item in found))
    rows = tuple(
        CallBackRow(
            received_at=item.request.received_at, name=item.request.name, phone=item.request.phone, attempts=item.request.attempts,
            last_result=_(ATTEMPT_RESULT_NAMES[item.last_result]) if item.last_result else "", next_at=item.request.next_action_at,
            owner=people.get(item.request.owner_id or "", ""), call_instruction=item.call_instruction,
        ) for item in found
    )  # fmt: skip
    if wanted.as_table:
        zone = work.zone
        columns = (_("Received"), _("Name"), _("Phone"), _("Attempts"), _("Last result"), _("Call again"), _("Who handles it"))
        return Sheet(columns, tuple(
            (wall(r.received_at, zone), r.name, r.phone, r.attempts, r.last_result, wall(r.next_at, zone) if r.next_at else None, r.owner)
            for r in rows
        ))  # fmt: skip
    from nmx_desk.reports.reception import call_back_list

    return call_back_list(ctx, CallBackPrint(rows=rows), progress=print_progress(work))
