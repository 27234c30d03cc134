"""K1 to K8 and K10: from the request to the intake, and who did not come. Also the funnel, the weeks and the hours of the requests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from statistics import median

from nmx_desk.domain.kpi_facts import AppointmentFact, CallFact, End, Kind, RequestFact
from nmx_desk.domain.kpi_shapes import Figure, Note, Period, Stage, Unit, Week, count, percentile, ratio, some
from nmx_desk.domain.kpi_view import View

BOOKED_WITHIN = timedelta(days=30)
HELD_WITHIN = timedelta(days=60)
REQUEST, CALL, APPOINTMENT = "advice_request", "advice_call", "appointment"


def _ids(rows: Iterable[RequestFact | CallFact | AppointmentFact]) -> list[str]:
    return [row.id for row in rows]


def requests(view: View) -> Figure:
    """Valid requests received."""
    left_out = len(view.sheet.requests.within(view.period)) - len(view.requests)
    return count("requests", REQUEST, _ids(view.requests), [Note("left_out", left_out)])


def reached(view: View) -> Figure:
    """K3."""
    return ratio("K3", REQUEST, _ids(r for r in view.requests if r.spoken_at is not None), _ids(view.requests))


def booked(view: View) -> Figure:
    """Requests with a call booked."""
    return ratio("booked", REQUEST, [r.id for r in view.requests if r.id in view.sheet.booked_for], _ids(view.requests))


def held(view: View) -> Figure:
    """Calls held."""
    return count("held", CALL, _ids(view.calls))


class _Came:
    """Of some appointments: who came, who did not, who cancelled late, and which of those were ill and forgiven."""

    def __init__(self, ended: Sequence[AppointmentFact], *, illness_is_late: bool) -> None:
        late = [a for a in ended if a.end is End.CANCELLED_LATE]
        self.ill = sum(a.illness for a in late)
        self.late = _ids(a for a in late if illness_is_late or not a.illness)
        self.completed = _ids(a for a in ended if a.end is End.COMPLETED)
        self.no_show = _ids(a for a in ended if a.end is End.NO_SHOW)
        self.whole = [*self.completed, *self.no_show, *self.late]


def attendance(view: View) -> Figure:
    """K4."""
    came = _Came([a for a in view.ended if a.kind is Kind.ADVICE_CALL], illness_is_late=view.facts.illness_is_late)
    return ratio("K4", APPOINTMENT, came.completed, came.whole)


def no_show(view: View) -> Figure:
    """K7."""
    came = _Came(view.ended, illness_is_late=view.facts.illness_is_late)
    return ratio("K7", APPOINTMENT, came.no_show, came.whole)


def late(view: View) -> Figure:
    """K8."""
    came = _Came(view.ended, illness_is_late=view.facts.illness_is_late)
    code = "illness_in" if view.facts.illness_is_late else "illness_out"
    return ratio("K8", APPOINTMENT, came.late, came.whole, [Note(code, came.ill)])


def _booked_in_time(view: View, call: CallFact) -> bool:
    intakes = view.sheet.intakes_of(call.request_id, call.client_id, call.held_at)
    return any(a.booked_at <= call.held_at + BOOKED_WITHIN for a in intakes)


def call_conversion(view: View) -> Figure:
    """K5. Who was referred to the GP stays in the denominator and is shown as a figure of its own."""
    hits = [c for c in view.calls if _booked_in_time(view, c)]
    done = {id(c) for c in hits}
    rest = [c for c in view.calls if id(c) not in done]
    gp = sum(c.referred_to_gp for c in rest)
    still_open = sum(not c.referred_to_gp and view.facts.cut_off < c.held_at + BOOKED_WITHIN for c in rest)
    notes = [Note("referred_to_gp", gp), Note("still_open", still_open)]
    return ratio("K5", CALL, _ids(hits), _ids(view.calls), notes, immature=still_open > 0)


def referred(view: View) -> Figure:
    """The separate numerator of K5: referred to the GP, with no intake booked in time."""
    hits = [c.id for c in view.calls if c.referred_to_gp and not _booked_in_time(view, c)]
    return ratio("K5_gp", CALL, hits, _ids(view.calls))


def _held_in_time(view: View, request: RequestFact) -> bool:
    return any(
        a.end is End.COMPLETED and a.id in view.sheet.last_rows and a.start <= request.received_at + HELD_WITHIN
        for a in view.sheet.intakes_of(request.id, request.client_id, request.received_at)
    )


def total_conversion(view: View) -> Figure:
    """K6."""
    hits = [r.id for r in view.requests if _held_in_time(view, r)]
    done = set(hits)
    still_open = sum(r.id not in done and view.facts.cut_off < r.received_at + HELD_WITHIN for r in view.requests)
    return ratio("K6", REQUEST, hits, _ids(view.requests), [Note("immature", still_open)], immature=still_open > 0)


def reaction_median(view: View) -> Figure:
    """K1, half of them."""
    called, waiting = view.waits
    notes = some(Note("not_tried", len(waiting)), Note("longest_wait", max(waiting.values(), default=0)))
    value = median(called.values()) if called else None
    return Figure("K1_median", None, len(called), value, Unit.HOURS, notes, REQUEST, tuple(called))


def reaction_p90(view: View) -> Figure:
    """K1, nine of ten."""
    called = view.waits[0]
    return Figure("K1_p90", None, len(called), percentile(called.values(), 90), Unit.HOURS, (), REQUEST, tuple(called))


def lead_time(view: View) -> Figure:
    """K2."""
    sheet = view.sheet
    calls = [c for c in view.calls if c.request_id in sheet.received_at]
    days = [(sheet.day(c.held_at) - sheet.day(sheet.received_at[c.request_id])).days for c in calls]
    chosen = [day for day, c in zip(days, calls, strict=True) if c.later_by_choice]
    others = [day for day, c in zip(days, calls, strict=True) if not c.later_by_choice]
    notes = some(Note("later_by_choice", len(chosen)), Note("without_choice", float(median(others)) if chosen and others else 0))
    return Figure("K2", None, len(days), float(median(days)) if days else None, Unit.DAYS, notes, CALL, tuple(_ids(calls)))


def red_flags(view: View) -> Figure:
    """K10."""
    return ratio("K10", CALL, _ids(c for c in view.calls if c.red_flags_complete), _ids(view.calls))


def funnel(view: View) -> tuple[Stage, ...]:
    """Of the requests received in the period, whenever the later steps took place."""
    sheet = view.sheet
    steps = (
        ("requests", view.requests),
        ("reached", [r for r in view.requests if r.spoken_at is not None]),
        ("booked", [r for r in view.requests if r.id in sheet.booked_for]),
        ("held", [r for r in view.requests if r.id in sheet.held_for]),
        ("intake", [r for r in view.requests if sheet.intakes_of(r.id, r.client_id, r.received_at)]),
    )
    return tuple(Stage(key, len(rows), tuple(_ids(rows))) for key, rows in steps)


def weeks(view: View) -> tuple[Week, ...]:
    """The counts of each week, cut to the period."""
    start, found = view.period.first, []
    while start <= view.period.last:
        stop = min(start + timedelta(days=6 - start.weekday()), view.period.last)
        part = View(view.sheet, Period(start, stop))
        found.append(Week(start, len(part.requests), len(part.calls), sum(a.end is End.NO_SHOW for a in part.ended)))
        start = stop + timedelta(days=1)
    return tuple(found)


def heat(view: View) -> tuple[tuple[int, ...], ...]:
    """Valid requests by weekday and hour of the wall clock: 7 × 24."""
    cells = [[0] * 24 for _day in range(7)]
    for request in view.requests:
        local = request.received_at.astimezone(view.sheet.zone)
        cells[local.weekday()][local.hour] += 1
    return tuple(tuple(row) for row in cells)


def heat_cell(view: View, weekday: int, hour: int) -> tuple[str, ...]:
    """The requests of one cell of the hours."""
    local = ((r.id, r.received_at.astimezone(view.sheet.zone)) for r in view.requests)
    return tuple(id_ for id_, at in local if (at.weekday(), at.hour) == (weekday, hour))
