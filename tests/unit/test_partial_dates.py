"""Dates as precise as people know them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk import i18n
from nmx_desk.domain import partial_dates

TODAY = date(2026, 12, 31)
days = st.dates(date(1900, 1, 1), TODAY)
partials = st.one_of(
    days.map(lambda day: f"{day:%Y}"), days.map(lambda day: f"{day:%Y-%m}"), days.map(lambda day: f"{day:%Y-%m-%d}"),
    st.integers(0, 120).map(lambda age: f"a{age}"),
)  # fmt: skip


@given(partials, st.sampled_from(["nl", "en"]))
def test_what_is_kept_can_be_typed_and_is_understood_the_same(partial, language):
    i18n.use(language)
    try:
        assert partial_dates.parse(partial, TODAY) == partial
        assert partial_dates.parse(partial_dates.typed(partial), TODAY) == partial
        assert partial_dates.shown(partial)
    finally:
        i18n.use("en")


@given(partials, days)
def test_a_span_is_whole_and_a_preciser_date_lies_in_it(partial, born):
    first, last = partial_dates.span(partial, born)
    assert first <= last
    if not partial.startswith("a"):
        assert first.isoformat().startswith(partial) and last.isoformat().startswith(partial)
        assert not (first - timedelta(days=1)).isoformat().startswith(partial)
        assert not (last + timedelta(days=1)).isoformat().startswith(partial)


@given(st.integers(0, 119), days)
def test_the_years_of_a_life_follow_each_other(age, born):
    assert partial_dates.span(f"a{age}", born)[1] + timedelta(days=1) == partial_dates.span(f"a{age + 1}", born)[0]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""), ("2019", "2019"), ("5-2019", "2019-05"), ("05/2019", "2019-05"), ("14-5-1998", "1998-05-14"), ("14.5.1998", "1998-05-14"),
        ("7 jaar", "a7"), ("7 years", "a7"), ("leeftijd 7", "a7"), ("age 40", "a40"), (" 12  2020 ", "2020-12"),
    ],
)  # fmt: skip
def test_ways_to_type_a_date(typed, kept):
    assert partial_dates.parse(typed, TODAY) == kept


@pytest.mark.parametrize(
    "text", ["2027", "1-2027", "13-2020", "0-2020", "2020-13", "2020-00", "199", "7", "5-2020-3", "abc", "30-2-2020", "1899", "121 jaar"]
)
def test_what_cannot_be_a_date(text):
    assert partial_dates.parse(text, TODAY) is None


def test_an_age_is_refused_where_it_cannot_be_and_unknown_without_a_birth_date():
    assert partial_dates.parse("7 jaar", TODAY, ages=False) is None
    assert partial_dates.span("a7") is None and partial_dates.span("") is None


def test_a_date_of_today_may_be_and_tomorrow_not():
    assert partial_dates.parse("31-12-2026", TODAY) == "2026-12-31"
    assert partial_dates.parse("31-12-2026", date(2026, 12, 30)) is None
