"""Reports: who may have which, and making one as PDF, XLSX or CSV (DOMAIN §5). Every one is logged before its bytes leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from nmx_desk.data import figures as data
from nmx_desk.domain.agenda import AppointmentType
from nmx_desk.domain.clients import Client
from nmx_desk.domain.errors import NotAllowed, UserError
from nmx_desk.domain.kpi import MonthFigures, Period, month_figures
from nmx_desk.domain.people import Role, User, UserRole
from nmx_desk.domain.requests import SOURCE_NAMES
from nmx_desk.i18n import _, language
from nmx_desk.reports.records import PrintContext
from nmx_desk.services import certificate, log
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.locations import places
from nmx_desk.services.report_base import Chosen, Made, Wanted, code_of, print_context
from nmx_desk.services.report_list import GROUPS, PAPERS, REPORTS, Report

MOST_DAYS = 3700
FIELDS: Final = {"practitioner": "practitioner_id", "source": "source", "type": "type_code", "location": "location_id", "user": "actor"}
"""What a report can be narrowed to, and how ``Chosen`` calls it."""


@dataclass(frozen=True, kw_only=True)
class ReportChoice:
    """A report as offered to a user. ``preview`` False: it may be printed, but its content is not for these eyes.

    ``schedulable``: it may write itself to a folder.
    """

    name: str
    number: str
    title: str
    text: str
    group: str
    needs: frozenset[str]
    filters: tuple[str, ...]
    client_optional: bool
    formats: tuple[str, ...]
    preview: bool
    schedulable: bool


@dataclass(frozen=True, kw_only=True)
class ReportFilters:
    """What there is to narrow a report to, each as (value, words), in the order of a list."""

    practitioner: tuple[tuple[str, str], ...]
    source: tuple[tuple[str, str], ...]
    type: tuple[tuple[str, str], ...]
    location: tuple[tuple[str, str], ...]
    user: tuple[tuple[str, str], ...]


def report_names() -> list[dict[str, str | list[str]]]:
    """Every report there is: for listing without signing in."""
    return [
        {"name": r.name, "number": r.number, "title": _(r.title), "needs": sorted(r.needs), "filters": list(r.filters),
         "formats": list(r.formats)}
        for r in (*REPORTS.values(), *PAPERS.values())
    ]  # fmt: skip


@use_case("session.use", writes=False)
def list_reports(work: Work) -> list[ReportChoice]:
    """The reports the user may have: a manager's begin with the figures."""
    groups = ["figures", "quality", *GROUPS] if Role.MANAGER in work.roles else list(GROUPS)
    found = [r for r in (*REPORTS.values(), *PAPERS.values()) if work.reach(r.right) is not None]
    missing = set() if places(work, all_of_them=True) else {"location"}
    return [
        ReportChoice(
            name=r.name, number=r.number, title=_(r.title), text=_(r.text), group=_(GROUPS[r.group]), needs=r.needs,
            filters=tuple(name for name in r.filters if name not in missing),
            client_optional=r.client_optional, formats=r.formats, preview=r.name != "plan" or work.reach("plans.read") is not None,
            schedulable=r.schedulable,
        ) for r in sorted(found, key=lambda r: (groups.index(r.group), r.number[0], int(r.number[1:])))
    ]  # fmt: skip


@use_case("session.use", writes=False)
def report_filters(work: Work) -> ReportFilters:
    """What the reports can be narrowed to: people, sources and types, no clients."""
    return _filters(work)


def _filters(work: Work) -> ReportFilters:
    people = sorted(work.store.find(User), key=lambda user: user.display_name.casefold())
    kinds = sorted(((kind.code, kind.name(language())) for kind in work.store.find(AppointmentType)), key=lambda kind: kind[1].casefold())
    treating = {item.user_id for item in work.store.find(UserRole, role=Role.PRACTITIONER)}
    return ReportFilters(
        practitioner=tuple((user.id, user.display_name) for user in people if user.id in treating),
        source=tuple((str(source), _(name)) for source, name in SOURCE_NAMES.items()), type=tuple(kinds),
        location=places(work, all_of_them=True),
        user=tuple((user.id, user.display_name) for user in people),
    )  # fmt: skip


@use_case("clients.read", writes=False)
def client_label(work: Work, client_id: str) -> str:
    """A client's name and number, to say whom a report is about."""
    client = work.store.get(Client, client_id)
    return f"{client.name} ({client.client_no})"


@use_case("reports.figures", writes=False)
def figures(work: Work, date_from: date, date_to: date) -> MonthFigures:
    """The figures of these days (inclusive), for tiles and tables. No client's data in them."""
    _check_period(date_from, date_to)
    facts = data.facts(work.store, work.clinic, work.now(), date_from, date_to)
    return month_figures(facts, Period(date_from, date_to))


@use_case("session.use", writes=False, aside=True)
def make_report(  # noqa: PLR0913 (all that can be asked)
    work: Work, name: str, *, date_from: date | None = None, date_to: date | None = None, client_no: str | None = None,
    client_id: str | None = None, format: str = "pdf", spoken: str = "", chosen: Chosen | None = None,  # noqa: A002 (the command line's word)
) -> bytes:  # fmt: skip
    """A report as PDF, XLSX or CSV bytes. Days are inclusive; without them today; ``client_no`` or ``client_id`` names the client.

    ``spoken``: the language of what a client takes home, the client's own unless another is asked for; ``chosen`` narrows it.

    Raises ``UserError`` for what is missing or not there, ``NotAllowed``; a manager's list of people as a file needs a written reason.
    """
    from nmx_desk.services.report_makers import MAKERS

    report = REPORTS.get(name)
    if report is None:
        raise UserError("report", _("There is no report “{name}”. Choose one from the list.").format(name=name))
    work.need(report.right)
    if format not in report.formats:
        raise UserError("format", _("This report comes as {formats}. Choose another ending.").format(formats=", ".join(report.formats)))
    wanted = _wanted(work, report, date_from, date_to, _client(work, report, client_id, client_no), format)
    wanted = replace(wanted, spoken=spoken, chosen=chosen or Chosen())
    if wanted.as_table:
        _need_reason(work, report)
    basis = _(report.basis) if report.basis else ""
    ctx = replace(print_context(work, report.number), filter_text=_filter_text(work, report, wanted), basis=basis)
    made = MAKERS[name](work, ctx, wanted)
    if name != "plan":  # the plan names its version
        _log(work, report, wanted, ctx.filter_text)
    return _written(ctx, report, wanted, made)


def _filter_text(work: Work, report: Report, wanted: Wanted) -> str:
    """What a report is narrowed to, in words; “none” where it could be. Raises ``UserError`` for what is not there to choose."""
    there, parts = _filters(work), []
    for name, field in FIELDS.items():
        if value := getattr(wanted.chosen, field):
            words = dict(getattr(there, name)).get(value)
            if words is None or name not in report.filters:
                raise UserError(name, _("This report cannot be narrowed to that. Choose from the list."))
            if name == "location" and "source" in report.filters:
                words = _("{location} (requests by the place of their last appointment)").format(location=words)
            parts.append(words)
    return ", ".join(parts) or (_("none") if report.filters else "")


def _written(ctx: PrintContext, report: Report, wanted: Wanted, made: Made) -> bytes:
    """A maker's answer as the bytes of a file."""
    if isinstance(made, bytes):
        return made
    from nmx_desk.reports.sheets import About, sheet_bytes

    about = About(title=_(report.title), first=wanted.first, last=wanted.last, dated=bool(report.needs & {"period", "day"}))
    return sheet_bytes(ctx, about, made if isinstance(made, tuple) else (made,), wanted.format)


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


def _log(work: Work, report: Report, wanted: Wanted, narrowed: str = "") -> None:
    said = {"period": f"{wanted.first.isoformat()} – {wanted.last.isoformat()}" if report.needs & {"period", "day"} else ""}
    said["filter"] = narrowed if wanted.chosen != Chosen() else ""
    about = wanted.client.id if wanted.client else None
    work.seen(report.name, report.number, about, code=code_of(wanted), values={name: text for name, text in said.items() if text} or None)
