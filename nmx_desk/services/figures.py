"""The clinic's figures for the screen and for files: all of a period with their course, and the rows behind each (DOMAIN §5)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from nmx_desk.data import figure_rows
from nmx_desk.data import figures as data
from nmx_desk.data.agenda import practitioners
from nmx_desk.data.people import names_by_id
from nmx_desk.domain import kpi
from nmx_desk.domain.agenda import APPOINTMENT_STATUS_NAMES, AppointmentType
from nmx_desk.domain.consults import CALL_OUTCOME_NAMES
from nmx_desk.domain.deviations import DEVIATION_STATUS_NAMES
from nmx_desk.domain.errors import UserError
from nmx_desk.domain.grievances import GRIEVANCE_STATUS_NAMES
from nmx_desk.domain.kpi import Dashboard, Facts, Filters, Period
from nmx_desk.domain.plans import FOLLOW_UP_STATUS_NAMES, ITEM_STATUS_NAMES, PLAN_STATUS_NAMES, STOP_REASON_NAMES, StopReason
from nmx_desk.domain.requests import REQUEST_STATUS_NAMES, SOURCE_NAMES, Source
from nmx_desk.i18n import _, language
from nmx_desk.services.desk import Work, use_case
from nmx_desk.services.locations import places

__all__ = ["Dashboard", "FigureRow", "FilterChoices", "Filters", "dashboard", "figure_filters", "rows_behind"]
MOST_DAYS = 3700
NO_FILTERS: Final = Filters()
HITS, COUNTED, MISSED = "hits", "counted", "missed"
"""Which rows of a figure: the numerator, the denominator, and what is in the denominator only."""
OF_CARE: Final = frozenset({"red_flag_check", "client", "plan_item", "satisfaction_answer"})
"""Being in such a list says something about somebody's health or opinion: everybody in it is named in the log."""


_DEEPER: Final = frozenset({"K18", *kpi.GROUPS["care"], *kpi.GROUPS["quality"]})
"""Figures that look at more than requests, calls and appointments."""


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """A row behind a figure: ``table`` and ``id`` say what to open, ``client_id`` and ``request_id`` of whom it is.

    ``who``: the name, empty for who may not see people. ``day``: when it counts; ``detail`` how it stands. ``hit``: in the numerator.
    ``number``: of a register row.
    """

    id: str
    table: str
    hit: bool
    day: date | None = None
    who: str = ""
    practitioner: str = ""
    detail: str = ""
    number: str = ""
    client_id: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class FilterChoices:
    """What can be filtered by, as (value, name): practitioners, also who left; ways a request came in; appointment types; locations."""

    practitioners: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    locations: tuple[tuple[str, str], ...]


@use_case("reports.figures", writes=False)
def dashboard(work: Work, first: date, last: date, filters: Filters = NO_FILTERS) -> Dashboard:
    """All figures of these days (inclusive), what they were before, and their months. Nobody's data in it but ids."""
    period = checked_period(first, last)
    reach = kpi.reach(period)
    return kpi.dashboard(_facts(work, reach, filters), period, filters)


@use_case("reports.figures", writes=False)
def rows_behind(
    work: Work, key: str, part: str, first: date, last: date, filters: Filters = NO_FILTERS
) -> tuple[FigureRow, ...]:  # fmt: skip
    """The rows behind a figure, the newest first. ``key``: a figure's, ``stage:KEY`` of the funnel, ``heat:WEEKDAY:HOUR`` of the hours.

    ``part``: "hits", "counted", or "missed" (counted, and no hit). Without the right to see clients: ids only. The look is logged.
    """
    period = checked_period(first, last)
    table, counted, hits = _ids(work, key, period, filters)
    wanted = {HITS: hits, COUNTED: counted, MISSED: tuple(set(counted) - set(hits))}.get(part)
    if wanted is None:
        raise UserError("part", _("Choose which rows of the figure to show."))
    people = work.reach("clients.read") is not None
    rows = _rows(work, table, wanted, frozenset(hits), people=people)
    work.seen("figure_rows", f"{key} {part}", None, values={"period": f"{first.isoformat()} – {last.isoformat()}"})
    if people and table in OF_CARE:
        for client_id in sorted({row.client_id for row in rows if row.client_id}):
            work.seen("figure_rows", key, client_id)
    return rows


@use_case("reports.figures", writes=False)
def figure_filters(work: Work) -> FilterChoices:
    """What the figures can be filtered by."""
    active = [(one.id, one.display_name) for one in practitioners(work.store)]
    left = [(one, name) for one, name in sorted(data.whose_work(work.store).items(), key=lambda pair: pair[1].casefold())]
    known = {one for one, _name in active}
    return FilterChoices(
        practitioners=(*active, *((one, name) for one, name in left if one not in known)),
        sources=tuple((str(source), _(SOURCE_NAMES[source])) for source in Source),
        types=tuple(
            (kind.code, kind.name(language()))
            for kind in sorted(work.store.find(AppointmentType), key=lambda one: (not one.is_active, one.name(language()).casefold()))
        ),
        locations=places(work, all_of_them=True),
    )


def checked_period(first: date, last: date) -> Period:
    """Raise ``UserError`` for days the wrong way round and for more than ten years."""
    if not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
        raise UserError("date_to", _("Choose a last day that is not before the first and at most {n} days later.").format(n=MOST_DAYS))
    return Period(first, last)


def _facts(work: Work, period: Period, filters: Filters, *, whole: bool = True) -> Facts:
    return data.facts(work.store, work.clinic, work.now(), period.first, period.last, filters, whole=whole)


def _ids(work: Work, key: str, period: Period, filters: Filters) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """The table, and the ids in denominator and numerator. Raises ``UserError`` for a key that is none."""
    kind, _colon, rest = key.partition(":")
    facts = _facts(work, period, filters, whole=key in _DEEPER)
    try:
        if kind == "stage":
            whole = kpi.stage_of(facts, "requests", period, filters)
            return "advice_request", whole.hits, kpi.stage_of(facts, rest, period, filters).hits
        if kind == "heat":
            found = kpi.heat_of(facts, rest, period, filters)
            return "advice_request", found, found
        figure = kpi.figure_of(facts, key, period, filters)
    except (KeyError, ValueError):
        raise UserError("key", _("There is no figure “{name}”. Choose one from the list.").format(name=key)) from None
    return figure.of, figure.counted, figure.hits or (figure.counted if figure.numerator is None else ())


def _rows(work: Work, table: str, ids: Collection[str], hits: frozenset[str], *, people: bool) -> tuple[FigureRow, ...]:
    found = figure_rows.behind(work.store, table, list(ids))
    clients = {row.client_id for row in found.values() if row.client_id} if people else set()
    requests = {row.request_id for row in found.values() if row.request_id and not row.client_id} if people else set()
    names = figure_rows.names(work.store, clients, requests)
    staff = names_by_id(work.store)
    kinds = {kind.code: kind.name(language()) for kind in work.store.find(AppointmentType)} if table == "appointment" else {}
    made = [
        FigureRow(
            id=row.id, table=table, hit=row.id in hits, day=_day(work, row.at), practitioner=staff.get(row.practitioner_id or "", ""),
            who=names.get(row.client_id or "", "") or names.get(row.request_id or "", ""), detail=_detail(table, row, kinds),
            number=str(row.more) if table in {"grievance", "deviation"} else "",
            client_id=row.client_id if people else None, request_id=row.request_id if people else None,
        ) for row in found.values()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda row: (row.day or date.min, row.id), reverse=True))


def _day(work: Work, at: datetime | date | None) -> date | None:
    return at.astimezone(work.zone).date() if isinstance(at, datetime) else at


_STATES: Final[dict[str, dict[Any, str]]] = {
    "advice_request": {**REQUEST_STATUS_NAMES}, "advice_call": {**CALL_OUTCOME_NAMES}, "appointment": {**APPOINTMENT_STATUS_NAMES},
    "follow_up": {**FOLLOW_UP_STATUS_NAMES}, "plan": {**PLAN_STATUS_NAMES}, "plan_item": {**ITEM_STATUS_NAMES},
    "grievance": {**GRIEVANCE_STATUS_NAMES}, "deviation": {**DEVIATION_STATUS_NAMES},
}  # fmt: skip


def _detail(table: str, row: figure_rows.Behind, kinds: dict[str, str]) -> str:
    """How a row stands, in words; of nobody's file."""
    if table == "satisfaction_answer":
        return str(row.how)
    name = _STATES.get(table, {}).get(row.how)
    words = [_(name) if name else ""]
    if table == "advice_request":
        words.append(_(SOURCE_NAMES[row.more]))
    elif table == "appointment":
        words.insert(0, kinds.get(row.more, row.more))
    elif table == "plan_item" and row.more:
        words.append(_(STOP_REASON_NAMES[StopReason(row.more)]))
    elif row.words:
        words.append(row.words)
    return ", ".join(filter(None, words))
