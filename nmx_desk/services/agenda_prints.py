"""What the agenda prints beside the day list: the week of a practitioner. Everybody on it is logged before it leaves."""

from __future__ import annotations

from datetime import date

from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES, Closure
from nmx_desk.domain.agenda_views import DayColumn, DayItem
from nmx_desk.i18n import _, language
from nmx_desk.reports.records import DayRow, WeekDay, WeekPrint
from nmx_desk.services.agenda_pages import week_agenda
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.report_base import print_context, print_progress

NUMBER = "A4"


@use_case("reports.desk", writes=False, aside=True)
def week_sheet(work: Work, practitioner_id: str, day: date) -> bytes:
    """The ISO week of a day for one practitioner, as PDF. Cancelled appointments are left out."""
    from nmx_desk.reports.week import week_sheet as made_of

    found = week_agenda(work, practitioner_id, day)
    kinds = {kind.code: kind.name(language()) for kind in found.types}
    days = tuple(_day(column, kinds, found.closures) for column in found.columns)
    for item in (item for column in found.columns for item in column.items if item.appointment.live):
        made = item.appointment
        if made.client_id:
            work.seen("weeksheet", made.client_id, made.client_id, code="PRINT")
        elif made.request_id:
            work.seen("advice_request", made.request_id, None, code="PRINT")
    work.seen("weeksheet", NUMBER, None, code="PRINT", values={"period": f"{days[0].day.isoformat()} – {days[-1].day.isoformat()}"})
    sheet = WeekPrint(practitioner=found.columns[0].name, days=days)
    return made_of(print_context(work, NUMBER), sheet, progress=print_progress(work))


def _day(column: DayColumn, kinds: dict[str, str], closures: tuple[Closure, ...]) -> WeekDay:
    closed = [closure.reason or _("Closed") for closure in closures if closure.date_from <= column.day <= closure.date_to]
    away = [absence.reason or _("Away") for absence in column.absences]
    rows = tuple(_row(item, kinds, column.name) for item in column.items if item.appointment.live)
    return WeekDay(day=column.day, open=column.open, rows=rows, closed=", ".join([*closed, *away]))


def _row(item: DayItem, kinds: dict[str, str], practitioner: str) -> DayRow:
    made = item.appointment
    return DayRow(
        start=made.starts_at, end=made.ends_at, client=item.who, client_no=item.client_no, phone=item.phone,
        type_name=kinds.get(made.type_code, made.type_code), practitioner=practitioner, room=item.room,
        status=_(APPOINTMENT_STATUS_NAMES[made.status]), call_instruction=item.call_instruction,
    )  # fmt: skip
