"""What holds for every figure: no denominator, small numbers, filters, groups, course."""

from __future__ import annotations

from datetime import date

import pytest

from nmx_desk.domain import kpi, kpi_words
from nmx_desk.domain.kpi import End, Facts, Filters, Kind, Period, Unit
from nmx_desk.i18n import translator
from tests.kpi import CUT, HOURS, NOVEMBER, at, call, counts, figure, request, visit


class TestAll:
    @pytest.mark.parametrize("key", list(kpi.FIGURES))
    def test_without_denominator_there_is_no_value(self, key):
        found = figure(key)
        assert found.value == (0 if found.unit is Unit.COUNT else None)
        assert found.definition == kpi.DEFINITION_VERSION == "2"
        if found.unit is not Unit.COUNT:
            assert kpi_words.value_text(found, translator("nl")) == "n.v.t."

    @pytest.mark.parametrize("key", list(kpi.FIGURES))
    def test_every_figure_says_which_table_it_counts(self, key):
        assert figure(key).of

    def test_every_figure_has_a_group(self):
        assert sorted(key for group in kpi.GROUPS.values() for key in group) == sorted(kpi.FIGURES)

    @pytest.mark.parametrize(("n", "small"), [(9, True), (10, False)])
    def test_below_ten_the_raw_counts_stand_beside(self, n, small):
        found = figure("K10", calls=[call(str(k)) for k in range(n)])
        assert found.small is small

    def test_filters_choose_what_is_counted_and_never_what_it_is_held_against(self):
        calls = [call("a", practitioner_id="x", source="website"), call("b", practitioner_id="y", source="phone")]
        rows = [visit("i", kind=Kind.INTAKE, request_id="a", practitioner_id="z", booked_at=at("2026-11-06 10:00"))]
        assert counts("K5", calls=calls, appointments=rows) == (1, 2)
        assert counts("K5", calls=calls, appointments=rows, filters=Filters(practitioner_id="x")) == (1, 1)
        assert counts("K5", calls=calls, appointments=rows, filters=Filters(source="phone")) == (0, 1)
        assert counts("K5", calls=calls, appointments=rows, filters=Filters(type_code="intake")) == (0, 0)
        assert counts("K7", appointments=[visit("v", End.NO_SHOW, type_code="video")], filters=Filters(type_code="video")) == (1, 1)

    def test_the_heat_of_the_week(self):
        rows = (request("a", "2026-11-02 21:40"), request("b", "2026-11-09 21:00"))
        found = kpi.dashboard(Facts(requests=rows, calls=(), appointments=(), cut_off=CUT, hours=HOURS), NOVEMBER)
        assert found.heat[0][21] == sum(map(sum, found.heat)) == 2

    def test_the_course_is_thirteen_months_and_the_last_is_cut(self):
        months = kpi.trend_months(date(2026, 11, 15))
        assert [months[0], months[-1]] == [Period(date(2025, 11, 1), date(2025, 11, 30)), Period(date(2026, 11, 1), date(2026, 11, 15))]
        assert len(months) == 13
