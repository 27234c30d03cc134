"""Busy times from calendar files in every state, held against hand-made answers, against dateutil and against another library."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil import rrule
from typer.testing import CliRunner

import nmx_desk.cli_calendars
from nmx_desk.cli import app
from nmx_desk.domain.intervals import merge
from nmx_desk.exchange import ics_events, ics_lines, ics_read
from nmx_desk.exchange.ics_lines import read_components
from nmx_desk.exchange.ics_read import read_busy
from nmx_desk.exchange.ics_rules import parse_rule, walls
from nmx_desk.exchange.ics_zones import Zone, Zones
from nmx_desk.exchange.invitations import time_zone
from tests.calendar_cases import FIRST, FREQUENCIES, HOME, LAST, by_another_library, events, instant, some_event

assert nmx_desk.cli_calendars
ODD_ZONE = """BEGIN:VTIMEZONE
TZID:Kuala Lumpur\\, Singapore
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0800
END:STANDARD
END:VTIMEZONE"""


def read(*bodies, first=FIRST, last=LAST):
    return read_busy(events(*bodies), HOME, first, last)


def shown(*bodies, **more):
    """The busy times in UTC, such as “2026-03-02 09:00/10:00”, and how many components were left out."""
    found = read(*bodies, **more)
    return [span(begin, end) for begin, end in found.busy], len(found.skipped)


def span(begin, end):
    start, stop = datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)
    return f"{start:%Y-%m-%d %H:%M}/" + (f"{stop:%H:%M}" if stop.date() == start.date() else f"{stop:%Y-%m-%d %H:%M}")


ONE = ["2026-03-02 09:00/10:00"]
PLAIN = "DTSTART:20260302T090000Z\nDTEND:20260302T100000Z"
AT_TEN = "DTSTART;TZID=Europe/Amsterdam:20260302T100000\nDURATION:PT1H"
TRAPS = {
    "in UTC": (PLAIN, ONE),
    "floating: the clinic's wall": ("DTSTART:20260302T100000\nDTEND:20260302T110000", ONE),
    "a zone by name, not described": ("DTSTART;TZID=America/New_York:20260302T040000\nDURATION:PT1H", ONE),
    "a name of Windows": ("DTSTART;TZID=W. Europe Standard Time:20260302T100000\nDURATION:PT60M", ONE),
    "a name in small letters": ("DTSTART;TZID=europe/amsterdam:20260302T100000\nDURATION:PT1H", ONE),
    "a name with a program before it": ("DTSTART;TZID=/mozilla.org/20050126_1/Europe/Amsterdam:20260302T100000\nDURATION:PT1H", ONE),
    "a name that nobody knows": ("DTSTART;TZID=Nergens:20260302T100000\nDURATION:PT1H", ONE),
    "a name in quotation marks, with a colon": ('DTSTART;TZID="(GMT+01:00) Nergens":20260302T100000\nDURATION:PT1H', ONE),
    "UTC in spite of a zone": ("DTSTART;TZID=America/New_York:20260302T090000Z\nDURATION:PT1H", ONE),
    "lower case": ("dtstart:20260302t090000z\ndtend:20260302t100000z", ONE),
    "folded in the middle of a name": ("DTST\n ART:20260302T0\n\t90000Z\nDTEND:20260302T100000Z", ONE),
    "garbage between": (f"{PLAIN}\ndit is geen regel\nX\n: \n;;;", ONE),
    "semicolons too many": ("DTSTART;;VALUE=DATE-TIME:20260302T090000Z\nDTEND;VALUE=DATE-TIME;:20260302T100000Z", ONE),
    "an end before a zone change counts in UTC": (
        "DTSTART;TZID=Europe/Amsterdam:20260302T100000\nDTEND;TZID=Europe/London:20260302T100000", ONE),
    "free": (f"{PLAIN}\nTRANSP:TRANSPARENT", []),
    "cancelled": (f"{PLAIN}\nSTATUS:cancelled", []),
    "tentative is busy": (f"{PLAIN}\nSTATUS:TENTATIVE", ONE),
    "no length": ("DTSTART:20260302T090000Z", []),
    "a day": ("DTSTART;VALUE=DATE:20260302", ["2026-03-01 23:00/2026-03-02 23:00"]),
    "a day that ends as it begins": ("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260302", ["2026-03-01 23:00/2026-03-02 23:00"]),
    "a date without saying so": ("DTSTART:20260302\nDTEND:20260303", ["2026-03-01 23:00/2026-03-02 23:00"]),
    "the day of 23 hours": ("DTSTART;VALUE=DATE:20260329\nDURATION:P1D", ["2026-03-28 23:00/2026-03-29 22:00"]),
    "the day of 25 hours, in seconds": ("DTSTART;VALUE=DATE:20261025\nDURATION:PT86400S", ["2026-10-24 22:00/2026-10-25 23:00"]),
    "a length in weeks": ("DTSTART;VALUE=DATE:20260302\nDURATION:P1W", ["2026-03-01 23:00/2026-03-08 23:00"]),
    "days on the wall, hours as they pass": (
        "DTSTART;TZID=Europe/Amsterdam:20260328T120000\nDURATION:P1DT1H", ["2026-03-28 11:00/2026-03-29 11:00"]),
    "the skipped hour": ("DTSTART;TZID=Europe/Amsterdam:20260329T023000\nDURATION:PT1H", ["2026-03-29 01:30/02:30"]),
    "the hour that comes twice": ("DTSTART;TZID=Europe/Amsterdam:20261025T023000\nDURATION:PT30M", ["2026-10-25 00:30/01:00"]),
    "exdate in another zone": (
        AT_TEN + "\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=America/New_York:20260303T040000", [*ONE, "2026-03-04 09:00/10:00"]),
    "exdate as a day": (f"{PLAIN}\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE;VALUE=DATE:20260303", ONE),
    "exdate of whole days as midnight elsewhere": (
        "DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260302T230000Z", ["2026-03-01 23:00/2026-03-02 23:00"]),
    "a skipped time is none and is not counted": (
        "DTSTART;TZID=Europe/Amsterdam:20260328T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY;COUNT=2",
        ["2026-03-28 01:30/02:00", "2026-03-30 00:30/01:00"]),
    "until as a day takes that day in": (f"{PLAIN}\nRRULE:FREQ=DAILY;UNTIL=20260303", [*ONE, "2026-03-03 09:00/10:00"]),
    "until in UTC": (
        "DTSTART;TZID=Europe/Amsterdam:20260302T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20260303T085959Z", ONE),
    "until before it begins": (f"{PLAIN}\nRRULE:FREQ=DAILY;UNTIL=20260301T000000Z", []),
    "29 February": (
        "DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;UNTIL=20290101",
        ["2024-02-28 23:00/2024-02-29 23:00", "2028-02-28 23:00/2028-02-29 23:00"]),
    "31st of the month": (
        "DTSTART:20260131T090000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;COUNT=2", ["2026-01-31 09:00/10:00", "2026-03-31 09:00/10:00"]),
    "a date more, a period more": (
        f"{PLAIN}\nRDATE:20260304T090000Z\nRDATE;VALUE=PERIOD:20260305T090000Z/PT2H,20260306T090000Z/20260306T093000Z",
        [*ONE, "2026-03-04 09:00/10:00", "2026-03-05 09:00/11:00", "2026-03-06 09:00/09:30"]),
    "a rule that excludes": (f"{PLAIN}\nRRULE:FREQ=DAILY;COUNT=3\nEXRULE:FREQ=DAILY;INTERVAL=2", ["2026-03-03 09:00/10:00"]),
    "escaped as text": (f"{PLAIN}\nRRULE:FREQ=DAILY\\;COUNT=1", ONE),
    "a count below zero has no end": (f"{PLAIN}\nRRULE:FREQ=YEARLY;INTERVAL=3;COUNT=-1", [*ONE, "2029-03-02 09:00/10:00"]),
    "seconds without end": (f"{PLAIN}\nRRULE:FREQ=SECONDLY", ["2026-03-02 09:00/2030-12-31 23:00"]),
    "in the year 1601": ("DTSTART:16010101T090000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;UNTIL=20010101T120000Z",
                         ["2000-01-01 09:00/10:00", "2001-01-01 09:00/10:00"]),
}  # fmt: skip


@pytest.mark.parametrize(("body", "busy"), TRAPS.values(), ids=TRAPS)
def test_traps(body, busy):
    assert shown(body) == (busy, 0)


BROKEN = {
    "no start": "DTEND:20260302T100000Z",
    "a month that is none": "DTSTART:20261302T090000Z",
    "a time that is none": "DTSTART:20260302T250000Z",
    "a start twice": "DTSTART:20260302T090000Z\nDTSTART:20260302T100000Z\nDURATION:PT1H",
    "an end before the start": "DTSTART:20260302T090000Z\nDTEND:20260302T080000Z",
    "a length that is none": "DTSTART:20260302T090000Z\nDURATION:P",
    "a rule that is none": f"{PLAIN}\nRRULE:FREQ=SOMETIMES",
    "an interval of nothing": f"{PLAIN}\nRRULE:FREQ=DAILY;INTERVAL=0",
    "a day that no week has": f"{PLAIN}\nRRULE:FREQ=WEEKLY;BYDAY=XX",
    "an excluded date that is none": f"{PLAIN}\nRRULE:FREQ=DAILY\nEXDATE:gisteren",
    "another calendar of the world": f"{PLAIN}\nRRULE:FREQ=YEARLY;RSCALE=CHINESE",
    "a year that nobody sees": "DTSTART:00000101T000000Z",
}  # fmt: skip


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_a_bad_component_is_named_with_its_line_and_the_rest_is_read(body):
    found = read("DTSTART;VALUE=DATE:20200101", body, PLAIN)
    assert [span(*one) for one in found.busy] == ["2019-12-31 23:00/2020-01-01 23:00", *ONE]
    (skipped,) = found.skipped
    assert (skipped.component, skipped.line) == ("VEVENT", 6) and skipped.reason


@pytest.mark.parametrize("cut", ["END:VEVENT\r\nEND:VCALENDAR\r\n", "END:VEVENT\r\n", "00Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"])
def test_what_never_ends_is_left_out(cut):
    text = events("DTSTART;VALUE=DATE:20200101", PLAIN).removesuffix(cut.encode()).replace(cut.encode() * 2, b"")
    found = read_busy(text if len(text) < len(events("DTSTART;VALUE=DATE:20200101", PLAIN)) else text[:-40], HOME, FIRST, LAST)
    assert [span(*one) for one in found.busy] == ["2019-12-31 23:00/2020-01-01 23:00"] and len(found.skipped) == 1


@pytest.mark.parametrize(
    "change",
    [lambda t: b"\xef\xbb\xbf" + t, lambda t: b"\xff\xfe" + t.decode().encode("utf-16-le"), lambda t: t.decode().encode("utf-16-be"),
     lambda t: t.replace(b"\r\n", b"\n"), lambda t: t.replace(b"\r\n", b"\r"), lambda t: t.replace(b"\r\n", b"\r\r\n"),
     lambda t: b"\n\n  \n" + t, lambda t: t.replace(b"VERSION:2.0", b"X-NAME:caf\xe9 \x00\xff"),
     lambda t: t.replace(b"BEGIN:VCALENDAR\r\n", b""),
     lambda t: t.rstrip(), lambda t: t.replace(b"END:VCALENDAR", b"END:VTODO"), lambda t: t + t],
)  # fmt: skip
def test_however_it_is_written(change):
    found = read_busy(change(events(PLAIN)), HOME, FIRST, LAST)
    assert ([span(*one) for one in found.busy], found.skipped) == (ONE, ())


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"\xff\xfe", b"BEGIN:VCARD\r\nEND:VCARD\r\n", b"a" * 100_000])
def test_what_is_no_calendar_is_said(data):
    found = read_busy(data, HOME, FIRST, LAST)
    assert found.busy == () and not found.is_calendar and found.skipped[0].line == 1


def test_a_zone_that_the_file_describes():
    body = 'DTSTART;TZID="Kuala Lumpur, Singapore":20260302T170000\nDURATION:PT1H'
    assert shown(ODD_ZONE, body) == (ONE, 0)
    assert shown(ODD_ZONE.replace("TZOFFSETTO:+0800\n", ""), body)[1] == 1  # the zone is named; its times are the clinic's


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_a_described_zone_shows_every_hour_as_it_is(zone):
    made = icalendar.Calendar()
    described = time_zone(zone, 2024, 2027)
    described["TZID"] = "Ours"
    made.add_component(described)
    root, _skipped = read_components(made.to_ical())
    found, known = Zones(root, Zone(UTC)).named("Ours"), Zone(ZoneInfo(zone))
    for half_hour in range(instant("2025-01-01", UTC), instant("2027-01-01", UTC), 1800):
        wall = known.wall(half_hour)
        assert (found.utc(wall), found.exists(wall), found.wall(half_hour)) == (known.utc(wall), True, wall)


def test_the_calendars_own_zone_is_that_of_its_floating_times():
    text = events("DTSTART:20260302T040000\nDURATION:PT1H").replace(b"VERSION:2.0", b"X-WR-TIMEZONE:America/New_York")
    assert [span(*one) for one in read_busy(text, HOME, FIRST, LAST).busy] == ONE


WEEKLY = "UID:a\nDTSTART;TZID=Europe/Amsterdam:20260302T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"


def test_one_of_a_series_is_moved_shortened_cancelled():
    moved = "UID:a\nRECURRENCE-ID;TZID=Europe/Amsterdam:20260309T100000\nDTSTART:20260310T120000Z\nDURATION:PT30M"
    assert shown(moved, WEEKLY) == ([*ONE, "2026-03-10 12:00/12:30", "2026-03-16 09:00/10:00"], 0)
    assert shown(WEEKLY, moved + "\nSTATUS:CANCELLED") == ([*ONE, "2026-03-16 09:00/10:00"], 0)
    assert shown(WEEKLY, moved.replace("20260309T100000", "20260309T090000Z").replace(";TZID=Europe/Amsterdam", "")) == shown(WEEKLY, moved)
    assert shown(WEEKLY + "\nEXDATE:20260309T090000Z", moved) == ([*ONE, "2026-03-16 09:00/10:00"], 0)
    assert shown(moved.replace("UID:a", "UID:b"), WEEKLY)[0][1] == "2026-03-09 09:00/10:00"
    assert shown(moved) == (["2026-03-10 12:00/12:30"], 0)


def test_one_and_all_that_follow_are_moved():
    later = "UID:a\nRECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Amsterdam:20260309T100000\n"
    moved = later + "DTSTART;TZID=Europe/Amsterdam:20260310T113000\nDURATION:PT2H"
    assert shown(WEEKLY, moved) == ([*ONE, "2026-03-10 10:30/12:30", "2026-03-17 10:30/12:30"], 0)
    assert shown(WEEKLY, moved + "\nSTATUS:CANCELLED") == (ONE, 0)


def test_of_two_with_one_uid_the_newer_counts_else_both():
    newer = WEEKLY.replace("T100000", "T150000").replace("COUNT=3", "COUNT=1")
    assert len(shown(WEEKLY, newer)[0]) == 4
    assert shown(WEEKLY, newer + "\nSEQUENCE:1") == (["2026-03-02 14:00/15:00"], 0)
    assert shown(WEEKLY + "\nSEQUENCE:2", newer + "\nSEQUENCE:1")[0] == shown(WEEKLY)[0]
    assert len(shown(WEEKLY.replace("UID:a", "UID:"), newer.replace("UID:a", "UID:"))[0]) == 4


def test_lists_of_busy_times():
    listed = (
        "BEGIN:VFREEBUSY\nFREEBUSY:20260302T090000Z/PT30M,20260302T093000Z/20260302T100000Z\n"
        "FREEBUSY;FBTYPE=FREE:20260303T090000Z/PT1H\nEND:VFREEBUSY"
    )
    assert shown(listed) == (ONE, 0)
    assert shown(listed.replace("PT30M", "P"), PLAIN) == (ONE, 1)


def test_other_components_are_none_of_ours():
    alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT1H\nREPEAT:99999999\nEND:VALARM"
    assert shown(f"{PLAIN}\n{alarm}", "BEGIN:VTODO\nDTSTART:20260305T090000Z\nDUE:20260305T100000Z\nEND:VTODO") == (ONE, 0)


def test_only_what_is_asked_is_told():
    first, last = instant("2026-03-02T10:15"), instant("2026-03-03T10:30")
    body = PLAIN + "\nRRULE:FREQ=DAILY"
    assert shown(body, first=first, last=last) == (["2026-03-02 09:15/10:00", "2026-03-03 09:00/09:30"], 0)
    assert shown("DTSTART:20200101T000000Z\nDURATION:P4000D", first=first, last=last) == (["2026-03-02 09:15/2026-03-03 09:30"], 0)


def test_ten_thousand_events_and_endless_ones():
    at = "DTSTART:20260101T000000Z"
    many = [f"UID:{n}\n{at}\nDURATION:PT{n % 50 + 1}M\nRDATE:20260{n // 24 % 9 + 1}01T{n % 24:02}0000Z" for n in range(10_000)]
    assert len(read(*many).busy) == 9 * 24
    endless = [f"UID:{n}\nDTSTART:20200101T{n % 24:02}0000Z\nDURATION:PT30M\nRRULE:FREQ=DAILY" for n in range(48)]
    found = read(*endless, first=instant("2026-01-01"), last=instant("2027-01-01"))
    assert len(found.busy) == 365 * 24 and not found.skipped


def test_there_is_an_end_to_what_is_taken_in(monkeypatch):
    monkeypatch.setattr(ics_read, "MOST_TIMES", 500)
    found = read(PLAIN, PLAIN.replace("20260302", "20000102") + "\nRRULE:FREQ=DAILY;COUNT=5000")
    assert len(found.skipped) == 1 and span(*found.busy[-1]) == ONE[0]
    with monkeypatch.context() as dates:
        dates.setattr(ics_events, "MOST_DATES", 10)
        found = read(PLAIN, PLAIN + "\nRDATE:" + ",".join(["20260302T090000Z"] * 20))
        assert [span(*one) for one in found.busy] == ONE and len(found.skipped) == 1
    monkeypatch.setattr(ics_lines, "MOST_KEPT", 5)
    assert not read(PLAIN, PLAIN).is_calendar and [span(*one) for one in read(PLAIN, PLAIN).busy] == ONE
    monkeypatch.setattr(ics_read, "LARGEST", 10)
    assert not read(PLAIN).is_calendar


# -- held against others -----------------------------------------------------------------------------------------------------------------

def some_rule(rng):
    """A rule such as people and test collections write; never one that takes dateutil minutes."""
    at = rng.choices(range(7), (4, 4, 5, 4, 3, 2, 1))[0]
    parts = [f"FREQ={FREQUENCIES[at]}"]
    least = (1, 1, 1, 1, 1, 5, 300)[at]
    parts += [f"INTERVAL={rng.randint(least, least * 4)}"] if least > 1 or rng.random() < 0.5 else []

    def sometimes(name, likely, *values, most=3):
        if rng.random() < likely:
            parts.append(f"{name}=" + ",".join(rng.sample([str(value) for value in values], min(rng.randint(1, most), len(values)))))

    sometimes("BYMONTH", 0.25, *range(1, 13))
    days = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    sometimes("BYDAY", 0.4, *(days if at > 1 or rng.random() < 0.5 else [f"{n}{day}" for n in (1, 2, -1) for day in days]))
    if at != 2:
        sometimes("BYMONTHDAY", 0.25, 1, 2, 13, 28, 29, 30, 31, -1, -2)
    if at == 0 and "BYMONTHDAY" not in "".join(parts):
        sometimes("BYWEEKNO", 0.1, 1, 20, 52, 53, -1)
    sometimes("BYHOUR", 0.2, *range(24))
    sometimes("BYMINUTE", 0.1, 0, 15, 30, 59)
    if at < 6 and len(parts) > 1:
        sometimes("BYSETPOS", 0.1, 1, 2, -1, most=2)
    parts += [f"WKST={rng.choice(days)}"] if rng.random() < 0.2 else []
    return ";".join(parts)


@pytest.mark.parametrize("seed", range(6))
def test_moments_of_a_rule_are_those_of_dateutil(seed):
    rng = random.Random(seed)
    for _case in range(40):
        text = some_rule(rng)
        first = date(2000, 1, 1) + timedelta(days=rng.randrange(10_000))
        many = any(name in text for name in FREQUENCIES[4:])  # dateutil counts each hour
        start = datetime.combine(first, time(rng.randrange(24), 15 * rng.randrange(4))) + timedelta(
            days=rng.randint(-30, 2) if many else rng.randint(-9000, 40)
        )
        last = first + timedelta(days=3 if many else rng.choice((3, 40, 400)))
        begin, end = datetime.combine(first, datetime.min.time()), datetime.combine(last, datetime.max.time())
        try:
            rule = rrule.rrulestr(text + f";UNTIL={end:%Y%m%dT%H%M%S}", dtstart=start)
            told = rule.between(begin, end, inc=True) if end >= start else []
        except ValueError:  # an empty set of times
            told = []
        wanted = [(one.toordinal(), one.hour * 3600 + one.minute * 60 + one.second) for one in told]
        at = start.toordinal(), start.hour * 3600 + start.minute * 60
        found = [wall for wall in walls(parse_rule(text), at, first.toordinal(), last.toordinal()) if wall[0] >= first.toordinal()]
        assert found == wanted, (text, start, first, last)


@pytest.mark.parametrize("seed", range(6))
def test_busy_times_are_those_of_another_library(seed):
    rng = random.Random(seed)
    for _case in range(12):
        bodies = [some_event(rng, n) for n in range(rng.randint(1, 8))]
        assert list(read(*bodies).busy) == by_another_library(events(*bodies)), bodies


def test_no_damage_makes_it_fail():
    rng = random.Random(5)
    pieces = [body for body, _busy in TRAPS.values() if "SECONDLY" not in body]
    tokens = [b"RRULE:FREQ=", b";INTERVAL=0", b"99999999", b"-1", b"\r\n", b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b":", b"00010101",
              b"99991231T235959", b"COUNT=999999999", b"BYDAY=53MO", b"P999999W", b"UNTIL=99991231", b"\0", b"\xff\xfe", b'"',
              b"BYSETPOS=-366", b"RANGE=THISANDFUTURE", b"16010101T000000"]  # fmt: skip
    first, last = instant("2026-01-01"), instant("2027-06-01")
    for _case in range(1500):
        data = bytearray(events(ODD_ZONE, *rng.sample(pieces, 3)))
        for _damage in range(rng.randint(1, 6)):
            at = rng.randrange(len(data))
            data[at : at + rng.choice((0, 0, 1, 12))] = rng.choice((*tokens, b"", bytes([rng.randrange(256)])))
        found = read_busy(bytes(data), HOME, first, last)
        assert list(found.busy) == merge(found.busy) and all(first <= begin < end <= last for begin, end in found.busy)


# -- the command -------------------------------------------------------------------------------------------------------------------------


def run(*words):
    return CliRunner().invoke(app, ["agenda", "busy", *map(str, words)])


def test_the_command_needs_no_clinic(tmp_path):
    file = tmp_path / "a.ics"
    file.write_bytes(events(PLAIN, "SUMMARY:geheim"))
    done = run(file, "--from", "2026-03-01", "--to", "2026-03-02", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "busy": [{"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z"}],
        "skipped": [{"component": "VEVENT", "line": 7, "reason": "DTSTART is missing."}],
    }
    assert "geheim" not in run(file, "--from", "2026-03-01", "--to", "2026-03-02").stdout
    days = run(file, "--from", "2026-03-02", "--to", "2026-03-02", "--zone", "Pacific/Auckland", "--json")
    assert json.loads(days.stdout)["busy"] == [{"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z"}]
    assert run(file, "--from", "2026-03-02", "--to", "2026-03-01").exit_code == 2
    assert run(file, "--from", "2026-03-02", "--to", "2026-03-03", "--zone", "Nergens").exit_code == 2
