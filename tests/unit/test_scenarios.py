"""Rosters in a file: what is read, what is refused with its place, and the answer for other programs."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from nmx_desk.domain.errors import UserError
from nmx_desk.domain.scenarios import moment_row, read_scenario
from tests.unit.test_cli import as_json, run

__all__ = ["run"]  # the fixture

FULL = {
    "zone": "Europe/Amsterdam", "now": "2026-10-20T08:00:00Z", "from": "2026-10-24", "to": "2026-10-27",
    "type": {"duration": 30, "before": 10, "after": 20, "step": 30, "anchor": "day", "notice_minutes": 60},
    "closures": ["2026-10-26"],
    "practitioners": [
        {
            "id": "a",
            "rules": [
                {"weekday": 6, "start": "22:00", "end": "27:00", "from": "2026-01-01", "to": None},
                {"weekday": 1, "start": "09:00", "end": "24:30"},
            ],
            "overrides": [{"date": "2026-10-25", "open": [["10:00", "12:00"], ["12:00", "12:30"]]}],
            "absences": [["2026-10-24T20:30:00Z", "2026-10-24T22:30:00Z"]],
            "bookings": [["2026-10-25T10:00:30Z", "2026-10-25T10:00:40Z"]],
        },
        {"id": 7, "rules": [{"weekday": 7, "start": "02:30", "end": "02:30"}, {"weekday": 2, "start": "08:00", "end": "09:30"}]},
    ],
}  # fmt: skip


def changed(**edits):
    """The scenario with other values; ``type__step=5`` reaches inside."""
    made = deepcopy(FULL)
    for name, value in edits.items():
        place = made
        *outer, last = name.split("__")
        for part in outer:
            place = place[int(part)] if part.isdigit() else place[part]
        place[last] = value
    return made


def starts(scenario):
    return [(str(row["practitioner"]), row["start"][5:16]) for row in read_scenario(scenario).rows()]


def test_the_night_the_clock_goes_back_the_override_and_the_closed_day():
    assert starts(FULL) == [
        ("a", "10-24T23:00"), ("a", "10-24T23:30"), ("a", "10-25T00:00"), ("a", "10-25T00:30"), ("a", "10-25T01:00"),
        ("a", "10-25T10:30"), ("7", "10-27T07:30"),
    ]  # fmt: skip
    assert read_scenario(FULL).rows()[-1]["practitioner"] == 7
    assert read_scenario(FULL).rows()[0] == {"practitioner": "a", "start": "2026-10-24T23:00:00Z", "end": "2026-10-24T23:30:00Z"}


def test_steps_are_counted_from_midnight_or_from_each_opening():
    """40 minutes from midnight: 12:00, 12:40; from an opening at 12:10: 12:10, 12:50."""
    day = {"weekday": 2, "start": "12:10", "end": "13:30"}
    one = changed(practitioners=[{"id": "a", "rules": [day]}], type={"duration": 30, "step": 40})
    assert starts(one) == [("a", "10-27T11:40")]
    one["type"]["anchor"] = "open"
    assert starts(one) == [("a", "10-27T11:10"), ("a", "10-27T11:50")]
    one["practitioners"][0]["absences"] = [["2026-10-27T11:00:00Z", "2026-10-27T11:20:00Z"]]
    assert starts(one) == [("a", "10-27T11:50")], "who comes back from an absence does not open anew"


def test_a_closed_date_and_hours_that_end_before_they_begin_open_nothing():
    closed = changed(practitioners__0__overrides=[{"date": "2026-10-25", "open": []}])
    assert starts(closed)[-2:] == [("a", "10-25T01:00"), ("7", "10-27T07:30")]
    assert starts(changed(practitioners__0__overrides=[{"date": "2026-10-24", "open": [["10:00", "09:00"]]}])) == [("7", "10-27T07:30")]
    assert starts(changed(practitioners__0__rules=[{"weekday": 6, "start": "12:00", "end": "08:00"}]))[0] == ("a", "10-25T10:30")


def test_nothing_is_free_before_the_notice_has_passed():
    late = changed(now="2026-10-25T09:00:01Z", type__notice_minutes=90)
    assert starts(late) == [("7", "10-27T07:30")]
    assert starts(changed(now="2027-01-01T00:00:00Z")) == []


@pytest.mark.parametrize(
    ("edits", "place"),
    [
        ({"zone": "Europe/Nowhere"}, "zone"),
        ({"from": "24-10-2026"}, "from"),
        ({"to": "2026-10-23"}, "to"),
        ({"now": 5}, "now"),
        ({"type": {"step": 5}}, "type"),
        ({"type__step": 0}, "type"),
        ({"type__duration": "30"}, "type"),
        ({"type__anchor": "noon"}, "type"),
        ({"closures": ["x"]}, "closures[0]"),
        ({"closures": "x"}, "closures"),
        ({"practitioners": [5]}, "practitioners[0]"),
        ({"practitioners__0__id": None}, "practitioners[0].id"),
        ({"practitioners__0__rules": [{"weekday": 8, "start": "09:00", "end": "10:00"}]}, "practitioners[0].rules[0].weekday"),
        ({"practitioners__0__rules": [{"weekday": 1, "start": "9", "end": "10:00"}]}, "practitioners[0].rules[0].start"),
        ({"practitioners__0__rules": [{"weekday": 1, "start": "09:00", "end": "30:01"}]}, "practitioners[0].rules[0].end"),
        ({"practitioners__0__rules": [{"weekday": 1, "start": "24:00", "end": "25:00"}]}, "practitioners[0].rules[0].start"),
        ({"practitioners__0__rules": [{"weekday": 1, "start": "09:00", "end": "1_0:00"}]}, "practitioners[0].rules[0].end"),
        ({"practitioners__0__rules": [{"weekday": 1.5, "start": "09:00", "end": "10:00"}]}, "practitioners[0].rules[0].weekday"),
        ({"practitioners__0__rules": [{"weekday": True, "start": "09:00", "end": "10:00"}]}, "practitioners[0].rules[0].weekday"),
        ({"practitioners__0__id": True}, "practitioners[0].id"),
        ({"practitioners__0__id": "\ud800"}, "practitioners[0].id"),
        ({"practitioners__0__overrides": [{"date": "2026-10-25", "open": [["25:00", "26:00"]]}]}, "practitioners[0].overrides[0].open[0]"),
        ({"practitioners__0__overrides": [{"date": "2026-10-25", "open": ["09:00"]}]}, "practitioners[0].overrides[0].open[0]"),
        ({"practitioners__1__absences": [["2026-10-24"]]}, "practitioners[1].absences[0]"),
    ],
)
def test_what_cannot_be_read_is_named(edits, place):
    with pytest.raises(UserError) as refused:
        read_scenario(changed(**edits))
    assert refused.value.field == place


@pytest.mark.parametrize("edits", [{"from": "9999-12-30", "to": "9999-12-31", "now": "9999-12-01"}, {"type__notice_minutes": 10**30}])
def test_beyond_the_calendar_is_refused_and_long_ago_is_written_with_four_figures(edits):
    with pytest.raises(UserError) as refused:
        read_scenario(changed(**edits)).rows()
    assert "years 1 to 9999" in refused.value.message
    long_ago = datetime(1, 1, 2, 12, tzinfo=UTC)
    assert moment_row("a", long_ago, long_ago)["start"] == "0001-01-02T12:00:00Z"


def test_the_command_answers_without_a_clinic(run, tmp_path):
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(FULL), "utf-8")
    nowhere = tmp_path / "no clinic here"
    assert as_json(run("slots", "--scenario", file, "--json", folder=nowhere)) == read_scenario(FULL).rows()
    assert run("slots", "--scenario", file, folder=nowhere)[1].splitlines()[0] == "2026-10-24T23:00:00Z  2026-10-24T23:30:00Z  a"
    file.write_text("{", "utf-8")
    assert run("slots", "--scenario", file, "--json")[0] == 1
    assert run("slots", "--scenario", tmp_path / "none.json", "--json")[0] == 3
    assert run("slots", "--json")[0] == 2


def test_the_command_answers_for_the_clinic_through_the_door(run):
    """The same as the agenda offers, for everybody or for one, and nothing for who may not."""
    asked = ["slots", "--type", "advice_call", "--from", "", "--to", "", "--json"]
    soon = datetime.now(UTC).date() + timedelta(days=3)
    asked[4], asked[6] = soon.isoformat(), (soon + timedelta(days=6)).isoformat()
    found = as_json(run(*asked))
    assert {row["practitioner"] for row in found} == {"behandelaar", "collega"}
    assert as_json(run(*asked, "--practitioner", "collega")) == [row for row in found if row["practitioner"] == "collega"]
    assert [row["start"] for row in found] == sorted(row["start"] for row in found)
    assert run(*asked, "--practitioner", "receptie")[0] == 1
    assert run(*asked, user="beheerder")[0] == 1
