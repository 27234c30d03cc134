"""Dates and times as forms and spreadsheets write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nmx_desk.exchange.web_forms_dates import likely_order, parse_birth_date, parse_moment

TODAY = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("written_as", "day"),
    [
        ("7-4-1980", date(1980, 4, 7)),
        ("07/04/1980", date(1980, 4, 7)),
        ("07.04.1980", date(1980, 4, 7)),
        ("1980-04-07", date(1980, 4, 7)),
        ("1980-04-07 00:00:00", date(1980, 4, 7)),
        ("19800407", date(1980, 4, 7)),
        ("7 april 1980", date(1980, 4, 7)),
        ("7-apr.-1980", date(1980, 4, 7)),
        ("April 7, 1980", date(1980, 4, 7)),
        ("29-02-2024", date(2024, 2, 29)),
    ],
)
def test_birth_dates(written_as, day):
    assert parse_birth_date(written_as, TODAY) == (day, "")


@pytest.mark.parametrize(("written_as", "year"), [("1-2-05", 2005), ("1-2-30", 1930), ("2/25/80", 1980), ("29252", 1980)])
def test_guessed_birth_dates_are_told(written_as, year):
    found = parse_birth_date(written_as, TODAY)
    assert found.day
    assert found.day.year == year
    assert "unusual way" in found.warning


@pytest.mark.parametrize(
    ("written_as", "moment"),
    [
        ("2026-09-01 13:57:00", "2026-09-01 13:57"),
        ("2026-09-01T13:57:00Z", "2026-09-01 15:57"),
        ("2026-09-01T13:57:00.5+02:00", "2026-09-01 13:57"),
        ("2026-09-02 12:00 AM", "2026-09-02 00:00"),
        ("2026-09-02 12:30 pm", "2026-09-02 12:30"),
        ("1-9-2026 7:28", "2026-09-01 07:28"),
        ("September 1, 2026 3:14 p.m.", "2026-09-01 15:14"),
        ("dinsdag 1 september 2026 om 15:14 uur", "2026-09-01 15:14"),
        ("1-9-2026", "2026-09-01 00:00"),
        ("2026-09-01 25:00", None),
        ("2026-09-01 13:00 PM", None),
        ("gisteren", None),
        ("", None),
    ],
)
def test_moments(written_as, moment):
    assert parse_moment(written_as) == (datetime.fromisoformat(moment) if moment else None)


@given(st.text(max_size=40))
def test_any_text_as_a_date(text):
    parse_birth_date(text, TODAY)
    parse_moment(text)


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["09/01/2026 10:00", "09/02/2026", "09/11/2026"], "month"),  # days of one month, not one day of eleven months
        (["01-09-2026 10:00", "02-09-2026", "11-09-2026"], ""),
        (["10/01/2026", "09/01/2026", "08/01/2026"], ""),  # the first of three months, or three days of January
        (["01/09/2026", "01/10/2026", "01/11/2026"], "month"),  # read the other way two of them are still to come
        (["09/01/2026", "09/12/2026"], ""),  # two may be chance
        (["06/01/2022", "01/04/2023", "06/01/2022"], ""),  # and so may one of them said twice
        (["06-01-2022", "01-04-2023", "02-01-2022"], ""),  # with dashes the day stands first
        (["01-09-2026", "01-10-2026", "01-11-2026"], "month"),  # unless that day is still to come
        (["ooit", "", "2026-09-01"], ""),
    ],
)
def test_requests_lie_close_together_and_in_the_past(cells, order):
    assert likely_order(cells, TODAY) == order
