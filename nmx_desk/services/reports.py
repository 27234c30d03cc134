"""Reports: what there is, who may have it, and making one as PDF or CSV (DOMAIN §5). Every one is logged before its bytes leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nmx_desk.data import agenda as agenda_data
from nmx_desk.data import figures as data
from nmx_desk.data import log as log_data
from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES, AppointmentType
from nmx_desk.domain.clients import Client, shown_phone
from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.kpi import MonthFigures, Period, Unit, month_figures
from nmx_desk.domain.people import Role, User
from nmx_desk.domain.requests import ATTEMPT_RESULT_NAMES
from nmx_desk.domain.walltime import start_minute
from nmx_desk.i18n import N_, _, language
from nmx_desk.reports.records import (
    AccessPrint,
    AccessRow,
    CallBackPrint,
    CallBackRow,
    DayPrint,
    DayRow,
    PrintContext,
    SeenPrint,
    SeenRow,
)
from nmx_desk.services import certificate, client_prints, lifeline_print, log, plans, retention, review_prints
from nmx_desk.services.access_list import access_list
from nmx_desk.services.agenda import died_words
from nmx_desk.services.clients import is_own
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.plan_sheets import known_language

MOST_DAYS = 3700
MOST_ENTRIES = 20_000


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report. ``right`` gives it; ``needs``: "period", "day", "client" (optional where ``client_optional``); ``formats`` pdf, csv."""

    name: str
    number: str
    title: str
    text: str
    right: str
    needs: frozenset[str] = frozenset()
    client_optional: bool = False
    formats: tuple[str, ...] = ("pdf", "csv")
    personal: bool = True


REPORTS = {
    report.name: report
    for report in (
        Report(
            name="daylist", number="A1", title=N_("Day list"), right="reports.desk", needs=frozenset({"day"}),
            text=N_("Who comes on a day, with phone number and call instruction. Nothing clinical."),
        ),
        Report(
            name="recalls", number="A2", title=N_("Call-back list"), right="reports.desk",
            text=N_("Who waits for a call, promised calls first."),
        ),
        Report(
            name="overview", number="B1", title=N_("Client overview"), right="notes.read", needs=frozenset({"client"}), formats=("pdf",),
            text=N_("A client on one page: alarm symptoms, medication, complaints with their curves, history, axes, plan, next step."),
        ),
        Report(
            name="plan", number="B3", title=N_("Personal plan"), right="plans.print", needs=frozenset({"client"}), formats=("pdf",),
            text=N_("The plan in force, for the client to take home."),
        ),
        Report(
            name="progress", number="B4", title=N_("Progress"), right="notes.read", needs=frozenset({"client"}), formats=("pdf",),
            text=N_("Complaints and outcomes as curves along the steps of the plan, with all figures. In the client's language."),
        ),
        Report(
            name="lifeline", number="B6", title=N_("Timeline"), right="notes.read", needs=frozenset({"client"}), formats=("pdf",),
            text=N_("What happened in a life, drawn on a line beside complaints and plans, and in words. In the client's language."),
        ),
        Report(
            name="month", number="C1", title=N_("Figures of the advice calls"), right="reports.figures", needs=frozenset({"period"}),
            text=N_("Requests, reached, booked, held, conversion and no-show, with their definitions."), personal=False,
        ),
        Report(
            name="review", number="C10", title=N_("Management review"), right="registers.read", needs=frozenset({"period"}),
            formats=("pdf",), personal=False,
            text=N_("A chapter per input of ISO 9001 9.3.2, filled from registers and figures, with room for what is said; decisions."),
        ),
        Report(
            name="seen", number="D1", title=N_("Who saw my file"), right="log.clients", needs=frozenset({"client"}),
            text=N_("For a client who asks: who saw or changed the file, on which day and for what, in plain words."),
        ),
        Report(
            name="access", number="D1", title=N_("Access log"), right="reports.log", needs=frozenset({"period", "client"}),
            client_optional=True, text=N_("Who saw and changed what, of one client or of everybody."),
        ),
        Report(
            name="certificate", number="D3", title=N_("Integrity certificate"), right="reports.integrity", formats=("pdf",), personal=False,
            text=N_("Checks the whole log and says what was found."),
        ),
        Report(
            name="retention", number="D4", title=N_("Retention and privacy requests"), right="retention.propose", personal=False,
            needs=frozenset({"period"}), text=N_("What is due for destruction, what clients asked and what was decided. No names."),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ReportChoice:
    """A report as offered to a user. ``preview`` False: it may be printed, but its content is not for these eyes."""

    name: str
    number: str
    title: str
    text: str
    needs: frozenset[str]
    client_optional: bool
    formats: tuple[str, ...]
    preview: bool


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a report was asked for."""

    first: date
    last: date
    client: Client | None
    format: str
    spoken: str = ""


def report_names() -> list[dict[str, str | list[str]]]:
    """Every report there is: for listing without signing in."""
    return [
        {"name": r.name, "number": r.number, "title": _(r.title), "needs": sorted(r.needs), "formats": list(r.formats)}
        for r in REPORTS.values()
    ]


@use_case("session.use", writes=False)
def list_reports(work: Work) -> list[ReportChoice]:
    """The reports the user may have."""
    return [
        ReportChoice(
            name=r.name, number=r.number, title=_(r.title), text=_(r.text), needs=r.needs, client_optional=r.client_optional,
            formats=r.formats, preview=r.name != "plan" or work.reach("plans.read") is not None,
        ) for r in REPORTS.values() if work.reach(r.right) is not None
    ]  # fmt: skip


@use_case("clients.read", writes=False)
def client_label(work: Work, client_id: str) -> str:
    """A client's name and number, to say whom a report is about."""
    client = work.store.get(Client, client_id)
    return f"{client.name} ({client.client_no})"


@use_case("reports.figures", writes=False)
def figures(work: Work, date_from: date, date_to: date) -> MonthFigures:
    """The figures of these days (inclusive), for tiles and tables. No client's data in them."""
    _check_period(date_from, date_to)
    facts = data.facts(work.store, work.clinic.zone, work.now(), date_from, date_to)
    return month_figures(facts, Period(date_from, date_to))


@use_case("session.use", writes=False, aside=True)
def make_report(
    work: Work, name: str, *, date_from: date | None = None, date_to: date | None = None, client_no: str | None = None,
    client_id: str | None = None, format: str = "pdf", spoken: str = "",  # noqa: A002 (the command line's word)
) -> bytes:  # fmt: skip
    """A report as PDF or CSV bytes. Days are inclusive; without them today; ``client_no`` or ``client_id`` names the client.

    ``spoken``: the language of what a client takes home, the client's own unless another is asked for.

    Raises ``UserError`` for what is missing or not there, ``NotAllowed``; a manager's list of people as CSV needs a written reason.
    """
    report = REPORTS.get(name)
    if report is None:
        raise UserError("report", _("There is no report “{name}”. Choose one from the list.").format(name=name))
    work.need(report.right)
    if format not in report.formats:
        raise UserError("format", _("This report comes as {formats}. Choose another ending.").format(formats=", ".join(report.formats)))
    wanted = _wanted(work, report, date_from, date_to, _client(work, report, client_id, client_no), format)
    wanted = replace(wanted, spoken=spoken)
    if format == "csv":
        _need_reason(work, report)
    ctx = print_context(work, report.number)
    made = _MAKERS[name](work, ctx, wanted)
    if name != "plan":  # the plan names its version
        _log(work, report, wanted)
    return made


@use_case("reports.integrity", writes=False, aside=True)
def certify_log(work: Work) -> tuple[log.Verification, bytes]:
    """Verify the log, once: the outcome, and the integrity certificate that says it."""
    report = REPORTS["certificate"]
    made = certificate.make(work, print_context(work, report.number))
    _log(work, report, _wanted(work, report, None, None, None, "pdf"))
    return made


def _wanted(work: Work, report: Report, first: date | None, last: date | None, client: Client | None, form: str) -> Wanted:
    start = first or last or work.today()
    end = start if "day" in report.needs else last or start
    if "period" in report.needs:
        _check_period(start, end)
    return Wanted(first=start, last=end, client=client, format=form)


def _check_period(first: date, last: date) -> None:
    if not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
        raise UserError("date_to", _("Choose a last day that is not before the first and at most {n} days later.").format(n=MOST_DAYS))


def _client(work: Work, report: Report, client_id: str | None, client_no: str | None) -> Client | None:
    if "client" not in report.needs:
        return None
    found = None
    if client_id or client_no:
        found = work.store.find_one(Client, **({"id": client_id} if client_id else {"client_no": (client_no or "").strip()}))
    if found is None and (client_id or client_no or not report.client_optional):
        raise UserError("client_id", _("Choose the client this report is about."))
    return found


def _need_reason(work: Work, report: Report) -> None:
    """A list of people that leaves as a file: the front desk's own day and own clients freely, a manager's with a reason (AUDIT §6)."""
    if report.personal and not work.roles & {Role.RECEPTIONIST, Role.PRACTITIONER} and not work.reason.strip():
        raise NotAllowed(
            _("This file holds personal data. Write down why you need it; the reason is logged."), right=report.right, needs_reason=True
        )


def _log_people(work: Work, name: str, wanted: Wanted, people: Iterable[tuple[str | None, str | None]]) -> None:
    """Everybody in a list (client, or else request) leaves with it: an entry each, so that it stands in the list of who saw the file."""
    everybody = {(name, client, client) if client else ("advice_request", request, None) for client, request in people}
    for kind, row, client in sorted(everybody, key=str):
        if row:
            work.seen(kind, row, client, code=_code(wanted))


def _code(wanted: Wanted) -> str:
    return "EXPORT" if wanted.format == "csv" else "PRINT"


def _log(work: Work, report: Report, wanted: Wanted) -> None:
    period = f"{wanted.first.isoformat()} – {wanted.last.isoformat()}" if report.needs & {"period", "day"} else ""
    about = wanted.client.id if wanted.client else None
    work.seen(report.name, report.number, about, code=_code(wanted), values={"period": period} if period else None)


def print_context(work: Work, number: str) -> PrintContext:
    """What each page of a print says about itself, for the use case that makes it; ``number`` names the print."""
    head = log_data.newest_head(work.store)
    clinic = work.clinic
    town = f"{clinic.postcode} {clinic.city}".strip()
    address = " · ".join(filter(None, (clinic.address, town, shown_phone(clinic.phone), clinic.website)))
    size, root = (head[0], head[1]) if head else (0, "")
    return PrintContext(
        clinic_name=clinic.name, clinic_address=address, user_name=work.user.display_name, generated_at=work.now(), language=language(),
        demo=clinic.is_demo, log_size=size, log_root=root, log_database=work.desk.db_uuid, report_no=f"{number}-{size}",
        zone=clinic.zone,
    )  # fmt: skip


def print_progress(work: Work) -> Callable[[int, int], bool]:
    """A print's pages as progress of the task."""
    def go_on(done: int, total: int) -> bool:
        work.progress.report(done, total)
        return True

    return go_on


# -- one by one --------------------------------------------------------------------------------------------------------------------------


def _month(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    found = month_figures(
        data.facts(work.store, work.clinic.zone, ctx.generated_at, wanted.first, wanted.last), Period(wanted.first, wanted.last)
    )
    if wanted.format == "csv":
        return _month_csv(found)
    from nmx_desk.reports.month import month_report

    return month_report(ctx, found, progress=print_progress(work))


UNITS = {Unit.COUNT: N_("count"), Unit.PERCENT: N_("percent"), Unit.HOURS: N_("hours"), Unit.DAYS: N_("days")}


def _month_csv(found: MonthFigures) -> bytes:
    from nmx_desk.domain import kpi_words
    from nmx_desk.i18n import translator
    from nmx_desk.reports.formats import csv_bytes

    t = translator(language())
    columns = [_("Code"), _("Figure"), _("Value"), _("Unit"), _("Numerator"), _("Denominator"), _("Remarks")]
    return csv_bytes(columns, [
        (f.key, kpi_words.name(f.key, t), None if f.value is None else round(f.value, 4), _(UNITS[f.unit]), f.numerator, f.denominator,
         kpi_words.notes_text(f, t)) for f in found.figures
    ])  # fmt: skip


def _plan(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    """In the client's own language; the plan that is printed is what gets logged."""
    from nmx_desk.reports.plan import plan_report

    if wanted.client is None:
        raise UserError("client_id", _("Choose the client this report is about."))
    language_of = known_language(wanted.spoken or wanted.client.language)
    plan = plans.final_plan(work, wanted.client.id, language=language_of)
    before = log_data.lines(work.store, log_data.LogFilter(obj_id=plan.version.id, codes=("PRINT",), limit=1))
    return plan_report(replace(ctx, language=language_of), replace(plan, copy=bool(before)), progress=print_progress(work))


def _about_client(work: Work, ctx: PrintContext, wanted: Wanted, make: Callable[[Work, PrintContext, Client], bytes]) -> bytes:
    if wanted.client is None:
        raise UserError("client_id", _("Choose the client this report is about."))
    return make(work, ctx, wanted.client)


def _overview(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    return _about_client(work, ctx, wanted, client_prints.overview)


def _lifeline(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    return _about_client(work, ctx, wanted, lifeline_print.timeline)


def _progress(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    return _about_client(work, ctx, wanted, client_prints.progress)


def _review(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    return review_prints.of_period(work, ctx, wanted.first, wanted.last)


def _certificate(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:  # noqa: ARG001 (all makers are called alike)
    return certificate.make(work, ctx)[1]


def _access(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    zone = work.zone
    asked = log_data.LogFilter(
        client=wanted.client.id if wanted.client else "", since=_midnight(wanted.first, zone),
        until=_midnight(wanted.last + timedelta(days=1), zone), limit=MOST_ENTRIES + 1,
    )  # fmt: skip
    found = log.rows(work, asked, log_data.EVERYTHING)
    if len(found) > MOST_ENTRIES:
        raise UserError("date_to", _("There are more than {n} entries in this period. Choose a shorter one.").format(n=MOST_ENTRIES))
    rows = tuple(
        AccessRow(seq=r.seq, at=r.at, who=r.who, role=r.role, sentence=r.sentence, why=r.why, reason=r.reason, break_glass=r.break_glass)
        for r in reversed(found)
    )
    if wanted.format == "csv":
        from nmx_desk.reports.formats import csv_bytes

        columns = [_("No."), _("When"), _("Who"), _("Role"), _("What"), _("What for"), _("Reason"), _("Emergency access")]
        return csv_bytes(columns, [
            (r.seq, _wall(r.at, zone), r.who, r.role, r.sentence, r.why, r.reason, _("yes") if r.break_glass else _("no")) for r in rows
        ])  # fmt: skip
    from nmx_desk.reports.access import access_log

    subject = f"{wanted.client.name} ({wanted.client.client_no})" if wanted.client else ""
    return access_log(ctx, AccessPrint(subject=subject, first=wanted.first, last=wanted.last, rows=rows), progress=print_progress(work))


def _seen(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    """For the client, in the client's language: who saw the file, by day, without technical entries."""
    client = wanted.client
    if client is None:
        raise UserError("client_id", _("Choose the client this report is about."))
    work.need("log.clients", own=is_own(work, client), client_id=client.id)
    if wanted.format == "csv":
        from nmx_desk.reports.formats import csv_bytes

        found = access_list(work, client.id)
        columns = [_("Day"), _("Who"), _("Role"), _("What"), _("What for"), _("Reason")]
        return csv_bytes(columns, [(i.day.isoformat(), i.who, i.role, ", ".join(i.what), i.why, i.reason) for i in found])
    return seen_print(work, ctx, client)


def seen_print(work: Work, ctx: PrintContext, client: Client) -> bytes:
    """Who saw a client's file, as PDF in the client's language. Checks no right and logs nothing: for use cases that do."""
    from nmx_desk.reports.access import seen_list

    language_of = known_language(client.language)
    rows = tuple(
        SeenRow(day=i.day, who=i.who, role=i.role, what="\n".join(i.what), why="\n".join(filter(None, (i.why, i.reason))))
        for i in access_list(work, client.id, language=language_of)
    )
    seen = SeenPrint(client=client.name, client_no=client.client_no, rows=rows)
    return seen_list(replace(ctx, language=language_of), seen, progress=print_progress(work))


def _daylist(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    zone, day = work.clinic.zone, wanted.first
    only = work.user.id if work.roles & {Role.PRACTITIONER} and not work.roles & {Role.RECEPTIONIST, Role.MANAGER} else None
    lo, hi = start_minute(zone, day), start_minute(zone, day + timedelta(days=1))
    booked = agenda_data.booked_between(work.store, lo, hi, only if wanted.format == "csv" else None, live=True)
    kinds = {kind.code: kind.name(language()) for kind in work.store.find(AppointmentType)}
    people = {user.id: user.display_name for user in work.store.find(User)}
    rows = tuple(_day_row(item, kinds, people) for item in booked)
    _log_people(work, "daylist", wanted, ((item.appointment.client_id, item.appointment.request_id) for item in booked))
    if wanted.format == "csv":
        from nmx_desk.reports.formats import csv_bytes

        columns = [_("Start"), _("End"), _("Client"), _("Client number"), _("Phone"), _("Appointment"), _("Practitioner"), _("State"),
                   _("Call instruction")]  # fmt: skip
        return csv_bytes(columns, [
            (_wall(r.start, work.zone), _wall(r.end, work.zone), r.client, r.client_no, r.phone, r.type_name, r.practitioner, r.status,
             r.call_instruction) for r in rows
        ])  # fmt: skip
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
        room=item.room,
        status=_(APPOINTMENT_STATUS_NAMES[appointment.status]),
        call_instruction=died_words() if died else client.call_instruction if client else "",
    )  # fmt: skip


def _recalls(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    people = {user.id: user.display_name for user in work.store.find(User)}
    found = data.waiting(work.store)
    _log_people(work, "recalls", wanted, ((item.request.client_id, item.request.id) for item in found))
    rows = tuple(
        CallBackRow(
            received_at=item.request.received_at, name=item.request.name, phone=item.request.phone, attempts=item.request.attempts,
            last_result=_(ATTEMPT_RESULT_NAMES[item.last_result]) if item.last_result else "", next_at=item.request.next_action_at,
            owner=people.get(item.request.owner_id or "", ""), call_instruction=item.call_instruction,
        ) for item in found
    )  # fmt: skip
    if wanted.format == "csv":
        from nmx_desk.reports.formats import csv_bytes

        zone = work.zone
        columns = [_("Received"), _("Name"), _("Phone"), _("Attempts"), _("Last result"), _("Call again"), _("Who handles it")]
        return csv_bytes(columns, [
            (_wall(r.received_at, zone), r.name, r.phone, r.attempts, r.last_result, _wall(r.next_at, zone) if r.next_at else None, r.owner)
            for r in rows
        ])  # fmt: skip
    from nmx_desk.reports.reception import call_back_list

    return call_back_list(ctx, CallBackPrint(rows=rows), progress=print_progress(work))


def _retention(work: Work, ctx: PrintContext, wanted: Wanted) -> bytes:
    from nmx_desk.reports import retention as prints

    found = retention.for_print(work, wanted.first, wanted.last)
    return prints.table(found) if wanted.format == "csv" else prints.retention(ctx, found, progress=print_progress(work))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _wall(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


_MAKERS: dict[str, Callable[[Work, PrintContext, Wanted], bytes]] = {
    "month": _month, "plan": _plan, "certificate": _certificate, "access": _access, "seen": _seen, "daylist": _daylist, "recalls": _recalls,
    "retention": _retention, "overview": _overview, "progress": _progress, "lifeline": _lifeline,
    "review": _review,
}  # fmt: skip
