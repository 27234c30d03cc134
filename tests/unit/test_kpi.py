"""The figures against the edge cases of their definitions, and against a slow oracle written from the definitions alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nmx_desk.domain import kpi_words
from nmx_desk.domain.kpi import (
    AppointmentFact,
    CallFact,
    End,
    Facts,
    Figure,
    Kind,
    OpeningHours,
    Period,
    RequestFact,
    Unit,
    last_of_chains,
    month_figures,
    percentile,
)
from nmx_desk.i18n import translator

AMS = ZoneInfo("Europe/Amsterdam")
HOURS = OpeningHours({d: ((time(9), time(12, 30)), (time(13), time(17))) for d in range(5)}, frozenset({date(2026, 11, 11)}))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
CUT = datetime(2026, 12, 3, 12, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMS).astimezone(UTC)


def figures(requests=(), calls=(), appointments=(), **more):
    facts = Facts(requests=tuple(requests), calls=tuple(calls), appointments=tuple(appointments), cut_off=CUT, hours=HOURS)
    return month_figures(replace(facts, **more), NOVEMBER)


def request(key="r", received="2026-11-02 10:00", **more):
    return RequestFact(id=key, received_at=at(received), **more)


def call(key="r", held="2026-11-05 10:00", **more):
    return CallFact(**{"request_id": key, "held_at": at(held), "red_flags_complete": True, **more})


def visit(key, end=End.COMPLETED, start="2026-11-10 10:00", kind=Kind.ADVICE_CALL, **more):
    return AppointmentFact(**{"id": key, "kind": kind, "start": at(start), "booked_at": at("2026-11-03 10:00"), "end": end, **more})


class TestEdges:
    def test_nothing_to_divide_by_is_no_value(self):
        for figure in figures().figures:
            assert figure.value in (None, 0)
            if figure.unit is Unit.PERCENT:
                assert figure.value is None
                assert kpi_words.value_text(figure, translator("en")) == "n/a"

    def test_small_numbers_are_marked(self):
        assert figures([request()]).figure("K3").small
        assert not figures([request(str(i)) for i in range(10)]).figure("K3").small

    def test_invalid_requests_and_all_that_hangs_on_them_stay_out(self):
        found = figures([request(valid=False, spoken_at=CUT)], [call()], [visit("a", request_id="r")])
        assert found.figure("requests").value == 0
        assert found.figure("held").value == 0
        assert found.figure("K4").denominator == 0
        assert [n.code for n in found.figure("requests").note] == ["left_out"]

    def test_wrong_number_stays_in_the_denominator(self):
        figure = figures([request("a", spoken_at=CUT), request("b", first_attempt_at=CUT)]).figure("K3")
        assert (figure.numerator, figure.denominator) == (1, 2)

    def test_the_clinics_cancellations_stay_out(self):
        rows = [visit("a"), visit("b", End.CANCELLED), visit("c", End.NO_SHOW), visit("d", End.CANCELLED_LATE), visit("e", End.OPEN)]
        found = figures((), (), rows)
        assert (found.figure("K4").numerator, found.figure("K4").denominator) == (1, 3)
        assert (found.figure("K7").numerator, found.figure("K8").numerator) == (1, 1)

    def test_a_moved_chain_counts_once_as_its_last(self):
        rows = [visit("a", End.MOVED), visit("b", End.MOVED, moved_from="a"), visit("c", End.NO_SHOW, moved_from="b")]
        assert [a.id for a in last_of_chains(rows)] == ["c"]
        figure = figures((), (), rows).figure("K7")
        assert (figure.numerator, figure.denominator) == (1, 1)

    def test_a_chain_moved_to_another_month_counts_there(self):
        rows = [visit("a", End.MOVED), visit("b", start="2026-12-01 10:00", moved_from="a")]
        assert figures((), (), rows).figure("K4").denominator == 0

    def test_illness_is_the_clinics_policy(self):
        rows = [visit("a"), visit("b", End.CANCELLED_LATE, illness=True)]
        assert figures((), (), rows).figure("K8").denominator == 1
        assert figures((), (), rows, illness_is_late=True).figure("K8").value == 50

    def test_who_died_is_left_out(self):
        assert figures((), (), [visit("a", End.NO_SHOW, excluded=True)]).figure("K7").denominator == 0

    def test_conversion_counts_30_days_and_shows_gp_and_open_apart(self):
        held = "2026-11-03 10:00"
        calls = [call(k, held, referred_to_gp=k == "gp") for k in ("in", "late", "gp", "none")] + [call("open", "2026-11-20 10:00")]
        rows = [
            visit("i1", End.OPEN, kind=Kind.INTAKE, request_id="in", booked_at=at(held) + timedelta(days=30)),
            visit("i2", End.OPEN, kind=Kind.INTAKE, request_id="late", booked_at=at(held) + timedelta(days=30, seconds=1)),
        ]
        figure = figures([request(c.request_id) for c in calls], calls, rows).figure("K5")
        assert (figure.numerator, figure.denominator) == (1, 5)
        assert {n.code: n.n for n in figure.note} == {"referred_to_gp": 1, "still_open": 1}

    def test_an_intake_moved_later_was_still_booked_in_time(self):
        rows = [
            visit("i", End.MOVED, kind=Kind.INTAKE, request_id="r"),
            visit("j", End.OPEN, kind=Kind.INTAKE, request_id="r", moved_from="i", booked_at=at("2026-12-20 10:00")),
        ]
        assert figures([request()], [call()], rows).figure("K5").numerator == 1

    def test_total_conversion_names_the_immature(self):
        rows = [visit("i", kind=Kind.INTAKE, request_id="a"), visit("j", End.NO_SHOW, kind=Kind.INTAKE, request_id="b")]
        figure = figures([request("a"), request("b"), request("c")], (), rows).figure("K6")
        assert (figure.numerator, figure.denominator) == (1, 3)
        assert [(n.code, n.n) for n in figure.note] == [("immature", 2)]
        later = figures([request("a"), request("b")], (), rows, cut_off=at("2027-03-01 10:00")).figure("K6")
        assert later.note == ()

    def test_reaction_time_runs_in_opening_hours(self):
        evening = request("a", "2026-11-02 20:00", first_attempt_at=at("2026-11-03 09:30"))
        weekend = request("b", "2026-11-07 12:00", first_attempt_at=at("2026-11-09 14:00"))
        closed = request("c", "2026-11-10 16:00", first_attempt_at=at("2026-11-12 10:00"))
        waiting = request("d", "2026-11-30 16:00")
        found = figures([evening, weekend, closed, waiting], cut_off=at("2026-12-01 10:00"))
        assert found.figure("K1_median").value == 2.0  # 0.5, 4.5, 2.0
        assert found.figure("K1_p90").value == 4.5
        assert {n.code: n.n for n in found.figure("K1_median").note} == {"not_tried": 1, "longest_wait": 2.0}

    def test_lead_time_counts_calendar_days_of_the_clinic(self):
        # 23:30 and 00:30 in Amsterdam are one day apart, both on one UTC day
        figure = figures([request(received="2026-11-04 23:30")], [call(held="2026-11-05 00:30", later_by_choice=True)]).figure("K2")
        assert figure.value == 1
        assert [n.code for n in figure.note] == ["later_by_choice"]

    def test_red_flags(self):
        assert figures([request()], [call(), call(red_flags_complete=False)]).figure("K10").value == 50

    def test_opening_time_on_the_days_the_clock_changes(self):
        day_and_night = OpeningHours({6: ((time(0), time(6)),)})
        for day, hours in (("2026-10-25", 7), ("2027-03-28", 5)):
            start = at(f"{day} 00:00")
            assert day_and_night.between(start, start + timedelta(days=1)) == timedelta(hours=hours)

    def test_weeks_are_cut_to_the_period(self):
        weeks = figures([request(received="2026-11-01 12:00"), request("b", "2026-11-30 23:59")]).weeks
        assert [w.first.day for w in weeks] == [1, 2, 9, 16, 23, 30]
        assert [w.requests for w in weeks] == [1, 0, 0, 0, 0, 1]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_figure_and_note_has_words(language):
    t = translator(language)
    found = figures(
        [request(), request("x", valid=False)],
        [call(later_by_choice=True, referred_to_gp=True)],
        [visit("a", End.CANCELLED_LATE, illness=True)],
    )
    for figure in found.figures:
        assert kpi_words.name(figure.key, t)
        assert kpi_words.formula(figure.key, t)
        assert kpi_words.value_text(figure, t)
        kpi_words.notes_text(figure, t)
    sign = "," if language == "nl" else "."
    assert kpi_words.value_text(Figure("K3", 1, 3, 33.333, Unit.PERCENT), t) == f"33{sign}3 %"


instants = st.integers(0, 60 * 24 * 75).map(lambda m: datetime(2026, 10, 20, tzinfo=UTC) + timedelta(minutes=m))


@st.composite
def worlds(draw):
    ids = [f"r{i}" for i in range(draw(st.integers(0, 8)))]
    maybe = st.none() | instants
    requests = [
        RequestFact(id=i, received_at=draw(instants), valid=draw(st.booleans()), first_attempt_at=draw(maybe), spoken_at=draw(maybe))
        for i in ids
    ]
    owner = st.sampled_from([*ids, "other"])
    calls = [
        CallFact(request_id=draw(owner), held_at=draw(instants), red_flags_complete=draw(st.booleans()), referred_to_gp=draw(st.booleans()))
        for _ in range(draw(st.integers(0, 6)))
    ]
    rows = []
    for i in range(draw(st.integers(0, 12))):
        earlier = [a for a in rows if a.end is End.MOVED and a.id not in {b.moved_from for b in rows}]
        rows.append(
            AppointmentFact(
                id=f"a{i}",
                kind=draw(st.sampled_from(Kind)),
                start=draw(instants),
                booked_at=draw(instants),
                end=draw(st.sampled_from(End)),
                request_id=draw(st.none() | owner),
                moved_from=draw(st.sampled_from(earlier)).id if earlier and draw(st.booleans()) else None,
                illness=draw(st.booleans()),
                excluded=draw(st.integers(0, 9)) == 0,
            )
        )
    return Facts(
        requests=tuple(requests),
        calls=tuple(calls),
        appointments=tuple(draw(st.permutations(rows))),
        cut_off=datetime(2027, 1, 5, tzinfo=UTC),
        hours=HOURS,
        illness_is_late=draw(st.booleans()),
    )


def in_november(instant):
    local = instant.astimezone(AMS)
    return (local.year, local.month) == (2026, 11)


def oracle(w):
    """Percentages by definition, one row at a time, without anything of the module's own helpers."""
    by_id = {r.id: r for r in w.requests}

    def counts(request_id):
        return request_id not in by_id or by_id[request_id].valid

    def share(part, whole):
        return Fraction(100 * part, whole) if whole else None

    cohort = [r for r in w.requests if r.valid and in_november(r.received_at)]
    calls = [c for c in w.calls if counts(c.request_id) and in_november(c.held_at)]
    rows = [a for a in w.appointments if not a.excluded and counts(a.request_id)]
    last = [a for a in rows if a.end is not End.MOVED and not any(b.moved_from == a.id for b in rows)]

    def weigh(a):
        if a.end in (End.COMPLETED, End.NO_SHOW):
            return a.end
        if a.end is End.CANCELLED_LATE and (w.illness_is_late or not a.illness):
            return a.end
        return None

    ends = [weigh(a) for a in last if in_november(a.start) and weigh(a)]
    advice = [weigh(a) for a in last if in_november(a.start) and weigh(a) and a.kind is Kind.ADVICE_CALL]
    intakes = [a for a in rows if a.kind is Kind.INTAKE]
    k5 = sum(any(a.request_id == c.request_id and a.booked_at - c.held_at <= timedelta(30) for a in intakes) for c in calls)
    k6 = sum(
        any(a in last and a.end is End.COMPLETED and a.request_id == r.id and a.start - r.received_at <= timedelta(60) for a in intakes)
        for r in cohort
    )
    return {
        "K3": share(sum(r.spoken_at is not None for r in cohort), len(cohort)),
        "booked": share(sum(any(a.request_id == r.id for a in rows if a.kind is Kind.ADVICE_CALL) for r in cohort), len(cohort)),
        "K4": share(advice.count(End.COMPLETED), len(advice)),
        "K5": share(k5, len(calls)),
        "K6": share(k6, len(cohort)),
        "K7": share(ends.count(End.NO_SHOW), len(ends)),
        "K8": share(ends.count(End.CANCELLED_LATE), len(ends)),
        "K10": share(sum(c.red_flags_complete for c in calls), len(calls)),
    }


@settings(max_examples=200)
@given(worlds())
def test_figures_agree_with_the_oracle(world):
    found = month_figures(world, NOVEMBER)
    for key, expected in oracle(world).items():
        value = found.figure(key).value
        assert (value is None) == (expected is None), key
        if expected is not None:
            assert value == pytest.approx(float(expected)), key
            assert 0 <= value <= 100
    assert sum(w.requests for w in found.weeks) == found.figure("requests").value
    assert sum(w.held for w in found.weeks) == found.figure("held").value
    assert all(n <= found.funnel[0][1] for _stage, n in found.funnel)


@settings(max_examples=40)
@given(instants, st.integers(0, 60 * 24 * 6))
def test_opening_time_agrees_with_counting_minutes(start, minutes):
    def is_open(instant):
        local = instant.astimezone(AMS)
        if local.date() in HOURS.closed:
            return False
        return any(a <= local.time() < b for a, b in HOURS.week.get(local.weekday(), ()))

    counted = sum(is_open(start + timedelta(minutes=m)) for m in range(minutes))
    assert HOURS.between(start, start + timedelta(minutes=minutes)) == timedelta(minutes=counted)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(1, 100))
def test_percentile_is_the_least_value_that_covers(values, percent):
    found = percentile(values, percent)
    assert found in values
    assert 100 * sum(v <= found for v in values) >= percent * len(values)
    assert 100 * sum(v < found for v in values) < percent * len(values)
