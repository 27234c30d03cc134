"""Appointments as iCalendar text, read back by another library than the one that wrote them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from nmx_desk.exchange.invitations import CalendarEvent, calendar_text, invitation, time_zone, zone_words

NOON = datetime(2026, 9, 14, 10, 0, tzinfo=UTC)
EVENT = CalendarEvent(
    uid="8c0f", sequence=3, start=NOON, end=NOON + timedelta(minutes=75), zone="Europe/Amsterdam", title="Intake; first, “long”\nline",
    stamp=NOON, text="Back\\slash, and\nmore " * 9, place="Voorbeeldlaan 1, Utrecht", organiser='The "best" clinic',
    organiser_address="desk@example.org", attendee="A. de Vries", attendee_address="a@example.org",
)  # fmt: skip


def event_of(text):
    return Calendar.from_ical(text).walk("VEVENT")[0]


def test_an_invitation_says_what_is_asked_and_who():
    text = invitation(EVENT)
    event = event_of(text)
    assert Calendar.from_ical(text)["METHOD"] == "REQUEST" and event["STATUS"] == "CONFIRMED"
    assert (event["UID"], event["SEQUENCE"], event["DTSTART"].dt, event["DTEND"].dt) == ("8c0f", 3, EVENT.start, EVENT.end)
    assert event["SUMMARY"] == EVENT.title and event["DESCRIPTION"] == EVENT.text and event["LOCATION"] == EVENT.place
    assert event["ORGANIZER"] == "mailto:desk@example.org" and event["ATTENDEE"].params["CN"] == "A. de Vries"
    assert "TZID=Europe/Amsterdam:20260914T120000" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n")) and text.endswith("END:VCALENDAR\r\n")


def test_a_cancellation_has_the_same_uid_and_frees_the_time():
    event = event_of(text := invitation(replace(EVENT, cancelled=True, sequence=4)))
    assert Calendar.from_ical(text)["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"], event["TRANSP"]) == ("8c0f", 4, "CANCELLED", "TRANSPARENT")


def test_in_the_hour_that_comes_twice_both_times_are_told_apart():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    both = [first, first + timedelta(hours=1)]
    told = [event_of(invitation(replace(EVENT, start=start, end=start + timedelta(hours=2)))) for start in both]
    assert [event["DTSTART"].dt.astimezone(UTC) for event in told] == both
    assert "DTSTART:20261025T003000Z" in invitation(replace(EVENT, start=first))


def test_what_is_handed_out_has_no_method_and_each_zone_once():
    text = calendar_text([EVENT, replace(EVENT, uid="2", zone="America/New_York"), replace(EVENT, uid="3")], name="Agenda A.D.")
    assert "METHOD" not in text and text.count("BEGIN:VTIMEZONE") == 2 and text.count("BEGIN:VEVENT") == 3
    assert "X-WR-CALNAME:Agenda A.D." in text


def test_a_name_cannot_bring_lines_of_its_own():
    text = invitation(replace(EVENT, attendee='x"\r\nATTENDEE:mailto:evil@example.org', title="a\r\nEND:VEVENT"))
    assert text.count("\r\nATTENDEE") == 1 and text.count("\r\nEND:VEVENT") == 1


@pytest.mark.parametrize(
    "zone",
    ["Europe/Amsterdam", "Europe/Dublin", "America/New_York", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Gaza"],
)
def test_a_time_zone_says_every_hour_of_its_years_as_it_is(zone):
    text = Calendar()
    text.add_component(time_zone(zone, 2025, 2028))
    told = tzical(io.StringIO(text.to_ical().decode().replace("\r\n", "\n"))).get(zone)
    hour = datetime(2026, 1, 1, tzinfo=UTC)
    while hour.year < 2028:
        assert hour.astimezone(told).replace(tzinfo=None) == hour.astimezone(ZoneInfo(zone)).replace(tzinfo=None), hour
        hour += timedelta(hours=1)


def test_the_clinics_zone_is_a_rule_and_no_list():
    text = time_zone("Europe/Amsterdam", 2020, 2030).to_ical().decode()
    assert text.count("BEGIN:DAYLIGHT") == text.count("BEGIN:STANDARD") == 1 and "BYDAY=-1SU" in text


@pytest.mark.parametrize(
    ("month", "zone", "words"),
    [(1, "Europe/Amsterdam", "Europe/Amsterdam, UTC+1"), (7, "Europe/Amsterdam", "Europe/Amsterdam, UTC+2"),
     (7, "America/St_Johns", "America/St_Johns, UTC−2:30")],
)  # fmt: skip
def test_a_zone_in_words(month, zone, words):
    assert zone_words(datetime(2026, month, 1, tzinfo=UTC), zone) == words
